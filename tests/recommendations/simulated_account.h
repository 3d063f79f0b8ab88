// Seeded accounts whose truth is known.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "insights/risk.h"
#include "recommendations/recommend.h"

namespace omnify::recommendations {

inline constexpr int kDays = insights::kSeriesDays;

/// What a campaign, ad set or ad truly does on every day.
struct Truth {
  double daily_spend = 200;
  double roas = 2;
  double order = 50;  ///< mean revenue of a conversion
  double cpm = 10;
  double ctr = 0.02;
  double recent_ctr = 1;  ///< factor of the last seven days
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : generator_(seed) {}

  double normal() { return std::normal_distribution<double>()(generator_); }
  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(generator_); }

  /// Spend varies by 20 % and with the weekday, CTR by 5 %, orders are Poisson with gamma-distributed values.
  std::vector<metrics::Sums> days(const Truth& truth) {
    std::vector<metrics::Sums> out;
    for (int i = 0; i < kDays; ++i) {
      const double spend = truth.daily_spend * (i % 7 < 2 ? 0.8 : 1.1) * std::exp(0.2 * normal() - 0.02);
      const auto impressions = static_cast<std::int64_t>(1000 * spend / truth.cpm);
      const double ctr = truth.ctr * (i >= kDays - 7 ? truth.recent_ctr : 1) * std::exp(0.05 * normal());
      const auto clicks = std::poisson_distribution<std::int64_t>(static_cast<double>(impressions) * ctr)(generator_);
      const auto orders =
          std::poisson_distribution<std::int64_t>(std::max(1e-9, spend * truth.roas / truth.order))(generator_);
      double revenue = 0;
      for (std::int64_t k = 0; k < orders; ++k)
        revenue += std::gamma_distribution<double>(2, truth.order / 2)(generator_);
      out.push_back({impressions, clicks, micros(spend), micros(static_cast<double>(orders)), micros(revenue)});
    }
    return out;
  }

  metrics::CampaignSeries campaign(std::string name, std::vector<metrics::Sums> days) {
    metrics::CampaignSeries out;
    out.id = CampaignId{uuid()};
    out.name = std::move(name);
    out.platform = "meta";
    out.currency = "USD";
    out.days = std::move(days);
    return out;
  }

  metrics::AdSeries ad(CampaignId campaign, AdSetId ad_set, std::string name, std::vector<metrics::Sums> days) {
    metrics::AdSeries out;
    out.id = AdId{uuid()};
    out.name = std::move(name);
    out.ad_set_id = ad_set;
    out.ad_set_name = "Set " + ad_set.text().substr(0, 4);
    out.campaign_id = campaign;
    out.days = std::move(days);
    return out;
  }

  Uuid uuid() {
    Uuid id;
    for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(generator_());
    return id;
  }

 private:
  static Micros micros(double units) { return std::llround(units * 1e6); }

  std::mt19937_64 generator_;
};

inline Facts facts_of(std::vector<metrics::CampaignSeries> campaigns, std::vector<metrics::AdSeries> ads = {}) {
  return {.campaigns = std::move(campaigns),
          .ads = std::move(ads),
          .currency = "USD",
          .target_roas = {},
          .as_of = parse_day("2026-03-30").value()};
}

/// A campaign whose days are the sums of its ads' days.
inline metrics::CampaignSeries sum_of(Simulation& simulation, std::string name, CampaignId id,
                                      const std::vector<metrics::AdSeries>& ads) {
  auto out = simulation.campaign(std::move(name), std::vector<metrics::Sums>(kDays));
  out.id = id;
  for (const auto& ad : ads) {
    if (ad.campaign_id != id) continue;
    for (std::size_t i = 0; i < out.days.size(); ++i) out.days[i] += ad.days[i];
  }
  return out;
}

}  // namespace omnify::recommendations
