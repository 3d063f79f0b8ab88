#include "sync/import_service.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "async/cpu_pool.h"
#include "base/error.h"
#include "base/json.h"
#include "jobs/queue.h"
#include "sync/fixture.h"
#include "sync/import_map.h"

namespace omnify::sync {
namespace {

using platforms::csv::Field;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kHeader = "date,campaign,ad,impressions,clicks,cost,revenue\n";

class ImportTest : public SyncTest {
 public:
  ~ImportTest() override { std::filesystem::remove_all(folder_); }

 protected:
  ImportTest()
      : folder_(std::filesystem::temp_directory_path() / ("omnify-import-" + Uuid::random().text())),
        service_(database_, pool_, {.scratch = folder_ / "scratch", .sort_memory = 200'000}) {
    std::filesystem::create_directories(folder_ / "scratch");
  }

  ImportFile write(const std::string& content, const std::string& name = "figures.csv") {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return {.path = folder_ / name, .file_name = name, .upload_id = {}};
  }

  [[nodiscard]] static ImportOptions options() {
    return parse_import_map(
        "date=date,campaign=campaign,ad=ad,impressions=impressions,clicks=clicks,cost=spend,revenue=revenue",
        "currency=USD", {"date", "campaign", "ad", "impressions", "clicks", "cost", "revenue"});
  }

  ImportRun import(const ImportFile& file, const ImportOptions& how, ImportProgress progress = {}) {
    return run(service_.run(organization_, file, how, std::move(progress)));
  }

  void expect_nothing_loaded() {
    EXPECT_EQ(facts().facts, 0);
    EXPECT_EQ(campaign_days().impressions, 0);
    EXPECT_EQ(platform_days().impressions, 0);
    EXPECT_EQ(text({"test.import_entities", "SELECT count(*)::text FROM ads WHERE organization_id = $1"}), "0");
  }

  /// One fact into another account, in a month of its own; and how much of `organization_` could be seen before.
  Task<> load_beside(LoadTarget where) {
    static constexpr database::Query kVisible{"test.import_visible",
                                              "SELECT count(*) FROM ad_facts WHERE organization_id = $1::uuid"};
    const auto visible = co_await database_.run(where.organization, kVisible, database::Params(where.organization));
    Loader loader(database_);
    std::vector<platforms::FactRow> rows(1);
    rows[0].day = parse_day("2019-02-03").value();
    rows[0].campaign_external_id = rows[0].ad_set_external_id = rows[0].ad_external_id = "1";
    co_await loader.load_facts(where, std::move(rows));
    loaded_beside_.push_back(visible.get<std::int64_t>(0, 0));
  }

  std::string text(database::Query one) { return query(one).get<std::string>(0, 0); }

  std::filesystem::path folder_;
  CpuPool pool_;
  ImportService service_;
  std::vector<std::int64_t> loaded_beside_;
};

TEST_F(ImportTest, PreviewsAFile) {
  const auto file = write("Datum;Kampagne;Impressionen;Kosten\n03.04.2020;Größe;1.234;1.234\n05.06.2020;B;7;2.000\n");
  const auto preview = run(service_.preview(file));
  EXPECT_EQ(preview.encoding, "UTF-8");
  EXPECT_EQ(preview.delimiter, "semicolon");
  ASSERT_EQ(preview.columns.size(), 4U);
  EXPECT_EQ(preview.columns[1].name, "Kampagne");
  EXPECT_THAT(preview.columns[1].samples, ElementsAre("Größe", "B"));
  EXPECT_EQ(preview.suggested.mapping.size(), 4U);
  EXPECT_EQ(preview.suggested.decimal, platforms::csv::DecimalMark::comma) << "1.234 impressions are whole";
  EXPECT_THAT(preview.questions, ElementsAre(HasSubstr("Which currency"), HasSubstr("Is 03.04.2020 3 April 2020")));
}

TEST_F(ImportTest, RefusesWhatIsNoTable) {
  EXPECT_THROW(run(service_.preview(write(""))), Error);
  EXPECT_THROW(run(service_.preview({.path = folder_ / "absent.csv", .file_name = "absent.csv", .upload_id = {}})),
               Error);
}

TEST_F(ImportTest, ChecksWithoutLoading) {
  const auto file = write(std::string(kHeader) +
                          "2020-04-19,a,x,10,1,1.50,3\n"
                          "2020-04-20,a,\"two\nlines\",20,2,2.25,\n"
                          "yesterday,a,x,1,1,1,1\n"
                          "2020-04-21,b,x,5,0,0.25,1\n");
  const auto check = run(service_.check(file, options()));
  EXPECT_EQ(check.rows, 3);
  EXPECT_EQ(check.bad_lines, 1);
  ASSERT_EQ(check.first_bad.size(), 1U);
  EXPECT_EQ(check.first_bad[0].line, 5) << "the physical line";
  EXPECT_EQ(check.first_bad[0].reason, "date: “yesterday” is not a date.");
  EXPECT_EQ(check.first_day, parse_day("2020-04-19"));
  EXPECT_EQ(check.last_day, parse_day("2020-04-21"));
  EXPECT_EQ(check.currency, "USD");
  EXPECT_EQ(check.totals.impressions, 35);
  EXPECT_EQ(check.totals.spend, Decimal{4'000'000});
  EXPECT_EQ(check.totals.revenue, Decimal{4'000'000});
  EXPECT_EQ(check.totals.conversions, std::nullopt);
  ASSERT_EQ(check.sample.size(), 3U);
  EXPECT_EQ(check.sample[1].at("ad"), "two lines");
  EXPECT_EQ(check.sample[1].contains("revenue"), false) << "not reported";
  EXPECT_EQ(facts().facts, 0);
}

TEST_F(ImportTest, NeverAddsTwoCurrencies) {
  const auto file = write("date,cost,currency\n2020-04-19,1,USD\n2020-04-19,2,EUR\n");
  const auto how = parse_import_map("date=date,cost=spend,currency=currency", "", {"date", "cost", "currency"});
  const auto check = run(service_.check(file, how));
  EXPECT_EQ(check.currency, std::nullopt);
  EXPECT_EQ(check.totals.spend, std::nullopt);
  EXPECT_EQ(import(file, how).facts_written, 2);
  EXPECT_EQ(
      text({"test.import_accounts",
            "SELECT string_agg(external_id, ' ' ORDER BY external_id) FROM ad_accounts WHERE organization_id = $1"}),
      "import:csv:EUR import:csv:USD");
}

TEST_F(ImportTest, AsksInsteadOfGuessing) {
  const auto file = write(std::string(kHeader) + "03/04/2020,a,x,1,1,1,1\n");
  try {
    run(service_.check(file, options()));
    FAIL() << "expected a question";
  } catch (const Error& error) {
    ASSERT_EQ(error.fields().size(), 1U);
    EXPECT_EQ(error.fields()[0].pointer, "/date_order");
    EXPECT_THAT(error.fields()[0].detail, HasSubstr("Is 03/04/2020"));
  }
  auto answered = options();
  answered.date_order = platforms::csv::DateOrder::mdy;
  EXPECT_EQ(run(service_.check(file, answered)).first_day, parse_day("2020-03-04"));
}

TEST_F(ImportTest, AddsUpEqualKeysAndReplacesWhatIsStored) {
  const auto first =
      import(write(std::string(kHeader) + "2020-04-19,a,x,10,1,1.5,\n2020-04-19,a,x,5,1,0.5,2\n"), options());
  EXPECT_EQ(first.state, ImportState::succeeded);
  EXPECT_EQ(first.rows_read, 2);
  EXPECT_EQ(first.facts_written, 1);
  const Totals both{.facts = 1, .impressions = 15, .spend = 2'000'000, .conversions = {}, .revenue = 2'000'000};
  EXPECT_EQ(facts(), both);

  const auto again =
      import(write(std::string(kHeader) + "2020-04-19,a,x,5,1,0.5,2\n2020-04-19,a,x,10,1,1.5,\n"), options());
  EXPECT_EQ(again.state, ImportState::succeeded);
  EXPECT_EQ(again.facts_written, 0) << "the same sums change nothing";
  EXPECT_EQ(facts(), both);

  EXPECT_EQ(import(write(std::string(kHeader) + "2020-04-19,a,x,7,1,1,2\n"), options()).facts_written, 1);
  EXPECT_EQ(facts().impressions, 7) << "replaced, not added";
  EXPECT_EQ(campaign_days().impressions, 7);
}

TEST_F(ImportTest, IsAllOrNothing) {
  std::string content(kHeader);
  for (int i = 0; i < 3000; ++i) content += fmt::format("2020-04-19,a,ad {},1,0,0.01,\n", i);
  content += "2020-04-19,a,last,#N/A,0,0.01,\n";
  const auto file = write(content);
  const auto refused = import(file, options());
  EXPECT_EQ(refused.state, ImportState::failed);
  EXPECT_EQ(
      refused.error,
      "1 of 3,001 lines cannot be read, so nothing was imported. Line 3002: impressions: “#N/A” is not known, and "
      "not known is not zero.");
  ASSERT_EQ(refused.bad_lines.size(), 1U);
  EXPECT_EQ(facts().facts, 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "scratch"));

