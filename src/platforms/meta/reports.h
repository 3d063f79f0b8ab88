// Insights as a background report: for what is too large for one answer.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "platforms/meta/client.h"

namespace omnify::platforms::meta {

/// Meta's own retries take up to an hour.
inline constexpr std::chrono::seconds kReportLimit{3600};

/// What a poll of a report says.
struct ReportState {
  enum class Kind { waiting, completed, failed, skipped };
  Kind kind = Kind::waiting;
  std::int64_t percent = 0;
  GraphError error = {};  ///< of a failed one
};
[[nodiscard]] ReportState parse_report_state(std::string_view body);

/// The id in {"report_run_id":"6023…"}, {"report_run_id":6023…} or a bare number; it can exceed 2^53.
[[nodiscard]] std::string parse_report_id(std::string_view body);

/// Orders a report and waits until it is made; its pages are then at "<id>/insights". Polls after 2 s, then ever more
/// slowly up to a minute. A report that Meta drops is ordered again twice. Throws CallFailure: too_large when Meta
/// finds it too large as well, or has not made it within `limit`.
Task<std::string> make_report(GraphClient& client, GraphRequest order, std::function<void(std::string)> activity,
                              std::chrono::seconds limit = kReportLimit);

}  // namespace omnify::platforms::meta
