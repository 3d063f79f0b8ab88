// What an operation may cost at most. Source: Shopify, "API limits" (GraphQL Admin API, rate limits).
#include <algorithm>

#include "graphql/execute.h"
#include "graphql/values.h"

namespace omnify::sandbox::graphql {

std::int64_t Executor::requested_cost(const Operation& operation) const {
  const auto& type = *schema_.root(operation.kind);
  if (operation.kind == Operation::Kind::mutation) {
    return Cost::kMutation * static_cast<std::int64_t>(operation.selections.size());
  }
  return cost_of(operation.selections, type);
}

std::int64_t Executor::cost_of(const std::vector<Selection>& selections, const Type& type) const {
  std::int64_t sum = 0;
  for (const auto& selection : selections) {
    if (!included(selection)) continue;
    if (selection.kind == Selection::Kind::field) {
      sum += cost_of_field(selection, type);
      continue;
    }
    const auto* fragment = document_.find_fragment(selection.name);
    const bool spread = selection.kind == Selection::Kind::spread;
    const auto& condition = spread ? fragment->type_condition : selection.type_condition;
    const auto& inner = condition.empty() ? type : schema_.at(condition);
    sum += cost_of(spread ? fragment->selections : selection.selections, inner);
  }
  return sum;
}

std::int64_t Executor::cost_of_field(const Selection& selection, const Type& type) const {
  const auto* field = type.find_field(selection.name);
  if (field == nullptr) return 0;  // __typename
  const auto& inner = schema_.at(field->type.name);
  if (!inner.composite()) return 0;
  if (!inner.connection()) return 1 + cost_of(selection.selections, inner);
  const auto arguments = read_arguments(*field, selection.arguments, variables_);
  const Call call{field->name, arguments};
  const auto size = call.integer("first").value_or(call.integer("last").value_or(0));
  return Cost::kConnection + cost_of_page(selection.selections, inner, std::max<std::int64_t>(0, size));
}

/// Edges and page information are free; nodes count as often as they were asked for.
std::int64_t Executor::cost_of_page(const std::vector<Selection>& selections, const Type& type,
                                    std::int64_t size) const {
  std::int64_t each = 0;
  for (const auto& selection : selections) {
    if (!included(selection) || selection.kind != Selection::Kind::field) continue;
    const auto* field = type.find_field(selection.name);
    if (field == nullptr || selection.name == "pageInfo") continue;
    const auto& inner = schema_.at(field->type.name);
    each += selection.name == "edges" ? cost_of(selection.selections, inner) : 1 + cost_of(selection.selections, inner);
  }
  return size * each;
}

}  // namespace omnify::sandbox::graphql