  auto lenient = options();
  lenient.skip_bad_lines = true;
  const auto loaded = import(file, lenient);
  EXPECT_EQ(loaded.state, ImportState::succeeded);
  EXPECT_EQ(loaded.rows_read, 3001);
  EXPECT_EQ(loaded.rows_skipped, 1);
  EXPECT_EQ(loaded.facts_written, 3000);
  EXPECT_EQ(facts().facts, 3000);

  const auto stored = run(service_.find(organization_, loaded.id));
  EXPECT_EQ(json::print(stored), json::print(loaded)) << "what is told is what is stored";
  ASSERT_EQ(stored.bad_lines.size(), 1U);
  EXPECT_EQ(stored.bad_lines[0].line, 3002);
  EXPECT_EQ(run(service_.list(organization_)).size(), 2U);
}

TEST_F(ImportTest, ABadLineMayHoldAnyByte) {
  const auto file = write(std::string(kHeader) + std::string("20\0\x01\xff,a,x,1,1,1,1\n", 18));
  const auto refused = import(file, options());
  EXPECT_EQ(refused.state, ImportState::failed);
  ASSERT_EQ(refused.bad_lines.size(), 1U);
  EXPECT_EQ(json::print(run(service_.find(organization_, refused.id))), json::print(refused));
}

TEST_F(ImportTest, CountsAllBadLinesAndKeepsAHundred) {
  std::string content(kHeader);
  for (int i = 0; i < 250; ++i) content += "never,a,x,1,1,1,1\n";
  const auto check = run(service_.check(write(content), options()));
  EXPECT_EQ(check.bad_lines, 250);
  EXPECT_EQ(check.first_bad.size(), 100U);
  EXPECT_EQ(check.first_bad.back().line, 101);
}

TEST_F(ImportTest, NamesTheEntities) {
  import(write(std::string(kHeader) + "2020-04-19,Größe · XL,#N/A,10,1,1.5,\n"), options());
  EXPECT_EQ(text({"test.import_campaigns", "SELECT name || '/' || status FROM campaigns WHERE organization_id = $1"}),
            "Größe · XL/ended");
  EXPECT_EQ(text({"test.import_ad_sets", "SELECT name FROM ad_sets WHERE organization_id = $1"}), "(not set)");
  EXPECT_EQ(text({"test.import_ads", "SELECT name FROM ads WHERE organization_id = $1"}), "#N/A");
  import(write(std::string(kHeader) + format_day(std::chrono::floor<std::chrono::days>(now())) + ",New,x,10,1,1.5,\n"),
         options());
  EXPECT_EQ(text({"test.import_active", "SELECT status FROM campaigns WHERE organization_id = $1 AND name = 'New'"}),
            "active");
}

TEST_F(ImportTest, ACampaignEndsByItsOwnLastDay) {
  const auto today = format_day(std::chrono::floor<std::chrono::days>(now()));
  const auto file = write(std::string(kHeader) + "2020-04-19,Old,x,10,1,1.5,\n" + today + ",New,x,10,1,1.5,\n");
  import(file, options());
  const database::Query states{
      "test.import_states",
      "SELECT string_agg(c.name || c.status || s.status || a.status, ' ' ORDER BY c.name) FROM "
      "campaigns c JOIN ad_sets s ON s.campaign_id = c.id JOIN ads a ON a.ad_set_id = s.id "
      "WHERE c.organization_id = $1"};
  EXPECT_EQ(text(states), "Newactiveactiveactive Oldendedendedended");
  import(write(std::string(kHeader) + "2020-04-20,New,x,10,1,1.5,\n", "older.csv"), options());
  EXPECT_EQ(text(states), "Newactiveactiveactive Oldendedendedended");
}

TEST_F(ImportTest, LeavesNothingOfWhatWasInterrupted) {
  std::string content(kHeader);
  for (int i = 0; i < 5000; ++i) content += fmt::format("2020-04-{:02},a,ad {},1,0,0.01,\n", 1 + i % 28, i);
  const auto file = write(content);
  const auto give_up = [](const ImportRun& run) {
    if (run.facts_written >= 2000 && run.state == ImportState::running) throw Error(Code::unavailable, "Gone.");
  };
  EXPECT_THROW(import(file, options(), give_up), Error);
  expect_nothing_loaded();
  const auto runs = run(service_.list(organization_));
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].state, ImportState::failed);
  EXPECT_EQ(runs[0].facts_written, 0);

