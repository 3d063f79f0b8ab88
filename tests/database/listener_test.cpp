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
    subscription_ = listener_.subscribe([this](const std::string& payload) { heard_.push_back(payload); });
    listener_.start();
    wait([this] { return listener_.connected(); });
  }
  void TearDown() override {
    support::run(io_, notifier_.stop());
    support::run(io_, listener_.stop());
  }
  void wait(const std::function<bool()>& condition) { support::run_until(io_, condition); }
  [[nodiscard]] bool heard(const std::string& payload) const {
    return std::ranges::find(heard_, payload) != heard_.end();
  }

  support::TestDatabase test_database_;
  boost::asio::io_context io_;
  Database database_{io_.get_executor(), test_database_.pool_options()};
  Listener listener_{io_.get_executor(), test_database_.database_url(), "omnify_test"};
  Notifier notifier_{io_.get_executor(), database_, "omnify_test"};
  std::shared_ptr<void> subscription_;
  std::vector<std::string> heard_;
};

TEST_F(ListenerTest, PayloadsReachAllSubscribers) {
  std::vector<std::string> also;
  auto second = listener_.subscribe([&](const std::string& payload) { also.push_back(payload); });
  notifier_.notify(R"({"organization": "a"})");
  wait([&] { return !also.empty() && !heard_.empty(); });
  EXPECT_EQ(heard_.front(), R"({"organization": "a"})");
  second.reset();
  notifier_.notify("b");
  wait([&] { return heard("b"); });
  EXPECT_EQ(also.size(), 1u);
}

TEST_F(ListenerTest, EqualPayloadsThatWaitTogetherAreSentOnce) {
  for (int i = 0; i < 100; ++i) notifier_.notify("same");
  notifier_.notify("last");
  wait([&] { return heard("last"); });
  EXPECT_LE(std::ranges::count(heard_, "same"), 2);
  EXPECT_GE(std::ranges::count(heard_, "same"), 1);
}

TEST_F(ListenerTest, ReconnectTellsSubscribers) {
  test_database_.execute_as_admin(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
      "pg_backend_pid()");
  wait([&] { return heard(std::string(kListenerReset)); });
  notifier_.notify("again");
  wait([&] { return heard("again"); });
}

TEST_F(ListenerTest, TooLongIsABug) {
  EXPECT_THROW(notifier_.notify(std::string(8000, 'x')), Error);
  notifier_.notify(std::string(7999, 'x'));
  wait([&] { return heard(std::string(7999, 'x')); });
}

TEST_F(ListenerTest, WhatWaitsIsSentBeforeTheEnd) {
  notifier_.notify("first");
  notifier_.notify("second");
  support::run(io_, notifier_.stop());
  wait([&] { return heard("first") && heard("second"); });
}

}  // namespace
}  // namespace omnify::database
