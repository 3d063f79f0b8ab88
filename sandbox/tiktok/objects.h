// The platform's objects as it shows them: their state, and their fields by name. Source: TikTok API for Business,
// "Get campaigns", "Get ad groups", "Get ads", "Enumeration" (v1.3).
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "market/world.h"

namespace omnify::sandbox::tiktok {

enum class Level : std::uint8_t { advertiser, campaign, ad_group, ad };

/// One object at one instant. Owned by the world, which outlives it.
struct Subject {
  const market::World* world = nullptr;
  const market::Account* account = nullptr;
  Level level = Level::advertiser;
  std::uint32_t index = 0;  ///< within the account's list of its level
  Instant now{};

  [[nodiscard]] Subject sibling(Level other, std::uint32_t at) const noexcept {
    return {world, account, other, at, now};
  }
  /// The object above it on that level, or itself.
  [[nodiscard]] Subject ancestor(Level above) const noexcept;
  [[nodiscard]] const market::Campaign& campaign() const noexcept;
  [[nodiscard]] const market::AdSet& ad_group() const noexcept;
  [[nodiscard]] const market::Ad& ad() const noexcept;
};

/// Positions in the account's list of a level: what is below an object is always one contiguous run.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};
[[nodiscard]] Range all_of(const market::Account& account, Level level) noexcept;
[[nodiscard]] Range ads_below(const Subject& subject) noexcept;

enum class State { delivering, disabled, not_started, done, deleted };
/// `cause` is the level whose own state it is.
struct Status {
  State state = State::delivering;
  Level cause = Level::ad;
};
/// Advertisers tidy up: a campaign that ended 45 days ago is deleted. A campaign has no end of its own; its ad groups
/// have.
[[nodiscard]] Status status_of(const Subject& subject);
/// "ADGROUP_STATUS_CAMPAIGN_DISABLE"
[[nodiscard]] std::string secondary_status(const Subject& subject);
/// One of the enum primary_status. Throws 40002 for another text.
[[nodiscard]] bool has_primary_status(const Subject& subject, std::string_view primary);

[[nodiscard]] std::string id_of(const Subject& subject);
[[nodiscard]] Instant modified_at(const Subject& subject);
[[nodiscard]] std::string_view objective_type(market::Objective objective) noexcept;
/// Major units a day; 0 where the budget stands on the other level.
[[nodiscard]] double campaign_budget(const Subject& subject) noexcept;
[[nodiscard]] double ad_group_budget(const Subject& subject) noexcept;
[[nodiscard]] std::string name_of(const Subject& subject);
[[nodiscard]] std::string_view ad_text_of(const Subject& ad) noexcept;

enum class Nulls { shown, left_out };
/// All fields without `fields`. Throws 40002 for a field that objects of this level do not have.
[[nodiscard]] boost::json::object render(const Subject& subject, const std::vector<std::string>& fields, Nulls nulls);

}  // namespace omnify::sandbox::tiktok