  EXPECT_EQ(import(file, options()).facts_written, 5000);
  EXPECT_EQ(facts(), (Totals{.facts = 5000, .impressions = 5000, .spend = 50'000'000}));
  EXPECT_EQ(campaign_days().impressions, 5000);
  EXPECT_EQ(wrong_rollups(), 0);
}

TEST_F(ImportTest, LeavesNothingOfAFileThatAddsUpToTooMuch) {
  // The two that are too much together stand far apart: they meet only when the sorted runs are merged, at the end.
  const std::string huge = "2020-04-19,z,last,9000000000000000000,0,0.01,\n";
  std::string content = std::string(kHeader) + huge;
  for (int i = 0; i < 5000; ++i) content += fmt::format("2020-04-19,a,ad {},1,0,0.01,\n", i);
  const auto refused = import(write(content + huge), options());
  EXPECT_EQ(refused.state, ImportState::failed);
  EXPECT_EQ(refused.facts_written, 0);
  expect_nothing_loaded();
}

TEST_F(ImportTest, ShowsAFileAsAWholeAndHoldsUpNobodyMeanwhile) {
  std::string content(kHeader);
  for (int i = 0; i < 3000; ++i) content += fmt::format("2020-04-19,a,ad {},1,0,0.01,\n", i);
  int looks = 0;
  const auto look = [&](const ImportRun& run) {
    if (run.facts_written != 2000 || run.state != ImportState::running) return;
    ++looks;
    boost::asio::co_spawn(io_, load_beside(target()), boost::asio::detached);
    auto other = target();
    other.organization = new_organization();
    boost::asio::co_spawn(io_, load_beside(other), boost::asio::detached);
  };
  EXPECT_EQ(import(write(content), options(), look).facts_written, 3000);
  EXPECT_EQ(looks, 1);
  support::run_until(io_, [&] { return loaded_beside_.size() == 2; });
  EXPECT_THAT(loaded_beside_, Each(0)) << "nothing of the file was visible to them";
  EXPECT_EQ(facts().facts, 3001);
  EXPECT_EQ(wrong_rollups(), 0);
}

