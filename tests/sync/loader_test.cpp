#include "sync/loader.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <random>

#include "sync/fixture.h"

namespace omnify::sync {
namespace {

using platforms::FactRow;
using std::chrono::days;

constexpr Day kFirst = std::chrono::year(2026) / 2 / 20;

/// `ads` ads on `count` days from kFirst on, over a month's end; three ads to an ad set, two sets to a campaign.
std::vector<FactRow> some_facts(int ads, int count, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  std::vector<FactRow> rows;
  for (int day = 0; day < count; ++day) {
    for (int ad = 0; ad < ads; ++ad) {
      FactRow row;
      row.day = kFirst + days(day);
      row.ad_external_id = std::to_string(1000 + ad);
      row.ad_set_external_id = std::to_string(100 + ad / 3);
      row.campaign_external_id = std::to_string(10 + ad / 6);
      row.impressions = static_cast<std::int64_t>(random() % 10000);
      row.clicks = row.impressions / 50;
      row.spend = static_cast<Micros>(random() % 90'000'000);
      if (ad % 6 < 3) {
        row.conversions = static_cast<Micros>(random() % 5) * kMicrosPerUnit;
        row.revenue = static_cast<Micros>(random() % 400'000'000);
      }
      rows.push_back(std::move(row));
    }
  }
  std::ranges::shuffle(rows, random);
  return rows;
}

class LoaderTest : public SyncTest {
 protected:
  LoadCounts load(const LoadTarget& target, const std::vector<FactRow>& rows) {
    LoadCounts counts;
    for (std::size_t i = 0; i < rows.size(); i += platforms::kBatchRows) {
      const auto end = std::min(rows.size(), i + platforms::kBatchRows);
      std::vector<FactRow> batch(rows.begin() + static_cast<std::ptrdiff_t>(i),
                                 rows.begin() + static_cast<std::ptrdiff_t>(end));
      const auto loaded = run(loader_.load_facts(target, std::move(batch)));
      counts.rows += loaded.rows;
      counts.changed += loaded.changed;
    }
    return counts;
  }

