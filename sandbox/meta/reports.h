// Asynchronous insights: a run is stored, takes its time, and is then read page by page.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <string_view>

#include "faults/faults.h"
#include "meta/insights.h"

namespace omnify::sandbox::meta {

/// Limits and paces of the insights edge. Rows and ad-days: beyond them a synchronous call is refused.
struct InsightsLimits {
  std::int64_t sync_rows = 25'000;
  std::int64_t sync_ad_days = 60'000;
  std::int64_t report_ad_days = 3'000'000;
  std::chrono::milliseconds report_time{1200};  ///< of a small report; large ones take longer
};

struct Report {
  std::uint64_t id = 0;
  InsightsRequest request;
  std::chrono::steady_clock::time_point started;
  std::chrono::milliseconds duration{0};
  Instant created{};
  bool too_large = false;
  bool fails = false;
};

class Reports {
 public:
  explicit Reports(InsightsLimits limits) : limits_(limits) {}

  [[nodiscard]] const InsightsLimits& limits() const noexcept { return limits_; }
  std::uint64_t start(InsightsRequest request, bool fails);
  /// Null when there is no such run.
  [[nodiscard]] const Report* find(std::string_view id) const;
  [[nodiscard]] static boost::json::object describe(const Report& report);
  [[nodiscard]] static bool completed(const Report& report);

 private:
  InsightsLimits limits_;
  std::map<std::uint64_t, Report> reports_;
  std::uint64_t started_ = 0;
};

}  // namespace omnify::sandbox::meta