TEST_F(ImportTest, TwoImportsOfOneOrganizationFollowEachOther) {
  std::string content(kHeader);
  for (int i = 0; i < 3000; ++i) content += fmt::format("2020-04-19,a,ad {},1,0,0.01,\n", i);
  const auto file = write(content);
  std::vector<std::int64_t> written;
  const auto start = [&](int) {
    boost::asio::co_spawn(io_, service_.run(organization_, file, options(), {}),
                          [&](const std::exception_ptr& failure, const ImportRun& run) {
                            written.push_back(failure ? -1 : run.facts_written);
                          });
  };
  for (int i = 0; i < 2; ++i) start(i);
  support::run_until(io_, [&] { return written.size() == 2; }, std::chrono::seconds(60));
  EXPECT_THAT(written, ElementsAre(3000, 0));
}

TEST_F(ImportTest, ABusyDatabaseIsWorthAnotherTry) {
  const auto file = write(std::string(kHeader) + "2020-04-19,a,x,10,1,1.5,\n");
  const auto deadlock = [](const ImportRun&) { throw Error(Code::conflict, "Somebody else changed this."); };
  try {
    import(file, options(), deadlock);
    FAIL() << "expected the failure";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
  }
}

TEST_F(ImportTest, RunsAsAJobThatGoesOnAfterAFailure) {
  std::string content(kHeader);
  for (int i = 0; i < 3000; ++i) content += fmt::format("2020-04-19,a,ad {},1,0,0.01,\n", i);
  const auto file = write(content);
  jobs::Queue queue(database_);
  const auto queued = run(service_.enqueue(queue, organization_, file, options()));
  EXPECT_EQ(queued.state, ImportState::running);
  EXPECT_EQ(queued.bytes_total, static_cast<std::int64_t>(content.size()));
  jobs::Job job;
  job.organization = organization_;
  job.kind = kImportJobKind;
  static constexpr database::Query kPayload{"test.import_payload", "SELECT payload FROM control.jobs"};
  const auto payload = run(database_.run_control(kPayload));
  job.payload = payload.get<std::string>(0, 0);

  EXPECT_EQ(run(service_.fail_interrupted_imports()), 0) << "its job is there";
  int seen = 0;
  service_.on_change([&](OrganizationId organization, const ImportRun& run) {
    EXPECT_EQ(organization, organization_);
    ++seen;
    if (run.facts_written == 1000) throw Error(Code::unavailable, "The database went away.");
  });
  EXPECT_THROW(run(service_.run_job(job)), Error);
  EXPECT_EQ(run(service_.find(organization_, queued.id)).state, ImportState::running) << "the queue tries again";
  expect_nothing_loaded();
  service_.on_change([&](OrganizationId, const ImportRun&) { ++seen; });
  run(service_.run_job(job));
  const auto done = run(service_.find(organization_, queued.id));
  EXPECT_EQ(done.state, ImportState::succeeded);
  EXPECT_EQ(done.rows_read, 3000);
  EXPECT_EQ(done.facts_written, 3000);
  EXPECT_GT(seen, 3);
  EXPECT_EQ(facts().facts, 3000);
  EXPECT_FALSE(std::filesystem::exists(file.path)) << "the upload is no longer needed";
  run(service_.run_job(job));  // at least once may be twice
  EXPECT_EQ(facts().facts, 3000);
}

