// The shop's source against the real omnify-sandbox, and its readers on their own.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "base/error.h"
#include "platforms/shopify/source.h"
#include "support/postgres.h"
#include "sync/sandbox_process.h"

namespace omnify::platforms::shopify {
namespace {

using std::chrono::days;

struct Received {
  std::map<std::string, OrderRow> rows;
  std::size_t count = 0;
  Task<> take(std::vector<OrderRow> batch) {
    for (auto& row : batch) {
      ++count;
      auto id = row.external_id;
      rows[std::move(id)] = std::move(row);
    }
    co_return;
  }
};

class ShopifySource : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    sandbox_ = std::make_unique<support::SandboxProcess>(std::vector<std::string>{"--shopify-plus"});
  }
  static void TearDownTestSuite() { sandbox_.reset(); }
  void TearDown() override { control("DELETE", "/control/faults"); }

  static http::ClientOptions local() {
    http::ClientOptions options;
    options.egress.allow_loopback = true;
    return options;
  }
  static std::string member(std::string_view name) {
    return std::string(sandbox_->access().at("shopify").at(name).as_string());
  }
  static std::string shop(std::string_view name, std::size_t index = 0) {
    return std::string(sandbox_->access().at("shopify").at("shops").at(index).at(name).as_string());
  }
  ShopSource source(std::size_t index = 0, const std::string& token = "") {
    return {client_, AdminAccess{member("url") + "/" + shop("domain", index), "2026-10",
                                 token.empty() ? member("access_token") : token}};
  }
  template <class T>
  T run(Task<T> task) {
    return support::run(io_, std::move(task), std::chrono::seconds(240));
  }
  boost::json::value control(std::string method, std::string path, boost::json::value body = nullptr) {
    return run(sandbox_->control(client_, std::move(method), std::move(path), std::move(body)));
  }
  boost::json::value truth(Day first, Day last, std::size_t index = 0) {
    return control("GET", fmt::format("/control/truth?shop={}&first={}&last={}", shop("domain", index),
                                      format_day(first), format_day(last)))
        .at("total");
  }
  static Micros told(const boost::json::value& total, std::string_view name) {
    return *parse_decimal(std::string(total.at(name).as_string()));
  }
  static OrderSink into(Received& received) {
    return [&received](std::vector<OrderRow> batch) { return received.take(std::move(batch)); };
  }
  void fault(std::string_view kind, std::int64_t count, std::int64_t code = 0) {
    control("POST", "/control/faults",
            {{"platform", "shopify"}, {"account", shop("domain")}, {"kind", kind}, {"count", count}, {"code", code}});
  }
  Code code_of(ShopSource source) {
    try {
      run(source.fetch_shop());
    } catch (const Error& error) {
      return error.code();
    }
    return Code::internal;
  }

  boost::asio::io_context io_;
  http::Client client_{io_.get_executor(), local()};
  static inline std::unique_ptr<support::SandboxProcess> sandbox_;
};

TEST_F(ShopifySource, ReadsTheShop) {
  for (std::size_t index = 0; index < 3; ++index) {
    const auto row = run(source(index).fetch_shop());
    EXPECT_EQ(row.domain, shop("domain", index));
    EXPECT_EQ(row.name, shop("name", index));
    EXPECT_EQ(row.currency.text(), shop("currency", index));
    EXPECT_EQ(row.time_zone, shop("time_zone", index));
  }
}

TEST_F(ShopifySource, AHistoryInBulkAddsUpToTheTruth) {
  for (std::size_t index = 0; index < 3; ++index) {
    const auto zone = shop("time_zone", index);
    const Day today = local_day(zone, now());
    const Day first = today - days(50);
    const Day last = today - days(49);
    Received received;
    run(source(index).backfill(first, last, zone, into(received)));
    EXPECT_EQ(received.count, received.rows.size()) << "each once";
    Micros gross = 0;
    Micros discounts = 0;
    Micros tax = 0;
    Micros shipping = 0;
    std::int64_t orders = 0;
    for (const auto& [id, row] : received.rows) {
      EXPECT_GE(row.day, first);
      EXPECT_LE(row.day, last);
      if (row.test) continue;
      ++orders;
      gross += row.gross;
      discounts += row.discounts;
      tax += row.tax;
      shipping += row.shipping;
    }
    const auto known = truth(first, last, index);
    EXPECT_EQ(orders, known.at("orders").as_int64());
    EXPECT_EQ(gross, told(known, "gross_sales"));
    EXPECT_EQ(discounts, told(known, "discounts"));
    EXPECT_EQ(tax, told(known, "tax"));
    EXPECT_EQ(shipping, told(known, "shipping"));
  }
}

