#include "platforms/csv/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "platforms/csv/dates.h"
#include "platforms/csv/normalizer.h"

namespace omnify::platforms::csv {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> named(const ImportOptions& options) {
  std::vector<std::string> out;
  for (const auto& [column, field] : options.mapping) out.push_back(column + '=' + std::string(json::enum_name(field)));
  return out;
}

ImportOptions suggested(const std::vector<std::string>& names) {
  std::vector<Column> columns;
  for (const auto& name : names) columns.push_back({.name = name, .samples = {}});
  return suggest(columns);
}

TEST(Suggestion, KnowsTheExportsOfPlatforms) {
  EXPECT_THAT(named(suggested({"Day", "Campaign name", "Ad set name", "Ad name", "Amount spent (EUR)", "Impressions",
                               "Clicks (all)", "Purchases", "Purchases conversion value"})),
              ElementsAre("Day=day", "Campaign name=campaign", "Ad set name=ad_group", "Ad name=ad",
                          "Amount spent (EUR)=spend", "Impressions=impressions", "Clicks (all)=clicks",
                          "Purchases=conversions", "Purchases conversion value=revenue"));
  EXPECT_EQ(suggested({"Amount spent (EUR)"}).constants.at("currency"), "EUR");
  EXPECT_THAT(named(suggested({"Datum", "Kampagne", "Anzeigengruppe", "Impressionen", "Klicks", "Kosten", "Währung"})),
              ElementsAre("Datum=date", "Kampagne=campaign", "Anzeigengruppe=ad_group", "Impressionen=impressions",
                          "Klicks=clicks", "Kosten=spend", "Währung=currency"));
  EXPECT_THAT(named(suggested({"Дата", "Кампания", "Показы", "Клики", "Расход"})),
              ElementsAre("Дата=date", "Кампания=campaign", "Показы=impressions", "Клики=clicks", "Расход=spend"));
  EXPECT_THAT(named(suggested({"Campaign ID", "Campaign", "Ad ID", "Ad"})), ElementsAre("Campaign=campaign", "Ad=ad"));
  EXPECT_THAT(named(suggested({"foo", "bar"})), IsEmpty());
}

TEST(Suggestion, LooksAtTheValuesOfADay) {
  EXPECT_THAT(named(suggest({{.name = "Day", .samples = {"2020-04-19", "2020-04-20"}}})), ElementsAre("Day=date"));
  EXPECT_THAT(named(suggest({{.name = "Day", .samples = {"2020-04-31", "2020-04-20"}}})), ElementsAre("Day=date"));
  EXPECT_THAT(named(suggest({{.name = "month", .samples = {"April"}}, {.name = "day", .samples = {"19", "5"}}})),
              ElementsAre("month=month", "day=day"));
}

TEST(Suggestion, FindsACurrencyThatASymbolProves) {
  EXPECT_EQ(suggest({{.name = "Cost", .samples = {"12,50 €"}}}).constants.at("currency"), "EUR");
  EXPECT_TRUE(suggest({{.name = "Cost", .samples = {"$12.50"}}}).constants.empty()) << "a dollar of which country?";
}

const std::vector<std::string> kColumns = {"month", "day", "name", "views", "cost"};

ImportOptions working() {
  ImportOptions options;
  options.mapping = {
      {"month", Field::month}, {"day", Field::day}, {"name", Field::campaign}, {"views", Field::impressions}};
  options.constants = {{"year", "2020"}, {"currency", "USD"}};
  return options;
}

std::vector<std::string> details(const ImportOptions& options) {
  std::vector<std::string> out;
  for (const auto& [pointer, detail] : objections(options, kColumns)) out.push_back(pointer + ' ' + detail);
  return out;
}

TEST(Objections, NameTheRemedy) {
  EXPECT_THAT(details(working()), IsEmpty());

  auto options = working();
  options.constants.erase("year");
  EXPECT_THAT(details(options), ElementsAre(HasSubstr("/constants/year The dates have no year")));

  options = working();
  options.constants.erase("currency");
  EXPECT_THAT(details(options), ElementsAre(HasSubstr("Which currency")));

  options = working();
  options.mapping.pop_back();
  EXPECT_THAT(details(options), ElementsAre(HasSubstr("No column holds a figure")));

  options = working();
  options.mapping[2].column = "nobody";
  EXPECT_THAT(details(options), ElementsAre(HasSubstr("/mapping/2/column The file has no column “nobody”")));

  options = working();
  options.mapping.push_back({"cost", Field::impressions});
  EXPECT_THAT(details(options), ElementsAre(HasSubstr("Only one column can be the impressions")));

  options = working();
  options.mapping.push_back({"cost", Field::campaign});
  EXPECT_THAT(details(options), IsEmpty()) << "names may be joined";

  options = working();
  options.mapping.push_back({"cost", Field::year});
  EXPECT_THAT(details(options), ElementsAre(HasSubstr("given twice")));

  options = working();
  options.mapping.push_back({"cost", Field::date});
  EXPECT_THAT(details(options), ElementsAre(HasSubstr("The date is given twice")));

  options = working();
  options.mapping.erase(options.mapping.begin());
  EXPECT_THAT(details(options), ElementsAre(HasSubstr("month is missing")));

  options = working();
  options.constants = {{"currency", "dollars"}, {"year", "20200"}, {"spend", "5"}, {"color", "red"}};
  EXPECT_THAT(details(options), ElementsAre(HasSubstr("There is no field “color”"), HasSubstr("ISO 4217"),
                                            HasSubstr("must come from a column"), HasSubstr("is not a year")));
}

TEST(Settling, TakesWhatTheSampleProves) {
  ImportOptions options;
  options.mapping = {{"date", Field::date}, {"cost", Field::spend}};
  const std::vector<std::string> columns = {"date", "cost"};
  auto settled = options;
  EXPECT_THAT(settle(settled, columns, {{"03/04/2020", "1,234"}, {"25/04/2020", "1,5"}}), IsEmpty());
  EXPECT_EQ(settled.date_order, DateOrder::dmy);
  EXPECT_EQ(settled.decimal, DecimalMark::comma);

  settled = options;
  const auto open = settle(settled, columns, {{"03/04/2020", "1,234"}});
  ASSERT_EQ(open.size(), 2U);
  EXPECT_EQ(open[0].pointer, "/date_order");
  EXPECT_EQ(open[1].pointer, "/decimal");

  settled.date_order = DateOrder::mdy;
  settled.decimal = DecimalMark::point;
  EXPECT_THAT(settle(settled, columns, {{"25/04/2020", "1,5"}}), IsEmpty()) << "the user's word counts";
  EXPECT_EQ(settled.date_order, DateOrder::mdy);
}

class Rows : public testing::Test {
 protected:
  static constexpr const char* kNames[] = {"date",   "campaign", "group", "size", "place", "impr",
                                           "clicks", "cost",     "conv",  "rev",  "cur"};

