#include "metrics/market.h"

namespace omnify::metrics {
namespace {

class RestatedTest : public MarketTest {
 protected:
  RestatedTest() {
    organization_ = market.organization();
    account_ = market.account(organization_);
    first_ = market.campaign(organization_, account_, "A");
    second_ = market.campaign(organization_, account_, "B");
  }

  /// A day as of now, and since when it is known.
  void day_of(CampaignId campaign, std::string_view on, std::int64_t impressions, std::string_view known_since) {
    market.sums(organization_, campaign, on, {impressions, 0, 0, {}, {}});
    market.raw(fmt::format("UPDATE campaign_days SET known_since = '{}' WHERE campaign_id = '{}' AND day = '{}';\n",
                           known_since, campaign.text(), on));
  }
  void revision(CampaignId campaign, std::string_view on, std::string_view learned_at, std::int64_t old_impressions,
                std::int64_t new_impressions) {
    market.raw(
        fmt::format("INSERT INTO metric_revisions VALUES ('{}', '{}', '{}', '{}', 'meta', 'USD', {}, 0, 0, NULL, "
                    "NULL, {}, 0, 0, NULL, NULL);\n",
                    organization_.text(), campaign.text(), on, learned_at, old_impressions, new_impressions));
  }
  std::vector<RestatedDay> restated(std::string_view since) {
    return run(service.restated_days(
                   organization_,
                   {.start = day("2026-03-01"), .end = day("2026-03-31"), .since = parse_instant(since)}))
        .items;
  }

  OrganizationId organization_;
  AccountId account_;
  CampaignId first_;
  CampaignId second_;
};

TEST_F(RestatedTest, ShowsADayAsItWasKnownThen) {
  day_of(first_, "2026-03-10", 130, "2026-03-10T05:00:00Z");
  day_of(second_, "2026-03-10", 1000, "2026-03-10T05:00:00Z");
  revision(first_, "2026-03-10", "2026-03-11T08:00:00Z", 90, 100);
  revision(first_, "2026-03-10", "2026-03-14T08:00:00Z", 100, 120);
  revision(first_, "2026-03-10", "2026-03-20T08:00:00Z", 120, 130);
  day_of(first_, "2026-03-09", 5, "2026-03-10T05:00:00Z");
  write();

  auto seen = restated("2026-03-12T00:00:00Z");
  ASSERT_EQ(seen.size(), 1U) << "the other day did not change";
  EXPECT_EQ(seen[0].day, day("2026-03-10"));
  EXPECT_EQ(seen[0].account_name, "Account");
  EXPECT_EQ(seen[0].then.impressions, 1100);
  EXPECT_EQ(seen[0].now.impressions, 1130);
  EXPECT_EQ(seen[0].learned_at, parse_instant("2026-03-20T08:00:00Z"));
  EXPECT_EQ(restated("2026-03-14T08:00:00Z").at(0).then.impressions, 1120) << "the moment itself is then";
  EXPECT_TRUE(restated("2026-03-20T08:00:00Z").empty());
}

TEST_F(RestatedTest, ACampaignThatBecameKnownLaterIsPartOfTheChange) {
  day_of(first_, "2026-03-10", 100, "2026-03-11T05:00:00Z");
  day_of(second_, "2026-03-10", 40, "2026-03-15T05:00:00Z");
  write();
  const auto seen = restated("2026-03-12T00:00:00Z");
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].then.impressions, 100);
  EXPECT_EQ(seen[0].now.impressions, 140);
  EXPECT_EQ(seen[0].learned_at, parse_instant("2026-03-15T05:00:00Z"));
}

TEST_F(RestatedTest, WhatIsNewIsNotRestated) {
  day_of(first_, "2026-03-10", 100, "2026-03-15T05:00:00Z");
  day_of(first_, "2026-03-12", 300, "2026-03-12T05:00:00Z");
  revision(first_, "2026-03-12", "2026-03-12T23:00:00Z", 100, 300);
  write();
  EXPECT_TRUE(restated("2026-03-12T10:00:00Z").empty()) << "one was not known at all, the other was not over";
}

TEST_F(RestatedTest, AnOverviewAsItWasKnownThen) {
  day_of(first_, "2026-03-10", 130, "2026-03-10T05:00:00Z");
  day_of(second_, "2026-03-10", 1000, "2026-03-12T05:00:00Z");
  day_of(first_, "2026-03-09", 5, "2026-03-10T05:00:00Z");
  revision(first_, "2026-03-10", "2026-03-11T08:00:00Z", 90, 100);
  revision(first_, "2026-03-10", "2026-03-14T08:00:00Z", 100, 130);
  write();
  const auto known = [this](std::string_view moment) {
    const RangeQuery range{.start = day("2026-03-09"), .end = day("2026-03-10")};
    return run(service.overview_as_known(organization_, range, parse_instant(moment).value()));
  };
  EXPECT_EQ(known("2026-03-10T04:00:00Z").totals.impressions, 0) << "nothing was known yet";
  EXPECT_EQ(known("2026-03-10T12:00:00Z").totals.impressions, 95);
  EXPECT_EQ(known("2026-03-11T12:00:00Z").totals.impressions, 105);
  EXPECT_EQ(known("2026-03-13T12:00:00Z").totals.impressions, 1105);
  const auto now = known("2026-03-31T12:00:00Z");
  EXPECT_EQ(now.totals.impressions, 1135);
  EXPECT_EQ(now.as_of, parse_instant("2026-03-31T12:00:00Z"));
  const auto of_today = run(service.overview(organization_, {.start = day("2026-03-09"), .end = day("2026-03-10")}));
  EXPECT_EQ(of_today.totals.impressions, 1135);
  EXPECT_FALSE(of_today.as_of);
  EXPECT_TRUE(known("2026-03-10T12:00:00Z").trend.back().partial) << "today is the day of that moment";
  EXPECT_EQ(refused(service.overview_as_known(organization_, {}, parse_instant("2026-04-01T00:00:00Z").value())),
            "as_of");
}

TEST_F(RestatedTest, TheFutureIsRefused) {
  write();
  EXPECT_THROW(restated("2026-04-01T00:00:00Z"), Error);
  EXPECT_TRUE(run(service.restated_days(organization_, {})).items.empty());
}

}  // namespace
}  // namespace omnify::metrics