TEST_F(ShopifySource, ChangesBringEveryRefundOnItsDay) {
  const auto zone = shop("time_zone", 2);
  const Day yesterday = local_day(zone, now()) - days(1);
  Received received;
  run(source(2).fetch_changes(Instant(yesterday) - days(1), zone, into(received)));
  Micros goods = 0;
  Micros money = 0;
  for (const auto& [id, row] : received.rows) {
    if (row.test) continue;
    for (const auto& refund : row.refunds) {
      if (refund.day != yesterday) continue;
      goods += refund.goods;
      money += refund.money;
    }
  }
  const auto known = truth(yesterday, yesterday, 2);
  EXPECT_GT(money, 0);
  EXPECT_EQ(goods, told(known, "refunds"));
  EXPECT_EQ(money, told(known, "refunded"));
}

TEST_F(ShopifySource, BothWaysReadTheSameOrder) {
  const auto zone = shop("time_zone", 2);
  const Day day = local_day(zone, now()) - days(1);
  Received bulk;
  Received changes;
  run(source(2).backfill(day, day, zone, into(bulk)));
  run(source(2).fetch_changes(Instant(day) - days(1), zone, into(changes)));
  ASSERT_GT(bulk.rows.size(), 20U);
  std::set<bool> returning;
  std::size_t clicks = 0;
  for (const auto& [id, row] : bulk.rows) {
    ASSERT_TRUE(changes.rows.contains(id));
    const auto& other = changes.rows[id];
    EXPECT_EQ(row.gross, other.gross);
    EXPECT_EQ(row.total, other.total);
    EXPECT_EQ(row.buyer, other.buyer);
    EXPECT_FALSE(row.buyer.empty());
    if (row.returning) returning.insert(*row.returning);
    if (row.last_visit) clicks += !row.last_visit->click_id.empty();
  }
  EXPECT_EQ(returning.size(), 2U) << "new and returning customers";
  EXPECT_GT(clicks, 0U);
}

TEST_F(ShopifySource, SaysWhatToDoAboutErrors) {
  fault("server_error", 2, 503);
  EXPECT_EQ(run(source().fetch_shop()).domain, shop("domain")) << "tried again";
  fault("throttle", 1);
  EXPECT_EQ(run(source().fetch_shop()).domain, shop("domain"));
  fault("server_error", 1, 402);
  EXPECT_EQ(code_of(source()), Code::upstream_permanent);
  fault("shop_inactive", 1);
  EXPECT_EQ(code_of(source()), Code::upstream_permanent);
  fault("expired_token", 1);
  EXPECT_EQ(code_of(source()), Code::upstream_reconnect);
  EXPECT_EQ(code_of(source(0, "shpat_unknown")), Code::upstream_reconnect);
  fault("malformed", 1);
  EXPECT_EQ(run(source().fetch_shop()).domain, shop("domain"));
}

TEST(ShopifyErrors, PointsTellHowLongToWait) {
  EXPECT_EQ((Points{700, 800, 100}).wait().count(), 0);
  EXPECT_EQ((Points{700, 100, 100}).wait().count(), 6000);
  const auto envelope = read_envelope(
      R"({"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":752,
      "actualQueryCost":null,"throttleStatus":{"maximumAvailable":2000.0,"currentlyAvailable":252,"restoreRate":100.0}}}})");
  ASSERT_TRUE(envelope.failure);
  EXPECT_EQ(envelope.failure->kind, ErrorClass::slow_down);
  EXPECT_EQ(envelope.failure->wait.count(), 5000);
  EXPECT_EQ(read_envelope(R"({"data":{}})").failure.has_value(), false);
  EXPECT_THROW((void)read_envelope("{\"data\":{"), CallFailure);
  EXPECT_EQ(classify_status(429, 2.0).wait.count(), 2000);
  EXPECT_EQ(classify_status(502, {}).kind, ErrorClass::retry);
  EXPECT_EQ(classify_status(401, {}).kind, ErrorClass::reconnect);
}

TEST(ShopifyOrders, ClickIdsStandInTheLandingPage) {
  EXPECT_EQ(click_id_of("https://a.example/p?utm_source=x&fbclid=abc#top"), "abc");
  EXPECT_EQ(click_id_of("https://a.example/p?gclid=1"), "1");
  EXPECT_EQ(click_id_of("https://a.example/p?notgclid=1&x=ttclid"), "");
  EXPECT_EQ(click_id_of("https://a.example/p"), "");
}

TEST(ShopifyOrders, RefusesWhatIsNotAsAskedFor) {
  EXPECT_THROW((void)read_shop("{}"), Error);
  EXPECT_THROW((void)read_changes(R"({"data":{"orders":{"nodes":[{"id":1}]}}})", "UTC"), Error);
  BulkReader reader("UTC");
  EXPECT_THROW((void)reader.take(R"({"id":"x","__parentId":"gid://shopify/Order/1"})"), Error);
}

}  // namespace
}  // namespace omnify::platforms::shopify
