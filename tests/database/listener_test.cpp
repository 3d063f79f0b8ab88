#include "database/listener.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "support/postgres.h"

namespace omnify::database {
namespace {

class ListenerTest : public testing::Test {
 protected:
  void SetUp() override {
    subscription = listener.subscribe([this](const std::string& payload) { payloads.push_back(payload); });
    listener.start();
    wait([this] { return listener.connected(); });
  }
  void TearDown() override {
    support::run(io, notifier.stop());
    support::run(io, listener.stop());
  }
  void wait(const std::function<bool()>& condition) { support::run_until(io, condition); }
  [[nodiscard]] bool heard(const std::string& payload) const {
    return std::ranges::find(payloads, payload) != payloads.end();
  }

  support::TestDatabase test_database;
  boost::asio::io_context io;
  Database database{io.get_executor(), test_database.pool_options()};
  Listener listener{io.get_executor(), test_database.database_url(), "omnify_test"};
  Notifier notifier{io.get_executor(), database, "omnify_test"};
  std::shared_ptr<void> subscription;
  std::vector<std::string> payloads;
};

TEST_F(ListenerTest, PayloadsReachAllSubscribers) {
  std::vector<std::string> also;
  auto second = listener.subscribe([&](const std::string& payload) { also.push_back(payload); });
  notifier.notify(R"({"organization": "a"})");
  wait([&] { return !also.empty() && !payloads.empty(); });
  EXPECT_EQ(payloads.front(), R"({"organization": "a"})");
  second.reset();
  notifier.notify("b");
  wait([&] { return heard("b"); });
  EXPECT_EQ(also.size(), 1u);
}

TEST_F(ListenerTest, EqualPayloadsThatWaitTogetherAreSentOnce) {
  for (int i = 0; i < 100; ++i) notifier.notify("same");
  notifier.notify("last");
  wait([&] { return heard("last"); });
  EXPECT_LE(std::ranges::count(payloads, "same"), 2);
  EXPECT_GE(std::ranges::count(payloads, "same"), 1);
}

TEST_F(ListenerTest, ReconnectTellsSubscribers) {
  test_database.execute_as_admin(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
      "pg_backend_pid()");
  wait([&] { return heard(std::string(kListenerReset)); });
  notifier.notify("again");
  wait([&] { return heard("again"); });
}

TEST_F(ListenerTest, TooLongIsABug) {
  EXPECT_THROW(notifier.notify(std::string(8000, 'x')), Error);
  notifier.notify(std::string(7999, 'x'));
  wait([&] { return heard(std::string(7999, 'x')); });
}

TEST_F(ListenerTest, WhatWaitsIsSentBeforeTheEnd) {
  notifier.notify("first");
  notifier.notify("second");
  support::run(io, notifier.stop());
  wait([&] { return heard("first") && heard("second"); });
}

}  // namespace
}  // namespace omnify::database
