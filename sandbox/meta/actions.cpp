#include "meta/actions.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace omnify::sandbox::meta {
namespace {

using market::Channel;
using market::Conversions;
using market::Tally;
using market::Window;

/// One action type as a choice of channels.
struct PurchaseType {
  std::string_view name;
  std::vector<Channel> channels;
};

const std::vector<PurchaseType>& purchase_types() {
  static const std::vector<PurchaseType> kTypes{
      {"omni_purchase", {Channel::web, Channel::app, Channel::shop}},
      {"purchase", {Channel::web, Channel::app, Channel::shop}},
      {"onsite_web_app_purchase", {Channel::web, Channel::app, Channel::shop}},
      {"offsite_conversion.fb_pixel_purchase", {Channel::web}},
      {"onsite_web_purchase", {Channel::web}},
      {"web_in_store_purchase", {Channel::web}},
      {"app_custom_event.fb_mobile_purchase", {Channel::app}},
      {"onsite_conversion.purchase", {Channel::shop}}};
  return kTypes;
}

const std::vector<PurchaseType>& lead_types() {
  static const std::vector<PurchaseType> kTypes{{"lead", {Channel::web, Channel::app, Channel::shop}},
                                                {"offsite_conversion.fb_pixel_lead", {Channel::web}},
                                                {"onsite_conversion.lead_grouped", {Channel::shop}}};
  return kTypes;
}

std::optional<Window> window_of(std::string_view name) {
  if (name == "1d_click") return Window::click_1d;
  if (name == "7d_click") return Window::click_7d;
  if (name == "28d_click") return Window::click_28d;
  if (name == "1d_view") return Window::view_1d;
  return std::nullopt;
}

Tally in_window(const Conversions& conversions, const PurchaseType& type, Window window) {
  Tally sum;
  for (const auto channel : type.channels) sum += conversions.at(channel, window);
  return sum;
}

Tally attributed(const Conversions& conversions, const PurchaseType& type) {
  Tally sum;
  for (const auto channel : type.channels) sum += conversions.attributed(channel);
  return sum;
}

std::string text_of(const Tally& tally, bool values, std::int64_t minor_units) {
  return values ? major(tally.value, minor_units) : std::to_string(tally.count);
}

void add_conversions(boost::json::array& list, const ActionContext& context, const Conversions& conversions,
                     const std::vector<PurchaseType>& types, bool values) {
  for (const auto& type : types) {
    const auto sum = attributed(conversions, type);
    boost::json::object entry{{"action_type", type.name}, {"value", text_of(sum, values, context.minor_units)}};
    bool seen = sum.count > 0;
    for (const auto& name : context.windows) {
      if (name == "default") entry[name] = text_of(sum, values, context.minor_units);
      const auto window = window_of(name);
      const auto part = window ? in_window(conversions, type, *window) : Tally{};
      if (part.count == 0) continue;
      entry[name] = text_of(part, values, context.minor_units);
      seen = true;
    }
    if (seen) list.push_back(std::move(entry));
  }
}

/// Actions on the platform itself: all of them follow a click at once.
void add_clicks(boost::json::array& list, const ActionContext& context, std::string_view type, std::int64_t count) {
  if (count <= 0) return;
  boost::json::object entry{{"action_type", type}, {"value", std::to_string(count)}};
  for (const auto& name : context.windows) {
    if (name.ends_with("_click") || name == "default") entry[name] = std::to_string(count);
  }
  list.push_back(std::move(entry));
}

}  // namespace

boost::json::array actions(const ActionContext& context) {
  const auto& n = context.numbers;
  boost::json::array list;
  add_clicks(list, context, "link_click", n.link_clicks);
  add_clicks(list, context, "landing_page_view", n.landings);
  add_clicks(list, context, "post_reaction", n.reactions);
  add_clicks(list, context, "video_view", n.video_views);
  const auto engagement = n.link_clicks + n.reactions + n.video_views;
  add_clicks(list, context, "post_engagement", engagement);
  add_clicks(list, context, "page_engagement", engagement + n.reactions / 20);
  add_clicks(list, context, "omni_view_content", n.landings);
  add_clicks(list, context, "offsite_conversion.fb_pixel_view_content", n.landings);
  add_clicks(list, context, "omni_add_to_cart", n.carts);
  add_clicks(list, context, "add_to_cart", n.carts);
  add_clicks(list, context, "offsite_conversion.fb_pixel_add_to_cart", n.carts - n.carts / 8);
  add_conversions(list, context, n.purchases, purchase_types(), false);
  add_conversions(list, context, n.leads, lead_types(), false);
  return list;
}

boost::json::array action_values(const ActionContext& context) {
  boost::json::array list;
  add_conversions(list, context, context.numbers.purchases, purchase_types(), true);
  return list;
}

boost::json::array purchase_roas(const ActionContext& context, std::string_view action_type, const Tally& sum) {
  if (sum.count == 0 || context.numbers.spend == 0) return {};
  const double roas = static_cast<double>(sum.value) / static_cast<double>(context.numbers.spend);
  return {boost::json::object{{"action_type", action_type}, {"value", number_text(roas)}}};
}

boost::json::array cost_per_action_type(const ActionContext& context) {
  boost::json::array list;
  static const std::vector<std::string> kNoWindows;
  const ActionContext plain{context.numbers, kNoWindows, context.minor_units};
  const auto spend = static_cast<double>(context.numbers.spend) / static_cast<double>(context.minor_units);
  for (const auto& entry : actions(plain)) {
    const auto& object = entry.get_object();
    const auto count = std::stod(std::string(object.at("value").get_string()));
    if (count <= 0) continue;
    list.push_back(
        boost::json::object{{"action_type", object.at("action_type")}, {"value", number_text(spend / count)}});
  }
  return list;
}

boost::json::array single_action(std::string_view type, std::int64_t value) {
  if (value <= 0) return {};
  return {boost::json::object{{"action_type", type}, {"value", std::to_string(value)}}};
}

std::string major(std::int64_t minor, std::int64_t minor_units) {
  if (minor_units == 1) return std::to_string(minor);
  return fmt::format("{}.{:02}", minor / 100, minor % 100);
}

std::string number_text(double value) {
  auto text = fmt::format("{:.6f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace omnify::sandbox::meta
