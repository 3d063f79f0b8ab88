// Synchronous reports: daily (or summed) figures of an advertiser, its campaigns, ad groups or ads. Source: TikTok API
// for Business, "Run a synchronous report" (v1.3).
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "tiktok/objects.h"
#include "tiktok/request.h"

namespace omnify::sandbox::tiktok {

struct ReportRequest {
  /// Rows must be, or lie below, one of these objects.
  struct IdFilter {
    Level level = Level::campaign;
    std::vector<std::uint64_t> ids;
  };
  Subject advertiser;
  Level level = Level::ad;
  bool daily = false;
  Day first;
  Day last;
  std::vector<std::string> metrics;
  std::vector<IdFilter> ids;
  std::vector<std::string> statuses{"STATUS_NOT_DELETE"};  ///< primary statuses of the row's object
  Page page;
  std::string key;  ///< what two requests for pages of the same report have in common
};

/// Throws 40002 for what the platform refuses, and for what this emulator does not simulate.
[[nodiscard]] ReportRequest read_report(const Parameters& parameters, const Subject& advertiser);

/// One more ad than this in a query, and the oldest are left out; a header of the reply tells.
inline constexpr std::int64_t kAdCeiling = 20'000;

class Reports {
 public:
  explicit Reports(std::int64_t ad_ceiling) noexcept : ad_ceiling_(ad_ceiling) {}

  struct Answer {
    boost::json::object data;
    bool truncated = false;
  };
  /// One page. Which rows there are is kept for a minute, so that the pages of a report fit together.
  [[nodiscard]] Answer answer(const ReportRequest& request);

 private:
  struct Row {
    std::uint32_t entity = 0;
    std::int32_t day = 0;  ///< after the first; unused unless daily
  };
  struct Plan {
    std::string key;
    Instant made{};
    Day today;
    std::vector<Row> rows;
    bool truncated = false;
  };
  const Plan& plan_for(const ReportRequest& request);
  [[nodiscard]] Plan make_plan(const ReportRequest& request) const;

  std::int64_t ad_ceiling_;
  std::list<Plan> plans_;  ///< the newest first
};

}  // namespace omnify::sandbox::tiktok
