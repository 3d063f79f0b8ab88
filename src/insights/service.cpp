#include "insights/service.h"

#include <algorithm>
#include <utility>

#include "insights/risk.h"

namespace omnify::insights {
namespace {

/// The days that a score looks at, the last complete one last.
metrics::Period judged(Day today) {
  const Day last = today - std::chrono::days{1};
  return {last - std::chrono::days{kSeriesDays - 1}, last};
}

Decimal judged_spend(const std::vector<metrics::Sums>& days) {
  Micros spend = 0;
  for (std::size_t i = days.size() - std::min<std::size_t>(days.size(), kRiskDays); i < days.size(); ++i)
    spend += days[i].spend;
  return Decimal{spend};
}

/// Worst first; of equal scores, and without one at the end, those that spend most: the order of `series`, because
/// amounts in several currencies do not compare.
std::vector<CampaignRisk> score_all(const std::vector<metrics::CampaignSeries>& series,
                                    std::optional<double> target_roas) {
  std::vector<CampaignRisk> scored;
  std::vector<std::pair<std::int64_t, std::size_t>> order;
  for (const auto& one : series) {
    const auto spend = judged_spend(one.days);
    if (spend.micros == 0) continue;
    scored.push_back({one.id, one.name, one.platform, one.currency, spend, risk_score(one.days, target_roas)});
    order.emplace_back(-scored.back().risk.score.value_or(-1), order.size());
  }
  std::ranges::sort(order);
  if (order.size() > kMostReported) order.resize(kMostReported);
  std::vector<CampaignRisk> out;
  out.reserve(order.size());
  for (const auto& [score, place] : order) out.push_back(std::move(scored[place]));
  return out;
}

}  // namespace

Task<RiskReport> Service::report(OrganizationId organization) {
  const auto settings = co_await metrics_.settings(organization);
  const auto period = judged(settings.today);
  auto totals = co_await metrics_.daily_totals(organization, period, settings.currency);
  auto series = co_await metrics_.largest_campaigns(organization, period, kMostScored);
  RiskReport report;
  report.as_of = period.last;
  report.currency = settings.currency;
  report.overall = risk_score(totals.days, settings.target_roas);
  report.excluded = std::move(totals.excluded);
  report.campaigns = co_await cpu_.run(
      [series = std::move(series), target = settings.target_roas] { return score_all(series, target); });
  co_return report;
}

Task<std::map<CampaignId, RiskScore>> Service::risks(OrganizationId organization, std::vector<CampaignId> campaigns) {
  if (campaigns.empty()) co_return std::map<CampaignId, RiskScore>{};
  const auto settings = co_await metrics_.settings(organization);
  auto series = co_await metrics_.campaign_series(organization, judged(settings.today), std::move(campaigns));
  co_return co_await cpu_.run([series = std::move(series), target = settings.target_roas] {
    std::map<CampaignId, RiskScore> scores;
    for (const auto& one : series) scores.emplace(one.id, risk_score(one.days, target));
    return scores;
  });
}

Task<metrics::CampaignPage> Service::add_risks(OrganizationId organization, metrics::CampaignPage page) {
  std::vector<CampaignId> ids;
  ids.reserve(page.items.size());
  for (const auto& row : page.items) ids.push_back(row.id);
  const auto scores = co_await risks(organization, std::move(ids));
  for (auto& row : page.items) {
    const auto found = scores.find(row.id);
    if (found == scores.end()) continue;
    row.risk = found->second.score;
    row.risk_level = found->second.level;
  }
  co_return page;
}

Task<CampaignDetail> Service::campaign(OrganizationId organization, CampaignId campaign, metrics::RangeQuery range) {
  auto figures = co_await metrics_.campaign(organization, campaign, range);
  auto scores = co_await risks(organization, {campaign});
  CampaignDetail detail;
  detail.risk = std::move(scores[campaign]);
  figures.campaign.risk = detail.risk.score;
  figures.campaign.risk_level = detail.risk.level;
  detail.campaign = std::move(figures.campaign);
  detail.trend = std::move(figures.trend);
  detail.ads = std::move(figures.ads);
  co_return detail;
}

}  // namespace omnify::insights
