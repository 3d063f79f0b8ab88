// Every recommendation starts here: hypotheses, tests, expected effects, ranking. Pure. Method: docs/science.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "metrics/service.h"
#include "recommendations/model.h"

namespace omnify::recommendations {

inline constexpr std::size_t kMostShown = 8;

/// Daily series of insights::kSeriesDays complete days that end with `as_of`, all in `currency`.
struct Facts {
  std::vector<metrics::CampaignSeries> campaigns;
  std::vector<metrics::AdSeries> ads;
  std::string currency;
  std::optional<double> target_roas;
  Day as_of;
};

/// Largest expected effect first, at most kMostShown; one for each kind and campaign, none that contradict. Without
/// any, `note` says whether the data were too few or the differences too small.
[[nodiscard]] RecommendationList recommend(const Facts& facts);

}  // namespace omnify::recommendations
