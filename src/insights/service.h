// Risk of campaigns and of the whole organization.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "async/cpu_pool.h"
#include "async/task.h"
#include "base/uuid.h"
#include "insights/model.h"
#include "metrics/service.h"

namespace omnify::insights {

inline constexpr std::int64_t kMostScored = 500;  ///< campaigns of a report that are scored: those that spend most
inline constexpr std::size_t kMostReported = 200;

class Service {
 public:
  Service(metrics::Service& metrics, CpuPool& cpu) : metrics_(metrics), cpu_(cpu) {}

  /// Worst first, then those without enough data by spend.
  Task<RiskReport> report(OrganizationId organization);
  /// Unknown campaigns are left out.
  Task<std::map<CampaignId, RiskScore>> risks(OrganizationId organization, std::vector<CampaignId> campaigns);
  /// The page with `risk` and `risk_level` filled in.
  Task<metrics::CampaignPage> add_risks(OrganizationId organization, metrics::CampaignPage page);
  /// Error{not_found} for an unknown campaign.
  Task<CampaignDetail> campaign(OrganizationId organization, CampaignId campaign, metrics::RangeQuery range);

 private:
  metrics::Service& metrics_;
  CpuPool& cpu_;
};

}  // namespace omnify::insights