  Loader loader_{database_};
};

TEST_F(LoaderTest, LoadingTwiceChangesNothing) {
  const auto rows = some_facts(173, 12);
  const auto first = load(target(), rows);
  EXPECT_EQ(first.rows, std::ssize(rows));
  EXPECT_EQ(first.changed, std::ssize(rows));
  const auto before = facts();
  EXPECT_EQ(before.facts, std::ssize(rows));
  EXPECT_EQ(wrong_rollups(), 0);

  const auto again = load(target(), rows);
  EXPECT_EQ(again.rows, std::ssize(rows));
  EXPECT_EQ(again.changed, 0);
  EXPECT_EQ(facts(), before);
  EXPECT_EQ(wrong_rollups(), 0);
}

TEST_F(LoaderTest, SumsAreExact) {
  const auto rows = some_facts(40, 20);
  load(target(), rows);
  Totals expected{.facts = std::ssize(rows)};
  for (const auto& row : rows) {
    expected.impressions += row.impressions;
    expected.spend += row.spend;
    if (row.conversions) expected.conversions = expected.conversions.value_or(0) + *row.conversions;
    if (row.revenue) expected.revenue = expected.revenue.value_or(0) + *row.revenue;
  }
  EXPECT_EQ(facts(), expected);
  expected.facts = 0;
  EXPECT_EQ(campaign_days(), expected);
  EXPECT_EQ(platform_days(), expected);
}

TEST_F(LoaderTest, RestatedValuesChangeTheirRollups) {
  auto rows = some_facts(12, 8);
  load(target(), rows);
  rows[5].spend += 1;
  rows[6].revenue = 77;
  rows[7].conversions = std::nullopt;
  rows[7].revenue = std::nullopt;
  rows[8].clicks += 1;
  const auto changed = load(target(), {rows[5], rows[6], rows[7], rows[8], rows[9]}).changed;
  EXPECT_GE(changed, 3);
  EXPECT_LE(changed, 4) << "one may have been unreported before";
  EXPECT_EQ(wrong_rollups(), 0);
}

TEST_F(LoaderTest, WhatTheSourceNoLongerReportsBecomesZero) {
  auto rows = some_facts(12, 4);
  for (auto& row : rows) ++row.impressions;
  for (const auto* account : {"12", "13", "import:meta:USD"}) load(target(account), rows);
  static constexpr database::Query kUnreported{
      "test.unreported", "SELECT count(*) FROM ad_facts WHERE organization_id = $1::uuid AND revenue IS NULL"};
  const auto unreported = query(kUnreported).get<std::int64_t>(0, 0);
  const auto before = facts();

  // One ad has no row any more, and the third day none at all. The fourth day is not part of the window.
  ReportedAds reported{{kFirst, {}}, {kFirst + days(1), {}}, {kFirst + days(2), {}}};
  std::vector<FactRow> left;
  std::int64_t gone = 0;
  auto expected = before;
  for (const auto& row : rows) {
    if (row.ad_external_id != "1001" && row.day != kFirst + days(2)) {
      left.push_back(row);
    } else if (reported.contains(row.day)) {
      ++gone;
      expected.impressions -= row.impressions;
      expected.spend -= row.spend;
      *expected.conversions -= row.conversions.value_or(0);
      *expected.revenue -= row.revenue.value_or(0);
    }
  }
  run(loader_.load_facts(target(), left, &reported));
  EXPECT_EQ(run(loader_.zero_unreported(target(), reported)), gone);
  EXPECT_EQ(facts(), expected);
  EXPECT_EQ(query(kUnreported).get<std::int64_t>(0, 0), unreported) << "what was never reported is not zero";
  EXPECT_EQ(wrong_rollups(), 0);
  EXPECT_EQ(run(loader_.zero_unreported(target(), reported)), 0);

  EXPECT_EQ(load(target(), rows).changed, gone);
  EXPECT_EQ(facts(), before);
  EXPECT_EQ(wrong_rollups(), 0);
}

TEST_F(LoaderTest, UnreportedStaysUnreportedInSums) {
  auto rows = some_facts(3, 2);
  for (auto& row : rows) row.conversions = row.revenue = std::nullopt;
  load(target(), rows);
  EXPECT_EQ(campaign_days().revenue, std::nullopt);
  EXPECT_EQ(platform_days().conversions, std::nullopt);
  rows[0].conversions = 0;
  load(target(), {rows[0]});
  EXPECT_EQ(platform_days().conversions, 0) << "a reported zero is a figure";
  EXPECT_EQ(wrong_rollups(), 0);
}

TEST_F(LoaderTest, OneRowGivenTwiceCountsOnce) {
  auto rows = some_facts(1, 1);
  rows.push_back(rows.front());
  rows.back().spend = 5;
  EXPECT_EQ(load(target(), rows).changed, 1);
  EXPECT_EQ(facts().spend, 5) << "the last one given";
}

TEST_F(LoaderTest, EntitiesReplaceTheirPlaceholders) {
  load(target(), some_facts(6, 1));
  static constexpr database::Query kNames{"test.names", R"(
SELECT (SELECT name FROM campaigns WHERE organization_id = $1::uuid AND external_id = '10'),
       (SELECT name FROM ad_sets WHERE organization_id = $1::uuid AND external_id = '100'),
       (SELECT name FROM ads WHERE organization_id = $1::uuid AND external_id = '1000'),
       (SELECT currency FROM ad_accounts WHERE organization_id = $1::uuid))"};
  auto names = query(kNames);
  EXPECT_EQ(names.get<std::string>(0, 0), "10");
  EXPECT_EQ(names.get<std::string>(0, 1), "100");
  EXPECT_EQ(names.get<std::string>(0, 2), "1000");
  EXPECT_EQ(names.get<std::string>(0, 3), "USD");

  platforms::EntityRows rows;
  rows.campaigns.push_back({.external_id = "10",
                            .name = "Spring",
                            .status = platforms::EntityStatus::paused,
                            .objective = "OUTCOME_SALES",
                            .daily_budget = 50'000'000});
  rows.ad_sets.push_back({.external_id = "100", .campaign_external_id = "10", .name = "Berlin"});
  rows.ads.push_back({.external_id = "1000",
                      .ad_set_external_id = "100",
                      .name = "Dogs",
                      .creative_external_id = "7",
                      .creative_title = "T",
                      .creative_body = std::nullopt});
  const auto first = run(loader_.load_entities(target(), rows));
  EXPECT_EQ(first.rows, 4);
  EXPECT_EQ(first.changed, 3) << "the account stood there already";
  names = query(kNames);
  EXPECT_EQ(names.get<std::string>(0, 0), "Spring");
  EXPECT_EQ(names.get<std::string>(0, 1), "Berlin");
  EXPECT_EQ(names.get<std::string>(0, 2), "Dogs");
  EXPECT_EQ(run(loader_.load_entities(target(), rows)).changed, 0);
}

TEST_F(LoaderTest, ChildrenOfUnlistedParentsAreKept) {
  platforms::EntityRows rows;
  rows.ads.push_back({.external_id = "1",
                      .ad_set_external_id = "2",
                      .name = "Lonely",
                      .creative_external_id = std::nullopt,
                      .creative_title = std::nullopt,
                      .creative_body = std::nullopt});
  rows.ad_sets.push_back({.external_id = "3", .campaign_external_id = "4", .name = "Set"});
  EXPECT_EQ(run(loader_.load_entities(target(), rows)).changed, 3);
  static constexpr database::Query kCounts{"test.entity_counts", R"(
SELECT (SELECT count(*) FROM campaigns WHERE organization_id = $1::uuid),
       (SELECT count(*) FROM ad_sets WHERE organization_id = $1::uuid))"};
  const auto counts = query(kCounts);
  EXPECT_EQ(counts.get<std::int64_t>(0, 0), 2);
  EXPECT_EQ(counts.get<std::int64_t>(0, 1), 2);
}

TEST_F(LoaderTest, TwoCurrenciesNeverMeet) {
  const auto rows = some_facts(6, 3);
  load(target("12", "USD"), rows);
  load(target("12", "EUR"), rows);
  static constexpr database::Query kCurrencies{"test.currencies", R"(
SELECT count(*) FROM (SELECT campaign_id FROM campaign_days WHERE organization_id = $1::uuid
                      GROUP BY campaign_id, day HAVING count(DISTINCT currency) > 1) x)"};
  EXPECT_EQ(query(kCurrencies).get<std::int64_t>(0, 0), 0);
  EXPECT_EQ(facts().facts, 2 * std::ssize(rows));
  EXPECT_EQ(wrong_rollups(), 0);
}

TEST_F(LoaderTest, OrganizationsDoNotShareRows) {
  const auto rows = some_facts(6, 3);
  load(target(), rows);
  const auto mine = facts();
  const auto other = new_organization();
  auto foreign = target();
  foreign.organization = other;
  EXPECT_NE(campaign_id(foreign, "10"), campaign_id(target(), "10"));
  load(foreign, rows);
  EXPECT_EQ(facts(), mine);
  EXPECT_EQ(wrong_rollups(), 0);
}

// Two accounts of one platform sum into the same rows of platform_days.
TEST_F(LoaderTest, ConcurrentLoadsKeepSharedSumsRight) {
  struct Job {
    Loader loader;
    LoadTarget target;
    std::vector<FactRow> rows;
    bool done = false;
    std::exception_ptr failure;
    Task<> all() {
      for (std::size_t i = 0; i < rows.size(); i += 20) {
        const auto end = std::min(rows.size(), i + 20);
        std::vector<FactRow> batch(rows.begin() + static_cast<std::ptrdiff_t>(i),
                                   rows.begin() + static_cast<std::ptrdiff_t>(end));
        co_await loader.load_facts(target, std::move(batch));
      }
    }
  };
  std::vector<std::unique_ptr<Job>> jobs;
  for (int i = 0; i < 4; ++i) {
    auto job = std::make_unique<Job>(Loader(database_), target(std::to_string(i)),
                                     some_facts(12, 10, static_cast<std::uint64_t>(i)));
    boost::asio::co_spawn(io_, job->all(), [raw = job.get()](std::exception_ptr failure) {
      raw->failure = failure;
      raw->done = true;
    });
    jobs.push_back(std::move(job));
  }
  support::run_until(io_, [&] { return std::ranges::all_of(jobs, [](const auto& job) { return job->done; }); });
  for (const auto& job : jobs) {
    if (job->failure) std::rethrow_exception(job->failure);
  }
  EXPECT_EQ(facts().facts, 4 * 120);
  EXPECT_EQ(wrong_rollups(), 0);
}

// Property: any split into batches, in any order, with any prefix loaded before, gives the same rows.
TEST_F(LoaderTest, AnyOrderOfPagesGivesTheSame) {
  const auto rows = some_facts(12, 6);
  load(target(), rows);
  const auto expected = facts();
  std::mt19937_64 random(7);
  for (int round = 0; round < 20; ++round) {
    organization_ = new_organization();
    auto pages = rows;
    std::ranges::shuffle(pages, random);
    const auto killed_at = random() % pages.size();
    load(target(), {pages.begin(), pages.begin() + static_cast<std::ptrdiff_t>(killed_at)});
    for (std::size_t i = 0; i < pages.size();) {
      const auto end = std::min(pages.size(), i + 1 + random() % 30);
      load(target(),
           {pages.begin() + static_cast<std::ptrdiff_t>(i), pages.begin() + static_cast<std::ptrdiff_t>(end)});
      i = end;
    }
    ASSERT_EQ(facts(), expected);
    ASSERT_EQ(wrong_rollups(), 0);
  }
}

/// Impressions before and after, in the order of learning.
using Revisions = std::vector<std::pair<std::int64_t, std::int64_t>>;

class RevisionTest : public LoaderTest {
 protected:
  Revisions revisions() {
    static constexpr database::Query kQuery{"test.revisions", R"(
SELECT old_impressions, new_impressions FROM metric_revisions WHERE organization_id = $1::uuid
ORDER BY day, learned_at, campaign_id)"};
    const auto result = query(kQuery);
    Revisions out;
    for (int row = 0; row < result.rows(); ++row) {
      out.emplace_back(result.get<std::int64_t>(row, 0), result.get<std::int64_t>(row, 1));
    }
    return out;
  }
  Task<> in_one_transaction(std::vector<FactRow> first, std::vector<FactRow> second) {
    auto transaction = co_await database_.begin(organization_);
    co_await Loader::load_facts(transaction, target(), std::move(first));
    co_await Loader::load_facts(transaction, target(), std::move(second));
    co_await transaction.commit();
  }
  static FactRow fact(std::string ad, std::int64_t impressions) {
    FactRow row;
    row.day = kFirst;
    row.ad_external_id = std::move(ad);
    row.ad_set_external_id = "2";
    row.campaign_external_id = "1";
    row.impressions = impressions;
    return row;
  }
};

TEST_F(RevisionTest, EveryChangeOfAKnownDayIsKept) {
  load(target(), {fact("a", 100), fact("b", 10)});
  EXPECT_TRUE(revisions().empty()) << "nothing was known before";
  load(target(), {fact("a", 100), fact("b", 10)});
  EXPECT_TRUE(revisions().empty());
  load(target(), {fact("a", 120), fact("b", 10)});
  load(target(), {fact("a", 120), fact("b", 4)});
  EXPECT_EQ(revisions(), (Revisions{{110, 130}, {130, 124}}));
  ReportedAds reported;
  reported[kFirst] = {ad_id(target(), "a")};
  run(loader_.zero_unreported(target(), reported));
  EXPECT_EQ(revisions(), (Revisions{{110, 130}, {130, 124}, {124, 120}}));
}

// Others see a transaction's last state only: what lies between was never known.
TEST_F(RevisionTest, ATransactionIsOneRevision) {
  run(loader_.ensure_months(organization_, {kFirst}));
  run(in_one_transaction({fact("a", 100)}, {fact("b", 10)}));
  EXPECT_TRUE(revisions().empty());
  run(in_one_transaction({fact("a", 200)}, {fact("b", 20)}));
  EXPECT_EQ(revisions(), (Revisions{{110, 220}}));
}

}  // namespace
}  // namespace omnify::sync
