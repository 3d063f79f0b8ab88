// The data that the benchmarks load and ask for: made by formula, the same in every run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "database/database.h"
#include "sync/import_model.h"
#include "sync/loader.h"

namespace omnify::bench {

/// `ads` × `days` rows, day by day up to yesterday (UTC), `ads_per_campaign` ads to a campaign.
[[nodiscard]] std::vector<platforms::FactRow> fact_rows(int ads, int days, int ads_per_campaign);

[[nodiscard]] sync::LoadTarget load_target(OrganizationId organization, std::string platform);

/// The campaigns, ad sets and ads that fact_rows() names.
Task<> load_workload_entities(database::Database& database, sync::LoadTarget target, int ads, int ads_per_campaign);

/// A file of `rows` lines with a header, and the options to import it.
void write_csv(const std::filesystem::path& file, std::int64_t rows);
[[nodiscard]] sync::ImportOptions csv_options();

}  // namespace omnify::bench
