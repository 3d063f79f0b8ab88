// Connections to a platform in this process, and the service on top.
#pragma once

#include <gtest/gtest.h>

#include <set>

#include "async/gate.h"
#include "base/error.h"
#include "base/json.h"
#include "jobs/queue.h"
#include "sync/fixture.h"
#include "sync/service.h"

namespace omnify::sync {
using platforms::FactRow;

/// A platform in this process whose every answer follows from the day, and that fails on order.
struct FakePlatform {
  std::map<std::string, std::string> accepted{{"access_token", "good"}};
  int days_before_failure = -1;  ///< of one run; -1: never
  std::optional<Error> failure;
  std::multiset<Day> delivered;
  std::set<std::string> silent;    ///< ads without a row
  std::set<Day> losing;            ///< days without a row of ad 2 the next time they are asked for
  std::map<Day, Micros> unlisted;  ///< spend of a day that belongs to no ad
  std::string time_zone = "America/New_York";

  class Connector;
};

class FakePlatform::Connector : public platforms::Connector {
 public:
  Connector(FakePlatform& platform, std::string account, std::map<std::string, std::string> credentials)
      : platform_(platform), account_(std::move(account)), credentials_(std::move(credentials)) {}

  Task<platforms::AccountRow> fetch_account() override {
    if (credentials_ != platform_.accepted) throw Error(Code::upstream_reconnect, "The access token has expired.");
    co_return platforms::AccountRow{.external_id = account_,
                                    .name = "Fake shop",
                                    .currency = Currency::parse("EUR").value(),
                                    .time_zone = platform_.time_zone};
  }

  Task<platforms::EntityRows> fetch_entities() override {
    platforms::EntityRows rows;
    rows.campaigns.push_back(
        {.external_id = "1", .name = "One", .objective = "OUTCOME_SALES", .daily_budget = std::nullopt});
    rows.ad_sets.push_back({.external_id = "2", .campaign_external_id = "1", .name = "Two"});
    co_return rows;
  }

  Task<> fetch_facts(Day first, Day last, platforms::FactSink sink) override {
    for (Day day = last; day >= first; day -= std::chrono::days(1)) {
      if (platform_.failure && platform_.days_before_failure-- == 0) throw Error(*platform_.failure);
      report("Reading " + format_day(day));
      platform_.delivered.insert(day);
      auto rows = rows_of(day);
      if (platform_.losing.erase(day) > 0) rows.pop_back();
      co_await sink(std::move(rows));
    }
  }

  Task<std::vector<platforms::AccountDay>> fetch_account_days(Day first, Day last) override {
    std::vector<platforms::AccountDay> days;
    for (Day day = first; day <= last; day += std::chrono::days(1)) {
      platforms::AccountDay sum{.day = day, .conversions = std::nullopt, .revenue = std::nullopt};
      for (const auto& row : rows_of(day)) {
        sum.impressions += row.impressions;
        sum.spend += row.spend;
      }
      if (const auto found = platform_.unlisted.find(day); found != platform_.unlisted.end())
        sum.spend += found->second;
      days.push_back(sum);
    }
    co_return days;
  }

 private:
  [[nodiscard]] std::vector<FactRow> rows_of(Day day) const {
    std::vector<FactRow> rows;
    for (int ad = 0; ad < 3; ++ad) {
      if (platform_.silent.contains(std::to_string(ad))) continue;
      FactRow row;
      row.day = day;
      row.campaign_external_id = "1";
      row.ad_set_external_id = "2";
      row.ad_external_id = std::to_string(ad);
      row.impressions = day.time_since_epoch().count() % 100 + ad;
      row.spend = row.impressions * 10'000;
      rows.push_back(std::move(row));
    }
    return rows;
  }

  FakePlatform& platform_;
  std::string account_;
  std::map<std::string, std::string> credentials_;
};

struct FakeVault : CredentialSource {
  std::map<std::string, std::string> stored{{"access_token", "good"}};
  Task<std::map<std::string, std::string>> read(OrganizationId, ConnectionId) override { co_return stored; }
};

class ServiceTest : public SyncTest {
 public:
  explicit ServiceTest(ServiceOptions options = {.first_sync_days = 30}) : service_(parts_, options) {}
  ~ServiceTest() override { run(gate_.close(std::chrono::seconds(5))); }

 protected:
  static NewConnection request(std::string account = "act_12") {
    return {.platform = "meta",
            .name = std::nullopt,
            .external_account_id = std::move(account),
            .credentials = {{"access_token", "good"}}};
  }

  jobs::Job job(ConnectionId connection, int attempt = 1) {
    return {.id = Uuid::random(),
            .organization = organization_,
            .kind = "sync.connection",
            .payload = R"({"connection_id":")" + connection.text() + "\"}",
            .attempt = attempt,
            .max_attempts = 3};
  }

  /// Runs the job and returns the code of its failure.
  std::optional<Code> perform(ConnectionId connection, int attempt = 1) {
    try {
      run(service_.run_job(job(connection, attempt)));
    } catch (const Error& error) {
      return error.code();
    }
    return std::nullopt;
  }

  Connection get(ConnectionId id) { return run(service_.get(organization_, id)); }
  ConnectionId connected() {
    const auto id = run(service_.create(organization_, request())).id;
    run(service_.request_sync(organization_, id));
    return id;
  }

  Connection rename(OrganizationId organization, ConnectionId id, std::string name) {
    ConnectionChange change;
    change.name = std::move(name);
    return run(service_.change(organization, id, std::move(change)));
  }
  Connection reschedule(OrganizationId organization, ConnectionId id, std::int64_t hours) {
    ConnectionChange change;
    change.sync_hours = hours;
    return run(service_.change(organization, id, std::move(change)));
  }

  std::int64_t count_jobs() {
    static constexpr database::Query kQuery{"test.jobs", R"(SELECT count(*) FROM control.jobs)"};
    return run(database_.run_control(kQuery)).get<std::int64_t>(0, 0);
  }

  FakePlatform platform_;
  FakeVault vault_;
  Gate gate_{io_.get_executor()};
  jobs::Queue queue_{database_};
  std::vector<std::string> events_;
  ServiceParts parts_{
      .database = database_,
      .queue = queue_,
      .gate = gate_,
      .credentials = vault_,
      .connectors =
          [this](const std::string&, std::string account, std::map<std::string, std::string> credentials) {
            return std::make_unique<FakePlatform::Connector>(platform_, std::move(account), std::move(credentials));
          },
      .events = [this](OrganizationId, std::string json) { events_.push_back(std::move(json)); }};
  Service service_;
};

}  // namespace omnify::sync
