#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"
#include "database/connection.h"
#include "support/postgres.h"

namespace omnify::database {
namespace {

using namespace std::chrono_literals;

Task<std::vector<Result>> execute(std::string url, std::vector<Execution> executions) {
  auto connection = co_await Connection::open(std::move(url), 5s);
  co_return co_await connection->execute(std::move(executions), 30s);
}

class QueryTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { test_database = std::make_unique<support::TestDatabase>(); }
  static void TearDownTestSuite() { test_database.reset(); }

  std::vector<Result> run(std::vector<Execution> executions) {
    return support::run(io, execute(test_database->database_url(), std::move(executions)));
  }
  Result run(Query query, Params params = Params()) {
    std::vector<Execution> executions;
    executions.push_back({query, std::move(params)});
    return std::move(run(std::move(executions)).front());
  }

  static std::unique_ptr<support::TestDatabase> test_database;
  boost::asio::io_context io;
};

std::unique_ptr<support::TestDatabase> QueryTest::test_database;

TEST_F(QueryTest, EveryTypeComesBackAsItWasSent) {
  constexpr Query kEcho{"test.echo", R"(SELECT $1, $2, $3, $4::text, $5, $6, $7, $8)"};
  const auto id = Uuid::random();
  const Day day = std::chrono::year{1999} / 12 / 31;
  const Instant instant = Instant{std::chrono::sys_days{std::chrono::year{2031} / 2 / 3}} + 12345678901us;
  Params params(true, std::numeric_limits<std::int64_t>::min(), -0.1, "ä ' \\ 中", id, day, instant);
  params.add_bytes(std::string_view("\0\xff\x01", 3));
  const auto row = run(kEcho, std::move(params));
  EXPECT_EQ(row.get<bool>(0, 0), true);
  EXPECT_EQ(row.get<std::int64_t>(0, 1), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(row.get<double>(0, 2), -0.1);
  EXPECT_EQ(row.get<std::string>(0, 3), "ä ' \\ 中");
  EXPECT_EQ(row.get<Uuid>(0, 4), id);
  EXPECT_EQ(row.get<Day>(0, 5), day);
  EXPECT_EQ(row.get<Instant>(0, 6), instant);
  EXPECT_EQ(row.get<std::string>(0, 7), std::string("\0\xff\x01", 3));
}

TEST_F(QueryTest, ServerSeesWhatWasMeant) {
  constexpr Query kPrint{"test.print",
                         "SELECT $1::date::text, $2::timestamptz::text, $3::uuid::text, $4::bigint::text"};
  const Instant instant = Instant{std::chrono::sys_days{std::chrono::year{1970} / 1 / 1}} - 1us;
  const auto id = Uuid::parse("00112233-4455-6677-8899-aabbccddeeff");
  const auto row = run(kPrint, Params(Day(std::chrono::year{2026} / 3 / 1), instant, *id, 42));
  EXPECT_EQ(row.get<std::string>(0, 0), "2026-03-01");
  EXPECT_EQ(row.get<std::string>(0, 1), "1969-12-31 23:59:59.999999+00");
  EXPECT_EQ(row.get<std::string>(0, 2), "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_EQ(row.get<std::string>(0, 3), "42");
}

TEST_F(QueryTest, NullsKeepTheTypeOfTheirParameter) {
  constexpr Query kEcho{"test.nulls", "SELECT $1, $2, $3::text, $4, $5::text, $6, $7::text"};
  const auto nulls = Params(std::optional<std::int64_t>(), std::optional<Day>(), std::optional<std::string>(),
                            std::optional<OrganizationId>(), std::nullopt, std::optional<bool>(), "x");
  const auto values =
      Params(std::optional<std::int64_t>(7), std::optional<Day>(Day{}), std::optional<std::string>("t"),
             std::optional<OrganizationId>(OrganizationId{}), "now", std::optional<bool>(false), std::nullopt);
  const auto rows = run({{kEcho, nulls}, {kEcho, values}, {kEcho, nulls}});
  for (const auto* row : {&rows[0], &rows[2]}) {
    for (int column = 0; column < 6; ++column) EXPECT_TRUE(row->is_null(0, column)) << column;
    EXPECT_EQ(row->get<std::optional<std::int64_t>>(0, 0), std::nullopt);
    EXPECT_EQ(row->get<std::string>(0, 6), "x");
  }
  EXPECT_EQ(rows[1].get<std::optional<std::int64_t>>(0, 0), 7);
  EXPECT_EQ(rows[1].get<std::optional<std::string>>(0, 2), "t");
  EXPECT_EQ(rows[1].get<std::string>(0, 4), "now");
  EXPECT_TRUE(rows[1].is_null(0, 6));
}

TEST_F(QueryTest, SmallIntegersAreRead) {
  constexpr Query kSmall{"test.small",
                         "SELECT (-3)::smallint, 70000::int, 'n'::name, '{\"a\": 1}'::json, 'v'::varchar(9)"};
  const auto row = run(kSmall);
  EXPECT_EQ(row.get<std::int64_t>(0, 0), -3);
  EXPECT_EQ(row.get<std::int64_t>(0, 1), 70000);
  EXPECT_EQ(row.get<std::string>(0, 2), "n");
  EXPECT_EQ(row.get<std::string>(0, 3), "{\"a\": 1}");
  EXPECT_EQ(row.get<std::string>(0, 4), "v");
}

TEST_F(QueryTest, WrongReadsAreBugs) {
  constexpr Query kOne{"test.one", "SELECT 1::bigint, NULL::bigint, 1.5::numeric"};
  const auto row = run(kOne);
  EXPECT_THROW(static_cast<void>(row.get<std::string>(0, 0)), Error);
  EXPECT_THROW(static_cast<void>(row.get<std::int64_t>(0, 1)), Error);
  EXPECT_THROW(static_cast<void>(row.get<double>(0, 2)), Error);
  EXPECT_THROW(static_cast<void>(row.get<std::int64_t>(0, 3)), Error);
  EXPECT_THROW(static_cast<void>(row.get<std::int64_t>(1, 0)), Error);
}

TEST_F(QueryTest, TextWithNulIsRefused) {
  try {
    Params params(std::string("a\0b", 3));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::invalid_request);
  }
}

TEST_F(QueryTest, ParametersOfAnotherTypeAreABug) {
  constexpr Query kTyped{"test.typed", "SELECT $1"};
  EXPECT_THROW(run({{kTyped, Params(1)}, {kTyped, Params(1.5)}}), Error);
}

TEST_F(QueryTest, BulkStatementsDependOnTheNumberOfRows) {
  const auto make = [](std::size_t rows) {
    constexpr std::string_view kCasts[] = {"::bigint", "::text"};
    return "SELECT count(*), sum(v.a)::bigint, max(v.b) FROM (VALUES " + value_rows(rows, 2, kCasts) + ") AS v (a, b)";
  };
  std::vector<Execution> executions;
  for (const std::size_t rows : {1u, 3u, 1000u, 3u}) {
    Params params;
    for (std::size_t row = 0; row < rows; ++row) {
      params.add(static_cast<std::int64_t>(row));
      params.add("b");
    }
    executions.push_back({bulk_query("test.bulk", rows, make), std::move(params)});
  }
  EXPECT_EQ(executions[1].query.sql.data(), executions[3].query.sql.data());
  const auto results = run(std::move(executions));
  EXPECT_EQ(results[0].get<std::int64_t>(0, 0), 1);
  EXPECT_EQ(results[1].get<std::int64_t>(0, 1), 3);
  EXPECT_EQ(results[2].get<std::int64_t>(0, 1), 999 * 1000 / 2);
  EXPECT_EQ(results[3].get<std::string>(0, 2), "b");
}

TEST_F(QueryTest, LargeAnswersAndLargeRequestsPassAtOnce) {
  constexpr Query kLong{"test.long", "SELECT $1::text || repeat('x', 100000) FROM generate_series(1, 20)"};
  std::vector<Execution> executions;
  for (int i = 0; i < 8; ++i) executions.push_back({kLong, Params(std::string(500'000, 'y'))});
  const auto results = run(std::move(executions));
  ASSERT_EQ(results.size(), 8u);
  for (const auto& result : results) {
    ASSERT_EQ(result.rows(), 20);
    EXPECT_EQ(result.get<std::string>(19, 0).size(), 600'000u);
  }
}

}  // namespace
}  // namespace omnify::database
