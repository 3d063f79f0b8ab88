// The references: the plainest use of libpq that does the same work, blocking and without any of our code.
#pragma once

#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/uuid.h"
#include "platforms/facts.h"

namespace omnify::bench {

/// Transactions per second of one blocking connection in pipeline mode: BEGIN, SET LOCAL, one query of 120 rows,
/// COMMIT.
[[nodiscard]] double raw_transactions(const std::string& url, const OrganizationId& organization, int count);

struct RawStatement {
  std::string sql;
  int parameters = 1;  ///< the organization, then perhaps the first and the last day
};
struct RawRange {
  Day first;
  Day last;
};

/// The dashboard's statements without a product around them: transactions per second of `connections` threads, each
/// with a blocking connection in pipeline mode: BEGIN, SET LOCAL, `statements`, COMMIT. The threads share `ranges`.
[[nodiscard]] double raw_overviews(const std::string& url, const OrganizationId& organization,
                                   const std::vector<RawStatement>& statements, const std::vector<RawRange>& ranges,
                                   int connections);

/// A table with the columns, key and indexes of ad_facts, without row-level security; emptied first.
void make_plain_table(const std::string& admin_url);

/// Rows per second of prepared multi-row INSERT … ON CONFLICT DO UPDATE statements of 1,000 rows into that table, a
/// transaction each.
[[nodiscard]] double raw_upsert(const std::string& admin_url, const OrganizationId& organization,
                                const std::vector<platforms::FactRow>& rows);

/// Rows per second of one COPY (text format) into that table.
[[nodiscard]] double raw_copy(const std::string& admin_url, const OrganizationId& organization,
                              const std::vector<platforms::FactRow>& rows);

}  // namespace omnify::bench