TEST_F(ImportTest, AWorkerRunsItAndMarksWhatItGivesUp) {
  const auto file = write(std::string(kHeader) + "2020-04-19,a,x,10,1,1.5,\n2020-04-20,a,x,10,1,1.5,\n");
  jobs::Queue queue(database_);
  const auto finish = [&](ImportService& service) {
    jobs::WorkerOptions quick;
    quick.poll = quick.retry_first = quick.retry_cap = std::chrono::milliseconds(20);
    jobs::Worker worker(io_.get_executor(), queue, quick);
    service.register_jobs(worker);
    std::optional<ImportRun> last;
    service.on_change([&](OrganizationId, const ImportRun& run) { last = run; });
    worker.start();
    const auto queued = run(service.enqueue(queue, organization_, file, options()));
    support::run_until(io_, [&] { return last && last->state != ImportState::running; });
    run(worker.stop(std::chrono::seconds(5)));
    EXPECT_EQ(last->id, queued.id);
    return run(service.find(organization_, queued.id));
  };

  ImportService without_disk(database_, pool_, {.scratch = folder_ / "absent", .sort_memory = 1});
  const auto given_up = finish(without_disk);
  EXPECT_EQ(given_up.state, ImportState::failed);
  EXPECT_THAT(given_up.error.value_or(""), HasSubstr("Make room there"));
  EXPECT_TRUE(std::filesystem::exists(file.path)) << "for another try";

  EXPECT_EQ(finish(service_).state, ImportState::succeeded);
  EXPECT_EQ(facts().facts, 2);
}

