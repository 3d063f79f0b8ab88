// Connectors under test: against the real omnify-sandbox, and against a platform that the test makes up.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iterator>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "platforms/connector.h"
#include "support/http.h"
#include "support/postgres.h"
#include "sync/sandbox_process.h"

namespace omnify::platforms {

/// The figures of many rows together. What a row does not report counts as nothing.
struct Sums {
  Micros spend = 0;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  Micros conversions = 0;
  Micros revenue = 0;
  friend bool operator==(const Sums&, const Sums&) = default;
  friend void PrintTo(const Sums& sums, std::ostream* out) {
    *out << fmt::format("spend {} impressions {} clicks {} conversions {} revenue {}", sums.spend, sums.impressions,
                        sums.clicks, sums.conversions, sums.revenue);
  }
};

/// Of facts, or of an account's days.
template <class Row>
Sums sums(const std::vector<Row>& rows) {
  Sums out;
  for (const auto& row : rows) {
    out.spend += row.spend;
    out.impressions += row.impressions;
    out.clicks += row.clicks;
    out.conversions += row.conversions.value_or(0);
    out.revenue += row.revenue.value_or(0);
  }
  return out;
}

/// How often each ad came on each day.
inline std::map<std::pair<Day, std::string>, int> times(const std::vector<FactRow>& rows) {
  std::map<std::pair<Day, std::string>, int> out;
  for (const auto& row : rows) ++out[{row.day, row.ad_external_id}];
  return out;
}

class ConnectorFixture : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return support::run(io_, std::move(task), std::chrono::seconds(120));
  }
  /// The error that `task` ends with.
  template <class T>
  Error error_of(Task<T> task) {
    try {
      (void)run(std::move(task));
    } catch (const Error& error) {
      return error;
    }
    return {Code::internal, "It did not fail."};
  }
  /// Keeps what the connector says in `activity_`.
  template <class Made>
  std::unique_ptr<Made> watched(std::unique_ptr<Made> connector) {
    connector->on_activity([this](std::string sentence) { activity_.push_back(std::move(sentence)); });
    return connector;
  }
  /// Keeps what comes in `received_`.
  FactSink sink() {
    return [this](std::vector<FactRow> rows) { return take(std::move(rows)); };
  }
  std::vector<FactRow> facts(Connector& source, Day first, Day last) {
    received_.clear();
    run(source.fetch_facts(first, last, sink()));
    return std::move(received_);
  }

  boost::asio::io_context io_;
  http::Client client_{io_.get_executor(), support::local_client()};
  std::vector<FactRow> received_;
  std::vector<std::string> activity_;

 private:
  Task<> take(std::vector<FactRow> batch) {
    EXPECT_LE(batch.size(), kBatchRows);
    std::ranges::move(batch, std::back_inserter(received_));
    co_return;
  }
};

/// With one omnify-sandbox for all tests of a suite.
class SandboxFixture : public ConnectorFixture {
 protected:
  explicit SandboxFixture(std::string platform) : platform_(std::move(platform)) {}

  static void start_sandbox(std::vector<std::string> options = {}) {
    sandbox_ = std::make_unique<support::SandboxProcess>(std::move(options));
  }
  static void SetUpTestSuite() { start_sandbox(); }
  static void TearDownTestSuite() { sandbox_.reset(); }
  void TearDown() override { control("DELETE", "/control/faults"); }

  boost::json::value control(std::string method, std::string path, boost::json::value body = nullptr) {
    return run(sandbox_->control(client_, std::move(method), std::move(path), std::move(body)));
  }
  /// What the ready file says of the platform: Meta's stands at its top.
  [[nodiscard]] const boost::json::value& access() const {
    const auto& whole = sandbox_->access();
    return platform_ == "meta" ? whole : whole.at(platform_);
  }
  [[nodiscard]] std::string access(std::string_view member) const {
    return std::string(access().at(member).as_string());
  }
  [[nodiscard]] std::string account(std::size_t index = 0) const {
    return std::string(access().at("accounts").at(index).at("id").as_string());
  }
  [[nodiscard]] std::size_t account_count() const { return access().at("accounts").as_array().size(); }

  /// For the next `count` requests of the first account.
  void fault(std::string_view kind, std::int64_t count, std::int64_t code = 0) {
    control("POST", "/control/faults",
            {{"platform", platform_}, {"account", account()}, {"kind", kind}, {"count", count}, {"code", code}});
  }
  /// A token of that state, for `accounts` or, without any, for all.
  std::string token(std::string_view state, boost::json::array accounts = {}) {
    const auto made = control("POST", "/control/tokens",
                              {{"platform", platform_}, {"state", state}, {"accounts", std::move(accounts)}});
    return std::string(made.as_object().begin()->value().as_string());
  }
  /// What the market knows of an account; `clicks` is the kind of clicks that the platform counts.
  Sums truth(const std::string& of, Day first, Day last, std::string_view clicks = "clicks") {
    const auto all = control(
        "GET", fmt::format("/control/truth?account={}&first={}&last={}", of, format_day(first), format_day(last)));
    const auto& total = all.at("total");
    return {.spend = parse_decimal(total.at("spend").as_string()).value(),
            .impressions = total.at("impressions").as_int64(),
            .clicks = total.at(clicks).as_int64(),
            .conversions = total.at("purchases").as_int64() * kMicrosPerUnit,
            .revenue = parse_decimal(total.at("revenue").as_string()).value()};
  }
  /// After 28 days a day is final, so that nothing changes between two questions.
  static Day final_day() { return std::chrono::floor<std::chrono::days>(now()) - std::chrono::days(30); }

  static inline std::unique_ptr<support::SandboxProcess> sandbox_;

 private:
  std::string platform_;
};

/// A route that needs no description.
template <class Handler>
http::Route plain_route(http::Method method, std::string path, Handler handler) {
  const auto id = fmt::format("{}{}", to_string(method), path);
  return {.method = method,
          .path = std::move(path),
          .operation = {.id = id, .summary = "", .tag = "", .permission = ""},
          .handler = std::move(handler)};
}

/// What the sandbox cannot be asked for: `Platform` answers on a server of this process.
template <class Platform>
class FakePlatformFixture : public ConnectorFixture {
 public:
  ~FakePlatformFixture() override { support::run(io_, server_.stop(std::chrono::seconds(1))); }

 protected:
  FakePlatformFixture() : server_(io_.get_executor(), platform_.router(), support::quiet_server()) { server_.listen(); }

  [[nodiscard]] std::string url() const { return fmt::format("http://127.0.0.1:{}", server_.port()); }

  Platform platform_;
  http::Server server_;
};

}  // namespace omnify::platforms
