// The platform's objects as it shows them: field selection, effective status, minor units, ids as text.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/world.h"
#include "meta/fields.h"

namespace omnify::sandbox::meta {

enum class NodeType { account, campaign, ad_set, ad, creative };

/// One object at one instant. Owned by the world, which outlives it.
struct Subject {
  const market::World* world = nullptr;
  const market::Account* account = nullptr;
  NodeType type = NodeType::account;
  std::uint32_t index = 0;
  Instant now{};

  [[nodiscard]] Subject sibling(NodeType other, std::uint32_t at) const noexcept {
    return {world, account, other, at, now};
  }
};

/// Positions of the children in the account's list of their type: always one contiguous run.
struct Range {
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};

[[nodiscard]] std::optional<Subject> find_subject(const market::World& world, std::string_view id, Instant now);
[[nodiscard]] std::string id_of(const Subject& subject);
[[nodiscard]] Range children(const Subject& subject, NodeType type);
/// "ACTIVE", "PAUSED", "CAMPAIGN_PAUSED", "ADSET_PAUSED". An ended campaign stays ACTIVE; its stop_time tells.
[[nodiscard]] std::string_view effective_status(const Subject& subject);
/// The object's campaign, ad set or ad above it (or itself).
[[nodiscard]] Subject ancestor(const Subject& subject, NodeType type);
[[nodiscard]] Instant updated_at(const Subject& subject);
/// Only `id` without fields. Throws 100 for a field that the node type does not have.
[[nodiscard]] boost::json::object render(const Subject& subject, const std::vector<Field>& fields);

[[nodiscard]] std::string_view objective_name(market::Objective objective) noexcept;
[[nodiscard]] std::string_view optimization_goal(market::Objective objective) noexcept;

}  // namespace omnify::sandbox::meta
