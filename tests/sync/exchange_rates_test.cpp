#include "sync/exchange_rates.h"

#include <set>

#include "base/error.h"
#include "http/client.h"
#include "sync/fixture.h"
#include "sync/sandbox_process.h"

namespace omnify::sync {
namespace {

using std::chrono::days;

// As the bank publishes it: the daily file has single quotes, the histories double ones.
constexpr std::string_view kFile = R"(<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender>
		<gesmes:name>European Central Bank</gesmes:name>
	</gesmes:Sender>
	<Cube>
		<Cube time='2026-03-09'>
			<Cube currency='USD' rate='1.0823'/>
			<Cube currency='JPY' rate='163.48'/>
		</Cube>
		<Cube time="2026-03-06"><Cube currency="USD" rate="1.0801"/><Cube currency="JPY" rate="N/A"/></Cube>
	</Cube>
</gesmes:Envelope>)";

std::string with(std::string_view from, std::string_view into) {
  std::string out(kFile);
  return out.replace(out.find(from), from.size(), into);
}

Day day(std::string_view text) { return parse_day(text).value(); }

Currency currency(std::string_view text) { return Currency::parse(text).value(); }

TEST(ReferenceRates, AreReadAsPublished) {
  const auto file = parse_reference_rates(kFile);
  EXPECT_EQ(file.first, day("2026-03-06"));
  EXPECT_EQ(file.last, day("2026-03-09"));
  ASSERT_EQ(file.rates.size(), 5U);  // the euro twice; no rate for yen on the Friday
  EXPECT_EQ(file.rates[0].currency, currency("EUR"));
  EXPECT_EQ(file.rates[0].per_euro, 1.0);
  EXPECT_EQ(file.rates[2].currency, currency("JPY"));
  EXPECT_EQ(file.rates[2].day, day("2026-03-09"));
  EXPECT_EQ(file.rates[2].per_euro, 163.48);
  EXPECT_EQ(file.rates[4].currency, currency("USD"));
  EXPECT_EQ(file.rates[4].per_euro, 1.0823);
}

TEST(ReferenceRates, MayHoldCurrenciesThatNobodyKnowsYet) {
  const auto file = parse_reference_rates(with("'JPY' rate='163.48'", "'XYZ' rate='0.00012'"));
  EXPECT_EQ(file.rates[4].currency, currency("XYZ"));
  EXPECT_EQ(file.rates[4].per_euro, 0.00012);
}

TEST(ReferenceRates, WhatIsNoneIsRefusedWithASentence) {
  for (const auto& text :
       {std::string("<html><body>Moved</body></html>"), std::string("Date, USD, JPY,\n09 March 2026, 1.0823, 163.48,"),
        std::string(), std::string(kFile.substr(0, 500)), with("2026-03-09", "2026-13-09"), with("1.0823", "1,0823"),
        with("1.0823", "-1"), with("1.0823", "0"), with("1.0823", "inf"), with("1.0823", ""), with("USD", "dollar"),
        with("2026-03-09", "2026-03-06")}) {
    SCOPED_TRACE(text);
    try {
      (void)parse_reference_rates(text);
      ADD_FAILURE() << "was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::invalid_request);
      EXPECT_TRUE(error.detail().ends_with('.')) << error.detail();
    }
  }
}

TEST(ReferenceRates, AreDueInTheAfternoonOfWorkingDays) {
  const auto due = [](std::string_view at) { return format_day(last_publication(parse_instant(at).value())); };
  EXPECT_EQ(due("2026-03-09T14:59:00Z"), "2026-03-06");  // Monday, before 16:00 in Frankfurt
  EXPECT_EQ(due("2026-03-09T15:01:00Z"), "2026-03-09");
  EXPECT_EQ(due("2026-07-06T14:01:00Z"), "2026-07-06");  // summer time
  EXPECT_EQ(due("2026-03-08T12:00:00Z"), "2026-03-06");
}

class ExchangeRatesTest : public SyncTest {
 protected:
  static http::ClientOptions local() {
    http::ClientOptions options;
    options.egress.allow_loopback = true;
    return options;
  }
  ExchangeRates from(const std::string& url) { return {{.database = database_, .client = client_, .cpu = cpu_}, url}; }

