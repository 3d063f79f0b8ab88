// The program as its user meets it.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "app/process.h"
#include "base/calendar.h"
#include "database/database.h"
#include "support/postgres.h"

namespace omnify::app {
namespace {

/// A port of this machine that is taken as long as the object lives.
class TakenPort {
 public:
  TakenPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(socket_, 1) != 0) return;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~TakenPort() { ::close(socket_); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;
  [[nodiscard]] int port() const noexcept { return port_; }

 private:
  int socket_;
  int port_ = 0;
};

std::string value_after(const std::string& text, const std::string& word) {
  const auto at = text.find(word + " ");
  if (at == std::string::npos) return {};
  const auto start = at + word.size() + 1;
  return text.substr(start, text.find('\n', start) - start);
}

TEST(Program, MakesKeys) {
  const auto made = run_program("omnify", {"keys", "generate"});
  EXPECT_EQ(made.status, 0);
  EXPECT_EQ(made.out.size(), 45U);
  EXPECT_NE(run_program("omnify", {"keys", "generate"}).out, made.out);
}

TEST(Program, RefusesToServeWithoutAKeyAndSaysHowToMakeOne) {
  const ScratchFolder folder;
  const auto refused = run_program("omnify", {"serve", "--data", folder.path().string(), "--port", "0"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.out.find("omnify keys generate"), std::string::npos) << refused.out;
  EXPECT_EQ(std::count(refused.out.begin(), refused.out.end(), '\n'), 1) << refused.out;
}

TEST(Program, SaysWhatIsWrongWithAnOption) {
  const auto refused = run_program("omnify", {"serve", "--port", "http"});
  EXPECT_NE(refused.status, 0);
  EXPECT_NE(refused.out.find("OMNIFY_PORT"), std::string::npos) << refused.out;
  EXPECT_EQ(run_program("omnify", {"fly"}).status, 2);
  EXPECT_EQ(run_program("omnify", {"--help"}).status, 0);
}

TEST(Program, TheDemonstrationNamesAPortInUse) {
  const TakenPort taken;
  const ScratchFolder folder;
  const auto refused = run_program(
      "omnify", {"demo", "--no-browser", "--port", std::to_string(taken.port()), "--data", folder.path().string()});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.out.find(fmt::format("Port {} is in use", taken.port())), std::string::npos) << refused.out;
}

TEST(Program, MakesNoDatabaseInAMistypedFolder) {
  const ScratchFolder folder;
  const auto mistyped = (folder.path() / "mistyped").string();
  const auto refused = run_program("omnify", {"org", "list", "--data", mistyped});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.out.find("There is no OmniFy in " + mistyped), std::string::npos) << refused.out;
  EXPECT_FALSE(std::filesystem::exists(mistyped));
  const auto empty = run_program("omnify", {"org", "list", "--data", ""});
  EXPECT_NE(empty.out.find("--data must not be empty."), std::string::npos) << empty.out;
}

TEST(Program, ServeNamesAPortInUse) {
  const support::TestDatabase postgres;
  const TakenPort taken;
  const ScratchFolder folder;
  auto key = run_program("omnify", {"keys", "generate"}).out;
  key.pop_back();
  const auto refused =
      run_program("omnify", {"serve", "--port", std::to_string(taken.port()), "--data", folder.path().string()},
                  {{"DATABASE_URL", postgres.database_url()}, {"OMNIFY_ENCRYPTION_KEYS", key}});
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.out.find(std::to_string(taken.port())), std::string::npos) << refused.out;
}

TEST(Program, RefusesToServeAsASuperuser) {
  const support::TestDatabase postgres;
  const ScratchFolder folder;
  auto key = run_program("omnify", {"keys", "generate"}).out;
  key.pop_back();
  const auto refused = run_program("omnify", {"serve", "--port", "0", "--data", folder.path().string()},
                                   {{"DATABASE_URL", postgres.admin_url()}, {"OMNIFY_ENCRYPTION_KEYS", key}});
  EXPECT_EQ(refused.status, 1) << refused.out;
}