TEST_F(ImportTest, FailsWhatAKilledProcessLeft) {
  postgres_.execute_as_admin(
      fmt::format("INSERT INTO imports (organization_id, id, file_name, fingerprint, state) VALUES ('{}', "
                  "gen_random_uuid(), 'x.csv', '', 'running')",
                  organization_.text()));
  EXPECT_EQ(run(service_.fail_interrupted_imports()), 1);
  const auto runs = run(service_.list(organization_));
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].state, ImportState::failed);
  EXPECT_THAT(runs[0].error.value_or(""), HasSubstr("interrupted"));
  EXPECT_EQ(run(service_.fail_interrupted_imports()), 0);
}

TEST_F(ImportTest, KeepsOrganizationsApart) {
  const auto loaded = import(write(std::string(kHeader) + "2020-04-19,a,x,10,1,1.5,\n"), options());
  const auto other = new_organization();
  EXPECT_THROW(run(service_.find(other, loaded.id)), Error);
  EXPECT_TRUE(run(service_.list(other)).empty());
  EXPECT_THROW(run(service_.run(OrganizationId::random(), write("a\n1\n"), options(), {})), Error);
}

// The layout of a public data set of a company's banner campaigns.
struct Advertising {
  std::string content;
  std::int64_t rows = 0;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  Micros spend = 0;
  Micros conversions = 0;
  Micros revenue = 0;
};

constexpr std::string_view kAdvertisingHeader =
    "month,day,campaign_number,user_engagement,banner,placement,displays,cost,clicks,revenue,post_click_conversions,"
    "post_click_sales_amount\n";