  std::int64_t stored() {
    static constexpr database::Query kCount{"test.rates", "SELECT count(*) FROM control.exchange_rates"};
    return run(database_.run_control(kCount)).get<std::int64_t>(0, 0);
  }
  /// As if the rates of `age` days ago and before, but not older than `oldest` days, had never come.
  void forget(int age, int oldest) const {
    postgres_.execute_as_admin(fmt::format(
        "DELETE FROM control.exchange_rates WHERE day BETWEEN CURRENT_DATE - {} AND CURRENT_DATE - {}", oldest, age));
  }
  void complete_until(Day last) const {
    postgres_.execute_as_admin(
        fmt::format("UPDATE control.exchange_rate_sources SET complete_until = '{}'", format_day(last)));
  }

  http::Client client_{io_.get_executor(), local()};
  CpuPool cpu_{1};
};

TEST_F(ExchangeRatesTest, StoredTwiceChangeNothingAndACorrectionCounts) {
  EXPECT_EQ(run(store_reference_rates(database_, parse_reference_rates(kFile))), 5);
  EXPECT_EQ(run(store_reference_rates(database_, parse_reference_rates(kFile))), 0);
  EXPECT_EQ(run(store_reference_rates(database_, parse_reference_rates(with("1.0801", "1.0802")))), 1);
  EXPECT_EQ(stored(), 5);
}

TEST_F(ExchangeRatesTest, AreStoredAllOrNone) {
  RateFile file{.rates = {}, .first = day("2020-01-01"), .last = day("2026-03-09")};
  for (int i = 0; i < 2500; ++i) file.rates.push_back({currency("USD"), file.first + days(i), 1.1});
  file.rates.back().per_euro = -1;  // which the table refuses, in the third statement
  EXPECT_THROW(run(store_reference_rates(database_, file)), Error);
  EXPECT_EQ(stored(), 0);
}

TEST_F(ExchangeRatesTest, TheWholeHistoryIsFetchedOnceAndThenTheShortestFileWithoutAGap) {
  const support::SandboxProcess sandbox;
  auto rates = from(sandbox.url());
  int changes = 0;
  rates.on_change([&changes] { ++changes; });
  // A file of one day must not pass for the years before it.
  run(store_reference_rates(database_, parse_reference_rates(with("2026-03-06", "2026-11-24"))));
  run(rates.refresh());
  const auto all = stored();
  EXPECT_GT(all, 500 * 13);
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(run(rates.refresh()), 0);
  EXPECT_EQ(changes, 1);

  forget(0, 10);
  forget(40, 50);
  forget(200, 210);
  complete_until(last_publication(now()) - days(10));  // ten days off: the file of 90 days
  EXPECT_GT(run(rates.refresh()), 0);
  const auto quarter = stored();
  EXPECT_LT(quarter, all);
  forget(40, 50);
  complete_until(last_publication(last_publication(now()) + std::chrono::hours(1)));  // one day off: the daily file
  EXPECT_EQ(run(rates.refresh()), 0);
  EXPECT_LT(stored(), quarter);
  complete_until(last_publication(now()) - days(200));
  EXPECT_GT(run(rates.refresh()), 0);
  EXPECT_EQ(stored(), all);
}

TEST_F(ExchangeRatesTest, AnotherSourceIsFetchedFromItsBeginning) {
  const support::SandboxProcess first;
  const support::SandboxProcess second(std::vector<std::string>{"--seed", "99"});
  auto rates = from(first.url());
  run(rates.refresh());
  rates.set_url(second.url());
  EXPECT_GT(run(rates.refresh()), 500 * 11);
}

TEST_F(ExchangeRatesTest, NothingIsAskedWithoutNeed) {
  auto nowhere = from("http://127.0.0.1:1");
  EXPECT_THROW(run(nowhere.refresh()), Error);
  EXPECT_EQ(run(from("").refresh()), 0);
  postgres_.execute_as_admin(
      "INSERT INTO control.exchange_rate_sources (url, complete_until) VALUES ('http://127.0.0.1:1', CURRENT_DATE + "
      "1)");
  EXPECT_EQ(run(nowhere.refresh()), 0);
}

TEST_F(ExchangeRatesTest, AnAnswerThatIsNoFileIsTriedAgainLater) {
  const support::SandboxProcess sandbox;
  auto rates = from(sandbox.url() + "/v25.0");
  try {
    run(rates.refresh());
    ADD_FAILURE() << "was stored";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::upstream_retry) << error.detail();
  }
  EXPECT_EQ(stored(), 0);
}

}  // namespace
}  // namespace omnify::sync
