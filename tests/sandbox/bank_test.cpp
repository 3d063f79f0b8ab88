#include "bank/bank.h"

#include <gtest/gtest.h>

#include <regex>

namespace omnify::sandbox::bank {
namespace {

class BankTest : public testing::Test {
 protected:
  std::string file(const std::string& name) const {
    const wire::Request request{.method = "GET",
                                .path = "/stats/eurofxref/" + name,
                                .query = {},
                                .headers = {},
                                .body = {},
                                .base_url = "http://127.0.0.1"};
    EXPECT_TRUE(Bank::owns(request));
    const auto reply = bank.handle(request);
    return reply.status == 200 ? reply.body : std::to_string(reply.status);
  }
  static std::vector<Day> days(const std::string& text) {
    static const std::regex kDay(R"re(<Cube time="([0-9-]+)">)re");
    std::vector<Day> out;
    for (std::sregex_iterator at(text.begin(), text.end(), kDay), end; at != end; ++at) {
      out.push_back(*parse_day((*at)[1].str()));
    }
    return out;
  }

  market::World world{7, market::Size::small, *parse_day("2026-11-24")};
  market::Clock clock;
  Bank bank{world, clock};
};

TEST_F(BankTest, PublishesTheSameRatesInFilesOfThreeLengths) {
  const auto daily = file("eurofxref-daily.xml");
  const auto quarter = file("eurofxref-hist-90d.xml");
  const auto whole = file("eurofxref-hist.xml");
  EXPECT_EQ(days(daily).size(), 1U);
  EXPECT_GT(days(quarter).size(), 55U);
  EXPECT_EQ(days(whole).back(), *parse_day("2024-09-16"));  // 800 days before the epoch, a Monday
  const auto rates = daily.substr(daily.find("<Cube time"));
  EXPECT_NE(quarter.find(rates.substr(0, rates.find("</Cube>"))), std::string::npos);
  EXPECT_EQ(file("eurofxref.csv"), "404");
  EXPECT_FALSE(Bank::owns({.method = "GET", .path = "/v25.0/me", .query = {}, .headers = {}, .base_url = {}}));
}

TEST_F(BankTest, PublishesNothingOnWeekendsAndHolidays) {
  for (const auto day : days(file("eurofxref-hist.xml"))) {
    const std::chrono::weekday weekday(day);
    EXPECT_TRUE(weekday != std::chrono::Saturday && weekday != std::chrono::Sunday) << format_day(day);
    EXPECT_FALSE(format_day(day).ends_with("-12-25")) << format_day(day);
  }
}

TEST_F(BankTest, GoesOnWithTheClock) {
  const auto before = days(file("eurofxref-daily.xml")).front();
  clock.advance(std::chrono::days(7));
  EXPECT_GT(days(file("eurofxref-daily.xml")).front(), before);
}

}  // namespace
}  // namespace omnify::sandbox::bank
