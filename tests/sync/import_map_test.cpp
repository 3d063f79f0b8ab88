#include "sync/import_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/json.h"

namespace omnify::sync {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::vector<std::string> named(const ImportOptions& options) {
  std::vector<std::string> out;
  for (const auto& [column, field] : options.mapping) out.push_back(column + '=' + std::string(json::enum_name(field)));
  return out;
}

std::string refusal(std::string_view map, std::string_view set, const std::vector<std::string>& columns) {
  try {
    (void)parse_import_map(map, set, columns);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::invalid_field);
    return error.fields().front().pointer + ": " + error.fields().front().detail;
  }
  return "accepted";
}

TEST(ImportMap, ReadsColumnsConstantsAndLiterals) {
  const auto options = parse_import_map("month=month,day=day,Cost=spend,2020=year,USD=currency", "platform=display",
                                        {"month", "day", "cost"});
  EXPECT_THAT(named(options), ElementsAre("month=month", "day=day", "cost=spend"));
  EXPECT_THAT(options.constants,
              ElementsAre(Pair("currency", "USD"), Pair("platform", "display"), Pair("year", "2020")));
}

TEST(ImportMap, ALiteralIsAColumnWhereThereIsOne) {
  EXPECT_THAT(named(parse_import_map("2020=year", "", {"2020"})), ElementsAre("2020=year"));
}

TEST(ImportMap, QuotesProtectCommasAndEqualsSigns) {
  const std::vector<std::string> columns = {"cost, total", "a=b", "say \"hi\""};
  EXPECT_THAT(named(parse_import_map(R"("cost, total"=spend,"a=b"=clicks,"say ""hi"""=campaign)", "", columns)),
              ElementsAre("cost, total=spend", "a=b=clicks", "say \"hi\"=campaign"));
}

TEST(ImportMap, AnExactNameWinsOverCase) {
  EXPECT_THAT(named(parse_import_map("cost=spend", "", {"Cost", "cost"})), ElementsAre("cost=spend"));
  EXPECT_THAT(refusal("COST=spend", "", {"Cost", "cost"}), HasSubstr("no column “COST”"));
}

TEST(ImportMap, NamesWhatIsWrong) {
  const std::vector<std::string> columns = {"month", "cost"};
  EXPECT_THAT(refusal("price=spend", "", columns),
              HasSubstr("map: The file has no column “price”. Its columns are: month, cost."));
  EXPECT_THAT(refusal("cost=money", "", columns), HasSubstr("There is no field “money”"));
  EXPECT_THAT(refusal("cost", "", columns), HasSubstr("no equals sign"));
  EXPECT_THAT(refusal("\"cost=spend", "", columns), HasSubstr("never closed"));
  EXPECT_THAT(refusal("cost=", "", columns), HasSubstr("Both sides"));
  EXPECT_THAT(refusal("", "year=2020,year=2021", columns), HasSubstr("set: The year is given twice"));
}

}  // namespace
}  // namespace omnify::sync
