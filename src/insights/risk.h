// The risk score: points for money that is badly spent now, and for signs that it will be. Formula and reasons:
// docs/science.md and README.md of this folder.
#pragma once

#include <optional>
#include <span>

#include "insights/model.h"
#include "metrics/measures.h"

namespace omnify::insights {

inline constexpr int kRiskDays = 28;     ///< judged
inline constexpr int kImmatureDays = 3;  ///< newest days whose revenue and conversions still grow: left out there
inline constexpr int kSeriesDays = kRiskDays + kImmatureDays;

/// `days` are kSeriesDays consecutive complete days of one currency, oldest first (more are cut at the front, fewer are
/// not enough data). Without a target ROAS break-even (1.0) stands in and the texts say so. Pure; never NaN.
[[nodiscard]] RiskScore risk_score(std::span<const metrics::Sums> days, std::optional<double> target_roas);

}  // namespace omnify::insights
