// Rows of a small advertising market, written straight into the tables (as the superuser), and a service on top.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>

#include "base/calendar.h"
#include "base/error.h"
#include "base/uuid.h"
#include "database/database.h"
#include "metrics/measures.h"
#include "metrics/service.h"
#include "support/postgres.h"

namespace omnify::metrics {

inline Day day(std::string_view text) { return parse_day(text).value(); }

inline constexpr Micros operator""_usd(unsigned long long units) { return static_cast<Micros>(units) * kMicrosPerUnit; }

/// Noon of 31 March 2026 in UTC.
inline Instant fixed_clock() { return parse_instant("2026-03-31T12:00:00Z").value(); }

/// Gathers inserts; write() sends them.
class Market {
 public:
  OrganizationId organization(std::string_view currency = "USD", std::string_view zone = "UTC",
                              std::optional<std::int64_t> target_micros = std::nullopt) {
    const auto id = OrganizationId::random();
    sql_ += fmt::format("INSERT INTO organizations VALUES ('{}', 'Org', '{}', '{}', {});\n", id.text(), currency, zone,
                        target_micros ? std::to_string(*target_micros) : "NULL");
    return id;
  }

  AccountId account(OrganizationId organization, std::string_view currency = "USD",
                    std::string_view platform = "meta") {
    const auto id = AccountId::random();
    sql_ += fmt::format(
        "INSERT INTO ad_accounts (organization_id, id, platform, external_id, name, currency, time_zone) "
        "VALUES ('{}', '{}', '{}', '{}', 'Account', '{}', 'UTC');\n",
        organization.text(), id.text(), platform, id.text(), currency);
    return id;
  }

  CampaignId campaign(OrganizationId organization, AccountId account, std::string_view name,
                      std::string_view status = "active", std::string_view platform = "meta") {
    const auto id = CampaignId::random();
    sql_ += fmt::format(
        "INSERT INTO campaigns (organization_id, id, account_id, platform, external_id, name, status, daily_budget) "
        "VALUES ('{}', '{}', '{}', '{}', '{}', '{}', '{}', 50000000);\n",
        organization.text(), id.text(), account.text(), platform, id.text(), name, status);
    return id;
  }

  /// Both rollups.
  void sums(OrganizationId organization, CampaignId campaign, std::string_view on, const Sums& sums,
            std::string_view currency = "USD", std::string_view platform = "meta") {
    campaign_day(organization, campaign, on, sums, currency, platform);
    platform_day(organization, on, sums, currency, platform);
  }

  void campaign_day(OrganizationId organization, CampaignId campaign, std::string_view on, const Sums& sums,
                    std::string_view currency = "USD", std::string_view platform = "meta") {
    sql_ += fmt::format("INSERT INTO campaign_days VALUES ('{}', '{}', '{}', '{}', '{}', {});\n", organization.text(),
                        campaign.text(), on, platform, currency, values(sums));
  }

  void platform_day(OrganizationId organization, std::string_view on, const Sums& sums,
                    std::string_view currency = "USD", std::string_view platform = "meta") {
    sql_ += fmt::format(
        "INSERT INTO platform_days AS d VALUES ('{}', '{}', '{}', '{}', {}) "
        "ON CONFLICT (organization_id, day, platform, currency) DO UPDATE SET "
        "impressions = d.impressions + excluded.impressions, clicks = d.clicks + excluded.clicks, "
        "spend = d.spend + excluded.spend, "
        "conversions = coalesce(d.conversions + excluded.conversions, d.conversions, excluded.conversions), "
        "revenue = coalesce(d.revenue + excluded.revenue, d.revenue, excluded.revenue);\n",
        organization.text(), on, platform, currency, values(sums));
  }

  AdSetId ad_set(OrganizationId organization, CampaignId campaign, std::string_view name) {
    const auto id = AdSetId::random();
    sql_ += fmt::format("INSERT INTO ad_sets VALUES ('{}', '{}', '{}', '{}', '{}', 'active');\n", organization.text(),
                        id.text(), campaign.text(), id.text(), name);
    return id;
  }

  AdId ad(OrganizationId organization, AdSetId ad_set, std::string_view name, std::string_view status = "active") {
    const auto id = AdId::random();
    sql_ += fmt::format("INSERT INTO ads VALUES ('{}', '{}', '{}', '{}', '{}', '{}');\n", organization.text(),
                        id.text(), ad_set.text(), id.text(), name, status);
    return id;
  }

  void fact(OrganizationId organization, CampaignId campaign, AdId ad, std::string_view on, const Sums& sums,
            std::string_view currency = "USD", std::string_view platform = "meta") {
    sql_ += fmt::format("SELECT ensure_fact_month('{}');\n", on);
    sql_ += fmt::format("INSERT INTO ad_facts VALUES ('{}', '{}', '{}', '{}', '{}', '{}', {});\n", organization.text(),
                        on, ad.text(), campaign.text(), platform, currency, values(sums));
  }

  /// Units of each currency for one euro, as published on that day.
  void rates(std::string_view on, std::initializer_list<std::pair<std::string_view, double>> per_euro) {
    for (const auto& [currency, rate] : per_euro) {
      sql_ += fmt::format("INSERT INTO control.exchange_rates VALUES ('{}', '{}', {});\n", currency, on, rate);
    }
  }

  void raw(std::string_view sql) { sql_ += sql; }
  [[nodiscard]] std::string take() { return std::exchange(sql_, {}); }

 private:
  static std::string value(const std::optional<Micros>& value) { return value ? std::to_string(*value) : "NULL"; }
  static std::string values(const Sums& sums) {
    return fmt::format("{}, {}, {}, {}, {}", sums.impressions, sums.clicks, sums.spend, value(sums.conversions),
                       value(sums.revenue));
  }

  std::string sql_;
};

class MarketTest : public testing::Test {
 public:
  ~MarketTest() override { support::run(io, database.close()); }

 protected:
  void write() { test_database.execute_as_admin(market.take()); }
  template <class T>
  T run(Task<T> task) {
    return support::run(io, std::move(task));
  }
  /// The name of the field that was refused.
  template <class T>
  std::string refused(Task<T> task) {
    try {
      support::run(io, std::move(task));
    } catch (const Error& error) {
      return error.fields().empty() ? std::string(to_string(error.code())) : error.fields().front().pointer;
    }
    return "accepted";
  }

  support::TestDatabase test_database;
  boost::asio::io_context io;
  database::Database database{io.get_executor(), test_database.pool_options()};
  Service service{database, &fixed_clock};
  Market market;
};

}  // namespace omnify::metrics
