#include "recommendations/service.h"

#include <utility>

#include "insights/risk.h"
#include "recommendations/recommend.h"

namespace omnify::recommendations {
namespace {

// Bounds of the work; what is smaller than these moves no money worth a recommendation.
constexpr std::int64_t kMostCampaigns = 500;
constexpr std::int64_t kMostAds = 500;

}  // namespace

Task<RecommendationList> Service::list(OrganizationId organization) {
  const auto settings = co_await metrics_.settings(organization);
  const Day last = settings.today - std::chrono::days{1};
  const metrics::Period period{last - std::chrono::days{insights::kSeriesDays - 1}, last};
  Facts facts;
  facts.campaigns = co_await metrics_.largest_campaigns(organization, period, kMostCampaigns);
  // Money is only moved between campaigns whose amounts compare exactly.
  std::erase_if(facts.campaigns, [&](const auto& one) { return one.currency != settings.currency; });
  facts.ads = co_await metrics_.largest_ads(organization, period, kMostAds);
  facts.currency = settings.currency;
  facts.target_roas = settings.target_roas;
  facts.as_of = last;
  co_return co_await cpu_.run([facts = std::move(facts)] { return recommend(facts); });
}

}  // namespace omnify::recommendations