  ImportOptions options_;
  std::vector<std::string> columns_{std::begin(kNames), std::end(kNames)};

  void SetUp() override {
    options_.mapping = {{"date", Field::date},     {"campaign", Field::campaign}, {"group", Field::ad_group},
                        {"size", Field::ad},       {"place", Field::ad},          {"impr", Field::impressions},
                        {"clicks", Field::clicks}, {"cost", Field::spend},        {"conv", Field::conversions},
                        {"rev", Field::revenue},   {"cur", Field::currency}};
    options_.decimal = DecimalMark::point;
  }

  std::string read(std::vector<std::string> fields, Row& row) {
    Normalizer normalizer(options_, columns_);
    const std::vector<std::string_view> views(fields.begin(), fields.end());
    std::string why;
    return normalizer.read({.line = 1, .fields = views}, row, why) ? "" : why;
  }
};

TEST_F(Rows, AreNormalised) {
  Row row;
  ASSERT_EQ(
      read({"2020-04-19", "camp 1", "High", "160 x 600", "#N/A", "1,234", "5", "$12.50", "2.5", "99", "usd"}, row), "");
  EXPECT_EQ(row.day, *parse_day("2020-04-19"));
  EXPECT_EQ(row.campaign, "camp 1");
  EXPECT_EQ(row.ad, "160 x 600 · #N/A") << "a placeholder is a name like any other";
  EXPECT_EQ(row.platform, "csv");
  EXPECT_EQ(row.currency.text(), "USD");
  EXPECT_EQ(row.metrics.impressions, 1234);
  EXPECT_EQ(row.metrics.spend, 12'500'000);
  EXPECT_EQ(row.metrics.conversions, 2'500'000);
  EXPECT_EQ(row.metrics.revenue, 99'000'000);
  const auto fact = to_fact(row);
  EXPECT_EQ(fact.ad_external_id,
            "camp 1\x1fHigh\x1f"
            "160 x 600 · #N/A");
  EXPECT_EQ(fact.ad_set_external_id, "camp 1\x1fHigh");
}

TEST_F(Rows, TellNotReportedFromZero) {
  Row row;
  ASSERT_EQ(read({"2020-04-19", "", "", "", "", "", "-", "", "#N/A", "", "EUR"}, row), "");
  EXPECT_EQ(row.campaign, kNotSet);
  EXPECT_EQ(row.ad, kNotSet);
  EXPECT_EQ(row.metrics, Metrics{});
  ASSERT_EQ(read({"2020-04-19", "", "", "", "", "0", "0", "0", "0", "0", "EUR"}, row), "");
  EXPECT_EQ(row.metrics.conversions, 0);
  EXPECT_EQ(row.metrics.revenue, 0);
}

TEST_F(Rows, SayWhatIsWrong) {
  Row row;
  const std::vector<std::string> good = {"2020-04-19", "a", "b", "c", "d", "10", "1", "2", "3", "4", "EUR"};
  const auto with = [&](std::size_t column, std::string text) {
    auto fields = good;
    fields[column] = std::move(text);
    return read(fields, row);
  };
  EXPECT_EQ(with(0, "yesterday"), "date: “yesterday” is not a date.");
  EXPECT_THAT(with(0, "03/04/2020"), HasSubstr("day first or month first"));
  EXPECT_EQ(with(5, "#N/A"), "impressions: “#N/A” is not known, and not known is not zero.");
  EXPECT_EQ(with(5, "1.5"), "impressions: “1.5” is not a whole number.");
  EXPECT_EQ(with(6, "-1"), "clicks: “-1” is negative, a count is expected.");
  EXPECT_EQ(with(7, "12 USD"), "spend: “12 USD” is in USD, the row is in EUR.");
  EXPECT_EQ(with(7, "5%"), "spend: “5%” is a percentage, a count or an amount is expected.");
  EXPECT_THAT(with(8, "$3"), HasSubstr("a number is expected"));
  EXPECT_THAT(with(10, "euro"), HasSubstr("ISO 4217"));
  EXPECT_THAT(with(10, "XXQ"), HasSubstr("ISO 4217"));
  EXPECT_EQ(with(0, "1950-05-09"), "date: 1950-05-09 is before the year 2000.");
  EXPECT_EQ(with(0, "2099-05-09"), "date: 2099-05-09 is in the future.");
  EXPECT_THAT(with(1, std::string(1001, 'x')), HasSubstr("longer than 1000 bytes"));
  EXPECT_EQ(read({"2020-04-19", "a"}, row), "The line has 2 fields, the header has 11.");
  auto longer = good;
  longer.emplace_back(" ");
  EXPECT_EQ(read(longer, row), "") << "an empty field too many is a spreadsheet's habit";
  longer.emplace_back("x");
  EXPECT_EQ(read(longer, row), "The line has 13 fields, the header has 11.");
}

TEST(MetricsSum, KeepsNotReportedAndRefusesOverflow) {
  Metrics sum;
  sum.add({.impressions = 1, .clicks = 2, .spend = 3, .conversions = {}, .revenue = 5});
  sum.add({.impressions = 1, .clicks = 2, .spend = 3, .conversions = {}, .revenue = {}});
  EXPECT_EQ(sum, (Metrics{.impressions = 2, .clicks = 4, .spend = 6, .conversions = {}, .revenue = 5}));
  Metrics huge{
      .impressions = 0, .clicks = 0, .spend = std::numeric_limits<Micros>::max(), .conversions = {}, .revenue = {}};
  EXPECT_THROW(sum.add(huge), Error);
}

}  // namespace
}  // namespace omnify::platforms::csv