/// A file of that layout. The data set itself is not ours to pass on: no licence comes with it.
Advertising generated() {
  Advertising out;
  out.content = kAdvertisingHeader;
  std::mt19937 random(2020);
  const std::array<std::pair<const char*, int>, 3> months = {{{"April", 30}, {"May", 31}, {"June", 30}}};
  for (const auto& [month, days] : months) {
    for (int day = 1; day <= days; ++day) {
      for (int key = 0; key < 162; ++key) {
        const auto displays = static_cast<std::int64_t>(random() % 100'000);
        const auto clicks = displays / 97;
        const Micros cost = static_cast<Micros>(random() % 1'000'000) * 100;
        const Micros revenue = static_cast<Micros>(random() % 10'000'000) * 100;
        const auto conversions = static_cast<std::int64_t>(random() % 50);
        out.content += fmt::format("{},{},camp {},{},{},{},{},{},{},{},{},{}\n", month, day, 1 + key % 3,
                                   std::array{"High", "Medium", "Low"}[key / 3 % 3],
                                   std::array{"160 x 600", "728 x 90", "300 x 250"}[key / 9 % 3],
                                   std::array{"abc", "def", "ghi", "jkl", "mno", "#N/A"}[key / 27], displays,
                                   format_decimal(cost, 0), clicks, format_decimal(revenue, 0), conversions, 0);
        ++out.rows;
        out.impressions += displays;
        out.clicks += clicks;
        out.spend += cost;
        out.conversions += conversions * kMicrosPerUnit;
        out.revenue += revenue;
      }
    }
  }
  return out;
}

/// With the totals that the data set's description gives.
Advertising published(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  std::stringstream content;
  content << file.rdbuf();
  Advertising out{.content = content.str(), .rows = 15'403, .impressions = 239'014'261, .clicks = 2'492'825};
  out.spend = parse_decimal("175192.22").value();
  out.conversions = 651'762 * kMicrosPerUnit;
  out.revenue = parse_decimal("276262.6159").value();
  return out;
}

/// The description rounds the costs to cents.
Micros to_cents(Micros amount) { return multiply_divide(amount, 1, 10'000) * 10'000; }

class AdvertisingTest : public ImportTest {
 protected:
  void expect_totals(const Advertising& data);
};

void AdvertisingTest::expect_totals(const Advertising& data) {
  const auto file = write(data.content);
  const auto preview = run(service_.preview(file));
  EXPECT_THAT(preview.questions, ElementsAre(HasSubstr("year=2020"), HasSubstr("Which currency")));
  std::vector<std::string> columns;
  for (const auto& shown : preview.columns) columns.push_back(shown.name);
  const auto how = parse_import_map(
      "month=month,day=day,campaign_number=campaign,user_engagement=ad_group,banner=ad,placement=ad,displays="
      "impressions,"
      "cost=spend,clicks=clicks,revenue=revenue,post_click_conversions=conversions",
      "year=2020,currency=USD", columns);
  EXPECT_EQ(json::print(preview.suggested.mapping), json::print(how.mapping)) << "the names say it all";

  const auto check = run(service_.check(file, how));
  EXPECT_EQ(check.rows, data.rows);
  EXPECT_EQ(check.bad_lines, 0);
  EXPECT_EQ(check.first_day, parse_day("2020-04-01"));
  EXPECT_EQ(check.last_day, parse_day("2020-06-30"));
  EXPECT_EQ(check.totals.impressions, data.impressions);
  EXPECT_EQ(check.totals.clicks, data.clicks);
  EXPECT_EQ(to_cents(check.totals.spend->micros), to_cents(data.spend));
  EXPECT_EQ(check.totals.revenue->micros, data.revenue);

  const auto loaded = import(file, how);
  ASSERT_EQ(loaded.state, ImportState::succeeded) << loaded.error.value_or("");
  EXPECT_EQ(loaded.rows_read, data.rows);
  EXPECT_EQ(loaded.facts_written, data.rows) << "one row a key";
  for (const auto& stored : {facts(), campaign_days()}) {
    EXPECT_EQ(stored.impressions, data.impressions);
    EXPECT_EQ(stored.spend, check.totals.spend->micros);
    EXPECT_EQ(stored.conversions, data.conversions);
    EXPECT_EQ(stored.revenue, data.revenue);
  }

  const auto again = import(file, how);
  EXPECT_EQ(again.state, ImportState::succeeded);
  EXPECT_EQ(again.facts_written, 0) << "the same file twice changes nothing";
  EXPECT_EQ(facts().impressions, data.impressions);
}

TEST_F(AdvertisingTest, MatchesTheTotalsOfAGeneratedFile) { expect_totals(generated()); }

TEST_F(AdvertisingTest, MatchesTheTotalsOfThePublishedData) {
  const char* path = std::getenv("OMNIFY_TEST_ADVERTISING_CSV");
  if (path == nullptr)
    GTEST_SKIP() << "OMNIFY_TEST_ADVERTISING_CSV does not name online_advertising_performance_data.csv";
  expect_totals(published(path));
}

}  // namespace
}  // namespace omnify::sync
