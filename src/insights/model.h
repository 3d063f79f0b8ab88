// The risk score and everything that made it, as the API shows it.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/json.h"
#include "base/uuid.h"
#include "metrics/model.h"

namespace omnify::insights {

using metrics::RiskLevel;

/// `name` is one of roas_vs_target, roas_trend, ctr_change, cpc_change, volatility. `value` is null (and the points
/// zero) where the data do not say.
struct RiskInput {
  std::string name;
  std::string label;
  std::optional<double> value;
  std::string display;
  double points = 0;
  double max_points = 0;
};
BOOST_DESCRIBE_STRUCT(RiskInput, (), (name, label, value, display, points, max_points))

/// 0 (no sign of trouble) to 100. Without enough data score and level are null and `reason` says why.
struct RiskScore {
  std::optional<std::int64_t> score;
  std::optional<RiskLevel> level;
  bool enough_data = false;
  std::optional<std::string> reason;
  std::vector<RiskInput> inputs;
  std::string formula;
};
BOOST_DESCRIBE_STRUCT(RiskScore, (), (score, level, enough_data, reason, inputs, formula))

struct CampaignRisk {
  CampaignId campaign_id;
  std::string name;
  std::string platform;
  std::string currency;  ///< of the campaign's account
  Decimal spend;         ///< of the 28 days that were judged, in `currency`
  RiskScore risk;
};
BOOST_DESCRIBE_STRUCT(CampaignRisk, (), (campaign_id, name, platform, currency, spend, risk))

struct RiskReport {
  Day as_of;  ///< the last complete day
  std::string currency;
  RiskScore overall;  ///< of the summed series in `currency`, not an average of scores
  std::vector<CampaignRisk> campaigns;
  std::vector<metrics::ExcludedCurrency> excluded;  ///< what `overall` lacks for want of an exchange rate
};
BOOST_DESCRIBE_STRUCT(RiskReport, (), (as_of, currency, overall, campaigns, excluded))

struct CampaignDetail {
  metrics::CampaignRow campaign;
  std::vector<metrics::TrendPoint> trend;
  std::vector<metrics::AdRow> ads;
  RiskScore risk;
};
BOOST_DESCRIBE_STRUCT(CampaignDetail, (), (campaign, trend, ads, risk))

}  // namespace omnify::insights
