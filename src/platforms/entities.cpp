#include "platforms/entities.h"

#include <set>

namespace omnify::platforms {

const boost::json::object* object_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr ? value->if_object() : nullptr;
}

const boost::json::array* array_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr ? value->if_array() : nullptr;
}

std::optional<std::string> text_in(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  const auto* found = value != nullptr ? value->if_string() : nullptr;
  if (found == nullptr || found->empty()) return std::nullopt;
  return std::string(*found);
}

void end_with_parents(EntityRows& rows) {
  std::set<std::string_view> ended;
  for (const auto& row : rows.campaigns) {
    if (row.status == EntityStatus::ended) ended.insert(row.external_id);
  }
  std::set<std::string_view> ended_sets;
  for (auto& row : rows.ad_sets) {
    if (ended.contains(row.campaign_external_id)) row.status = EntityStatus::ended;
    if (row.status == EntityStatus::ended) ended_sets.insert(row.external_id);
  }
  for (auto& row : rows.ads) {
    if (ended_sets.contains(row.ad_set_external_id)) row.status = EntityStatus::ended;
  }
}

}  // namespace omnify::platforms
