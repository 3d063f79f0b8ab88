// The kinds of recommendation. Each tests its own family of hypotheses and holds its false discoveries at its own rate;
// together the rates are 10 %, so that in an account where nothing differs at most one run in ten says anything.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "recommendations/recommend.h"
#include "statistics/draws.h"

namespace omnify::recommendations {

inline constexpr double kShiftRate = 0.03;
inline constexpr double kCutRate = 0.02;
inline constexpr double kCreativeRate = 0.03;
inline constexpr double kTargetingRate = 0.02;

inline constexpr double kConfidence = 0.8;        ///< of the shown intervals
inline constexpr double kLeastProbability = 0.8;  ///< that the effect is positive
inline constexpr double kDaysPerMonth = 30.4;

enum class Kind { cut, shift, targeting, creative };

struct Candidate {
  Kind kind = Kind::cut;
  Recommendation recommendation;
  CampaignId campaign;                 ///< that is advised on
  std::optional<CampaignId> receiver;  ///< that gets the money
  std::optional<AdSetId> ad_set;       ///< that is advised on, or that the ad belongs to
  double value = 0;                    ///< expected, in major units a month
};

/// What a family found, and how many hypotheses it could test.
struct Found {
  std::vector<Candidate> candidates;
  std::size_t tested = 0;
};

/// Cut campaigns below break-even; move budget from convincingly worse to convincingly better ones.
[[nodiscard]] Found find_budget(const Facts& facts);
/// Refresh ads whose CTR fell while that of their siblings did not.
[[nodiscard]] Found find_creative(const Facts& facts);
/// Take budget from ad sets that do convincingly worse than their siblings.
[[nodiscard]] Found find_targeting(const Facts& facts);

}  // namespace omnify::recommendations
