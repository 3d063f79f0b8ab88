// The platform's action lists. The same purchase appears under several action types, as it does in the original:
// whoever adds them up counts twice.
#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "market/model.h"

namespace omnify::sandbox::meta {

struct ActionContext {
  const market::Numbers& numbers;
  const std::vector<std::string>& windows;  ///< which attribution windows become members of their own
  std::int64_t minor_units = 100;
};

[[nodiscard]] boost::json::array actions(const ActionContext& context);
[[nodiscard]] boost::json::array action_values(const ActionContext& context);
/// `action_type` with revenue ÷ spend, for the types of `action_values` that are named.
[[nodiscard]] boost::json::array purchase_roas(const ActionContext& context, std::string_view action_type,
                                               const market::Tally& attributed);
[[nodiscard]] boost::json::array cost_per_action_type(const ActionContext& context);
/// One entry of a plain list: [{"action_type": …, "value": …}], or nothing for zero.
[[nodiscard]] boost::json::array single_action(std::string_view type, std::int64_t value);

/// An amount in major units: "12.34", "1234" for yen.
[[nodiscard]] std::string major(std::int64_t minor, std::int64_t minor_units);
/// Six digits after the point at most, no trailing zeros.
[[nodiscard]] std::string number_text(double value);

}  // namespace omnify::sandbox::meta
