// A fresh database with organizations, and what tests of this room read back from it.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <string>

#include "base/calendar.h"
#include "database/database.h"
#include "platforms/connector.h"
#include "support/postgres.h"
#include "sync/loader.h"

namespace omnify::sync {

/// Everything that the loader wrote, as one comparable value.
struct Totals {
  std::int64_t facts = 0;
  std::int64_t impressions = 0;
  std::int64_t spend = 0;
  std::optional<std::int64_t> conversions = std::nullopt;
  std::optional<std::int64_t> revenue = std::nullopt;
  friend bool operator==(const Totals&, const Totals&) = default;
};

class SyncTest : public ::testing::Test {
 public:
  SyncTest() : database_(io_.get_executor(), postgres_.pool_options(8)) { organization_ = new_organization(); }
  ~SyncTest() override { support::run(io_, database_.close()); }

 protected:
  /// With one member, so that the control plane knows it.
  OrganizationId new_organization() {
    const auto id = OrganizationId::random();
    const auto user = Uuid::random().text();
    postgres_.execute_as_admin(
        fmt::format("INSERT INTO organizations (organization_id, name, reporting_currency, time_zone) VALUES ('{0}', "
                    "'Test', 'USD', "
                    "'UTC'); INSERT INTO control.users (id, email, name, password_hash) VALUES ('{1}', "
                    "'{1}@example.com', '', 'x'); "
                    "INSERT INTO control.memberships (user_id, organization_id, role) VALUES ('{1}', '{0}', 'owner');",
                    id.text(), user));
    return id;
  }

  [[nodiscard]] LoadTarget target(std::string account = "12", std::string_view currency = "USD") const {
    LoadTarget out;
    out.organization = organization_;
    out.platform = "meta";
    out.account = {.external_id = account,
                   .name = "Account " + account,
                   .currency = Currency::parse(currency).value(),
                   .time_zone = "America/New_York"};
    return out;
  }

  template <class T>
  T run(Task<T> task) {
    return support::run(io_, std::move(task), std::chrono::seconds(60));
  }

  /// One row of one statement with $1 = organization.
  database::Result query(database::Query query) {
    return run(database_.run(organization_, query, database::Params(organization_)));
  }

  Totals facts() {
    static constexpr database::Query kQuery{"test.facts", R"(
SELECT count(*), coalesce(sum(impressions), 0)::bigint, coalesce(sum(spend), 0)::bigint, sum(conversions)::bigint,
       sum(revenue)::bigint FROM ad_facts WHERE organization_id = $1::uuid)"};
    return read(query(kQuery));
  }
  Totals campaign_days() {
    static constexpr database::Query kQuery{"test.campaign_days", R"(
SELECT 0::bigint, coalesce(sum(impressions), 0)::bigint, coalesce(sum(spend), 0)::bigint, sum(conversions)::bigint,
       sum(revenue)::bigint FROM campaign_days WHERE organization_id = $1::uuid)"};
    return read(query(kQuery));
  }
  Totals platform_days() {
    static constexpr database::Query kQuery{"test.platform_days", R"(
SELECT 0::bigint, coalesce(sum(impressions), 0)::bigint, coalesce(sum(spend), 0)::bigint, sum(conversions)::bigint,
       sum(revenue)::bigint FROM platform_days WHERE organization_id = $1::uuid)"};
    return read(query(kQuery));
  }
  /// Rows of the rollups that are not exactly the sums of the facts, in either direction.
  std::int64_t wrong_rollups() {
    static constexpr database::Query kQuery{"test.wrong_rollups", R"(
WITH campaign AS (
  SELECT campaign_id, day, platform, currency, sum(impressions)::bigint, sum(clicks)::bigint, sum(spend)::bigint,
         sum(conversions)::bigint, sum(revenue)::bigint
  FROM ad_facts WHERE organization_id = $1::uuid GROUP BY 1, 2, 3, 4),
platform AS (
  SELECT day, platform, currency, sum(impressions)::bigint, sum(clicks)::bigint, sum(spend)::bigint,
         sum(conversions)::bigint, sum(revenue)::bigint
  FROM ad_facts WHERE organization_id = $1::uuid GROUP BY 1, 2, 3),
stored_campaign AS (
  SELECT campaign_id, day, platform, currency, impressions, clicks, spend, conversions, revenue
  FROM campaign_days WHERE organization_id = $1::uuid),
stored_platform AS (
  SELECT day, platform, currency, impressions, clicks, spend, conversions, revenue
  FROM platform_days WHERE organization_id = $1::uuid)
SELECT (SELECT count(*) FROM (TABLE campaign EXCEPT TABLE stored_campaign) x) +
       (SELECT count(*) FROM (TABLE stored_campaign EXCEPT TABLE campaign) x) +
       (SELECT count(*) FROM (TABLE platform EXCEPT TABLE stored_platform) x) +
       (SELECT count(*) FROM (TABLE stored_platform EXCEPT TABLE platform) x))"};
    return query(kQuery).get<std::int64_t>(0, 0);
  }

  boost::asio::io_context io_;
  support::TestDatabase postgres_;
  database::Database database_;
  OrganizationId organization_;

 private:
  static Totals read(const database::Result& result) {
    return {.facts = result.get<std::int64_t>(0, 0),
            .impressions = result.get<std::int64_t>(0, 1),
            .spend = result.get<std::int64_t>(0, 2),
            .conversions = result.get<std::optional<std::int64_t>>(0, 3),
            .revenue = result.get<std::optional<std::int64_t>>(0, 4)};
  }
};

}  // namespace omnify::sync
