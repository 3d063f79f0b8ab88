#include "bench/workload.h"

#include <fmt/format.h>

#include <fstream>

namespace omnify::bench {
namespace {

std::string ad_name(int ad) { return fmt::format("ad {}", ad); }
std::string campaign_name(int ad, int ads_per_campaign) { return fmt::format("campaign {}", ad / ads_per_campaign); }

}  // namespace

std::vector<platforms::FactRow> fact_rows(int ads, int days, int ads_per_campaign) {
  const auto yesterday = std::chrono::floor<std::chrono::days>(now()) - std::chrono::days(1);
  std::vector<platforms::FactRow> rows;
  rows.reserve(static_cast<std::size_t>(ads) * static_cast<std::size_t>(days));
  for (int day = days - 1; day >= 0; --day) {
    for (int ad = 0; ad < ads; ++ad) {
      const std::int64_t impressions = 1000 + (ad * 37 + day * 101) % 4000;
      const std::int64_t clicks = impressions / 60 + ad % 7;
      rows.push_back({.day = yesterday - std::chrono::days(day),
                      .campaign_external_id = campaign_name(ad, ads_per_campaign),
                      .ad_set_external_id = campaign_name(ad, ads_per_campaign),
                      .ad_external_id = ad_name(ad),
                      .impressions = impressions,
                      .clicks = clicks,
                      .spend = clicks * 730'000,
                      .conversions = clicks / 20 * kMicrosPerUnit,
                      .revenue = clicks / 20 * 45 * kMicrosPerUnit});
    }
  }
  return rows;
}

sync::LoadTarget load_target(OrganizationId organization, std::string platform) {
  platforms::AccountRow account{
      .external_id = "bench", .name = "Bench", .currency = *Currency::parse("USD"), .time_zone = "UTC"};
  return {.organization = organization,
          .connection = std::nullopt,
          .platform = std::move(platform),
          .account = std::move(account)};
}

Task<> load_workload_entities(database::Database& database, sync::LoadTarget target, int ads, int ads_per_campaign) {
  platforms::EntityRows rows;
  for (int ad = 0; ad < ads; ++ad) {
    const auto campaign = campaign_name(ad, ads_per_campaign);
    if (ad % ads_per_campaign == 0) {
      rows.campaigns.push_back({.external_id = campaign, .name = campaign, .objective = {}, .daily_budget = {}});
      rows.ad_sets.push_back({.external_id = campaign, .campaign_external_id = campaign, .name = campaign});
    }
    rows.ads.push_back({.external_id = ad_name(ad),
                        .ad_set_external_id = campaign,
                        .name = ad_name(ad),
                        .creative_external_id = {},
                        .creative_title = {},
                        .creative_body = {}});
  }
  sync::Loader loader(database);
  co_await loader.load_entities(std::move(target), std::move(rows));
}

void write_csv(const std::filesystem::path& file, std::int64_t rows) {
  std::ofstream out(file);
  out << "date,campaign,ad,impressions,clicks,spend,revenue\n";
  for (std::int64_t row = 0; row < rows; ++row) {
    const Day day = std::chrono::sys_days(std::chrono::year(2025) / 1 / 1) + std::chrono::days(row % 300);
    out << fmt::format("{},campaign {},ad {},{},{},{}.{:02},{}\n", format_day(day), row / 300 % 40, row / 300,
                       1000 + row % 977, row % 31, row % 50, row % 100, row % 90);
  }
}

sync::ImportOptions csv_options() {
  sync::ImportOptions options;
  using platforms::csv::Field;
  for (const auto field :
       {Field::date, Field::campaign, Field::ad, Field::impressions, Field::clicks, Field::spend, Field::revenue}) {
    options.mapping.push_back({.column = std::string(json::enum_name(field)), .field = field});
  }
  options.constants = {{"currency", "USD"}};
  return options;
}

}  // namespace omnify::bench