constexpr database::Query kInsertRate{
    "test.insert_rate", "INSERT INTO control.exchange_rates (currency, day, per_euro) VALUES ($1::text, $2, $3)"};
constexpr database::Query kCountRates{"test.count_rates", "SELECT count(*) FROM control.exchange_rates"};
constexpr database::Query kWaiting{"test.waiting", R"(
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO control.exchange_rates%')"};
constexpr database::Query kSessions{"test.sessions", R"(
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usename <> current_user AND backend_type = 'client backend')"};

/// A file of the European Central Bank with two currencies a day.
std::string rates_of(const std::vector<std::string>& days) {
  std::string out = "<?xml version=\"1.0\"?><gesmes:Envelope><Cube>";
  for (const auto& day : days) {
    out += fmt::format(
        R"(<Cube time="{}"><Cube currency="USD" rate="1.08"/><Cube currency="JPY" rate="163.5"/></Cube>)", day);
  }
  return out + "</Cube></gesmes:Envelope>";
}

class CommandsTest : public testing::Test {
 protected:
  Finished omnify(std::vector<std::string> arguments) const {
    return run_program("omnify", std::move(arguments), {{"DATABASE_URL", postgres.database_url()}});
  }
  std::string make_organization() const {
    const auto made = omnify({"org", "create", "Ridge Outdoor", "--owner", "mia@example.com"});
    EXPECT_EQ(made.status, 0) << made.out;
    EXPECT_FALSE(value_after(made.out, "password").empty());
    return value_after(made.out, "organization");
  }
  std::string write_file(const std::string& text) const {
    const auto path = folder.path() / "figures.csv";
    std::ofstream(path) << text;
    return path.string();
  }

  support::TestDatabase postgres;
  ScratchFolder folder;
};

TEST_F(CommandsTest, MakesAndListsOrganizationsAndUsers) {
  const auto id = make_organization();
  EXPECT_NE(omnify({"org", "list"}).out.find(id + "\tRidge Outdoor\tUSD\tUTC"), std::string::npos);
  EXPECT_EQ(omnify({"user", "create", "--org", id, "--email", "leo@example.com"}).status, 0);
  const auto twice = omnify({"user", "create", "--org", id, "--email", "LEO@example.com"});
  EXPECT_EQ(twice.status, 1);
  EXPECT_NE(twice.out.find("exists already"), std::string::npos);
}

TEST_F(CommandsTest, ImportsAFileAndTheSameFileTwiceChangesNothing) {
  const auto id = make_organization();
  const auto file = write_file(
      "Tag,Kampagne,Views,Clicks,Kosten\n31/12/2025,A,1000,10,\"1.234,50\"\n01/01/2026,A,2000,20,\"2,25\"\n");
  const std::vector<std::string> command{"import",       file,
                                         "--org",        id,
                                         "--map",        "Tag=date,Kampagne=campaign,Views=impressions",
                                         "--map",        "Clicks=clicks,Kosten=spend",
                                         "--set",        "currency=EUR,platform=display",
                                         "--date-order", "dmy",
                                         "--decimal",    "comma"};
  const auto first = omnify(command);
  ASSERT_EQ(first.status, 0) << first.out;
  EXPECT_EQ(value_after(first.out, "rows_read"), "2");
  EXPECT_EQ(value_after(first.out, "facts_written"), "2");
  postgres.execute_as_admin(
      "DO $$ BEGIN IF (SELECT sum(spend) FROM platform_days WHERE currency = 'EUR' AND platform = 'display') <> "
      "1236750000 THEN RAISE EXCEPTION 'sum'; END IF; END $$");
  const auto second = omnify(command);
  ASSERT_EQ(second.status, 0) << second.out;
  EXPECT_EQ(value_after(second.out, "facts_written"), "0");
}

TEST_F(CommandsTest, ABadLineStopsTheImportUnlessItIsSkipped) {
  const auto id = make_organization();
  const auto file = write_file(
      "date,campaign,impressions,clicks,spend,currency\n2026-01-01,A,1000,10,1.5,USD\n2026-13-01,A,1,1,1,USD\n");
  const std::vector<std::string> command{
      "import", file,
      "--org",  id,
      "--set",  "platform=display",
      "--map",  "date=date,campaign=campaign,impressions=impressions,clicks=clicks,spend=spend,currency=currency"};
  const auto refused = omnify(command);
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(refused.out.find("line 3"), std::string::npos) << refused.out;
  postgres.execute_as_admin(
      "DO $$ BEGIN IF EXISTS (SELECT FROM ad_facts) THEN RAISE EXCEPTION 'loaded'; END IF; END $$");
  auto skipping = command;
  skipping.emplace_back("--skip-bad-lines");
  const auto done = omnify(skipping);
  EXPECT_EQ(done.status, 0) << done.out;
  EXPECT_EQ(value_after(done.out, "rows_skipped"), "1");
}

TEST_F(CommandsTest, TellsEveryBadLine) {
  const auto id = make_organization();
  std::string content = "date,campaign,impressions\n";
  for (int i = 0; i < 250; ++i) content += "never,A,1\n";
  const auto refused = omnify({"import", write_file(content), "--org", id, "--set", "currency=USD", "--map",
                               "date=date,campaign=campaign,impressions=impressions"});
  EXPECT_EQ(refused.status, 1);
  for (int line = 2; line <= 251; ++line) {
    const auto told = fmt::format("line {}: date: “never” is not a date.\n", line);
    ASSERT_NE(refused.out.find(told), std::string::npos) << line << refused.out.substr(0, 500);
  }
}

TEST_F(CommandsTest, TheOrderOfAColumnThatWasNotChosenProvesNothing) {
  const auto id = make_organization();
  const auto file = write_file("date,Booked,campaign,cost,Net\n31/12/2025,03/04/2025,A,\"1,50\",\"1,234\"\n");
  const auto ambiguous = omnify(
      {"import", file, "--org", id, "--set", "currency=USD", "--map", "Booked=date,campaign=campaign,Net=spend"});
  EXPECT_EQ(ambiguous.status, 1);
  EXPECT_NE(ambiguous.out.find("Is 03/04/2025"), std::string::npos) << ambiguous.out;
  EXPECT_NE(ambiguous.out.find("1,234"), std::string::npos) << ambiguous.out;
  const auto answered =
      omnify({"import", file, "--org", id, "--set", "currency=USD", "--map", "Booked=date,campaign=campaign,Net=spend",
              "--date-order", "dmy", "--decimal", "comma"});
  EXPECT_EQ(answered.status, 0) << answered.out;
}

TEST_F(CommandsTest, AnImportThatIsKilledLeavesNothing) {
  const auto id = make_organization();
  std::string content = "date,campaign,ad,impressions\n";
  for (int i = 0; i < 100'000; ++i) content += fmt::format("2026-01-{:02},A,ad {},1\n", 1 + i % 28, i);
  const auto file = write_file(content);
  const std::vector<std::string> command{"import", file, "--org", id, "--set", "currency=USD"};
  Process importing("omnify", command, {{"DATABASE_URL", postgres.database_url()}}, folder.path() / "import.log");
  ASSERT_TRUE(wait_until([&] { return importing.output().find(", 1000 new or changed") != std::string::npos; },
                         std::chrono::seconds(60)))
      << importing.output();
  importing.signal(SIGKILL);
  EXPECT_EQ(importing.wait().status, 128 + SIGKILL) << "it was over before it was killed";
  postgres.execute_as_admin(
      "DO $$ BEGIN IF EXISTS (SELECT FROM ad_facts) OR EXISTS (SELECT FROM campaign_days) OR EXISTS (SELECT FROM ads) "
      "THEN RAISE EXCEPTION 'loaded'; END IF; END $$");
}

TEST_F(CommandsTest, ImportsReferenceRates) {
  const auto file = write_file(rates_of({"2026-03-06", "2026-03-09"}));
  const auto first = omnify({"rates", "import", file});
  EXPECT_EQ(first.status, 0);
  EXPECT_EQ(first.out, "6 rates of 2026-03-06 to 2026-03-09: 6 are new or changed.\n");
  EXPECT_EQ(omnify({"rates", "import", file}).out, "6 rates of 2026-03-06 to 2026-03-09: 0 are new or changed.\n");
  postgres.execute_as_admin(
      "DO $$ BEGIN IF (SELECT sum(per_euro) FROM control.exchange_rates WHERE currency = 'JPY') <> 2 * 163.5 THEN "
      "RAISE EXCEPTION 'sum'; END IF; END $$");
  const auto other = omnify({"rates", "import", write_file("Date,USD\n2026-03-06,1.08\n")});
  EXPECT_EQ(other.status, 1);
  EXPECT_NE(other.out.find("not a file of reference rates"), std::string::npos) << other.out;
  const auto missing = omnify({"rates", "import", (folder.path() / "nowhere.xml").string()});
  EXPECT_EQ(missing.status, 1);
  EXPECT_NE(missing.out.find("cannot be read"), std::string::npos) << missing.out;
}

TEST_F(CommandsTest, AnImportOfRatesThatIsKilledLeavesNoHalfFile) {
  std::vector<std::string> days;
  for (int i = 0; i < 1500; ++i) {
    days.push_back(format_day(parse_day("2020-01-01").value() + std::chrono::days(i)));
  }
  const auto file = write_file(rates_of(days));
  boost::asio::io_context io;
  database::Database admin(io.get_executor(), {.url = postgres.admin_url(), .size = 2});
  {
    // The import has written all but the last of its statements when it comes to this row, and waits.
    auto row = support::run(io, admin.begin_control());
    support::run(io, row.execute(kInsertRate, database::Params("USD", parse_day(days.back()).value(), 1.0)));
    Process importing("omnify", {"rates", "import", file}, {{"DATABASE_URL", postgres.database_url()}},
                      folder.path() / "rates.log");
    ASSERT_TRUE(wait_until([&] { return support::run(io, admin.run_control(kWaiting)).get<std::int64_t>(0, 0) > 0; },
                           std::chrono::seconds(60)))
        << importing.output();
    importing.signal(SIGKILL);
    EXPECT_EQ(importing.wait().status, 128 + SIGKILL);
  }
  // Its session ends when the row is given up.
  EXPECT_TRUE(wait_until([&] { return support::run(io, admin.run_control(kSessions)).get<std::int64_t>(0, 0) == 0; },
                         std::chrono::seconds(60)));
  EXPECT_EQ(support::run(io, admin.run_control(kCountRates)).get<std::int64_t>(0, 0), 0);
  support::run(io, admin.close());
}

TEST_F(CommandsTest, MapsQuotedColumnsAndValuesOfEveryRow) {
  const auto id = make_organization();
  const auto file = write_file("month,day,\"cost, total\",Clicks\n4,1,2.50,3\n4,2,1.00,4\n");
  const auto done = omnify({"import", file, "--org", id, "--map",
                            "2020=year,month=month,day=day,\"cost, total\"=spend,clicks=clicks,display=platform"});
  ASSERT_EQ(done.status, 0) << done.out;
  EXPECT_NE(done.out.find("taken to be in USD"), std::string::npos) << done.out;
  postgres.execute_as_admin(
      "DO $$ BEGIN IF (SELECT sum(spend) FROM platform_days WHERE currency = 'USD' AND platform = 'display' "
      "AND day BETWEEN '2020-04-01' AND '2020-04-02') <> 3500000 THEN RAISE EXCEPTION 'sum'; END IF; END $$");
  const auto wrong = omnify({"import", file, "--org", id, "--map", "Kosten=spend"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_NE(wrong.out.find("Its columns are: month, day, cost, total, Clicks"), std::string::npos) << wrong.out;
}

TEST_F(CommandsTest, AnUnknownOrganizationIsRefused) {
  const auto file = write_file("date,campaign,impressions\n2026-01-01,A,1\n");
  EXPECT_EQ(omnify({"import", file, "--org", "not-an-id"}).status, 1);
  const auto unknown = omnify({"import", file, "--org", "01234567-89ab-4def-8123-456789abcdef"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_NE(unknown.out.find("no such organization"), std::string::npos) << unknown.out;
}

}  // namespace
}  // namespace omnify::app
