// Accounts, campaigns, ad sets and ads as statements: what a listing says, and placeholders for what it lacks.
#pragma once

#include <vector>

#include "database/connection.h"
#include "platforms/connector.h"
#include "sync/loader.h"
#include "sync/loader_queries.h"

namespace omnify::sync {

[[nodiscard]] database::Execution account_execution(const LoadTarget& target, Stored stored);
[[nodiscard]] std::vector<database::Execution> campaign_executions(const LoadTarget& target,
                                                                   std::vector<platforms::CampaignRow> rows,
                                                                   Stored stored);
[[nodiscard]] std::vector<database::Execution> ad_set_executions(const LoadTarget& target,
                                                                 std::vector<platforms::AdSetRow> rows, Stored stored);
[[nodiscard]] std::vector<database::Execution> ad_executions(const LoadTarget& target,
                                                             std::vector<platforms::AdRow> rows, Stored stored);

/// Of an entity that is known by its children only: a platform that no longer lists it has ended it, a file knows no
/// status.
[[nodiscard]] platforms::EntityStatus placeholder_status(const LoadTarget& target);

/// Parents that children name but the listing lacks.
[[nodiscard]] platforms::EntityRows missing_parents(const LoadTarget& target, const platforms::EntityRows& rows);

}  // namespace omnify::sync
