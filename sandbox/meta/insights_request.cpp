#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "meta/failure.h"
#include "meta/insights.h"
#include "meta/insights_row.h"

namespace omnify::sandbox::meta {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::year_month_day;

constexpr months kRetention{37};
constexpr std::array<std::string_view, 7> kWindows{"1d_click", "7d_click", "28d_click", "1d_view",
                                                   "1d_ev",    "default",  "dda"};
/// Listed by the platform's libraries still, but no longer answered.
constexpr std::array<std::string_view, 2> kSilentWindows{"7d_view", "28d_view"};

boost::json::value parse_json(std::string_view name, std::string_view text) {
  boost::system::error_code failure;
  auto value = boost::json::parse(text, failure);
  if (failure) throw bad_parameter(fmt::format("Param {} must be valid JSON.", name));
  return value;
}

std::string text_of(const boost::json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
}

/// A JSON list of texts, or texts separated by commas: the platform takes both.
std::vector<std::string> read_list(std::string_view name, std::string_view text) {
  std::vector<std::string> list;
  if (text.starts_with('[')) {
    const auto value = parse_json(name, text);
    for (const auto& item : value.as_array()) list.push_back(text_of(item));
    return list;
  }
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (end > 0) list.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

NodeType read_level(const wire::Fields& parameters, NodeType node) {
  const auto text = wire::find(parameters, "level");
  if (!text || text->empty()) return node;
  static constexpr std::array<std::pair<std::string_view, NodeType>, 4> kLevels{{{"account", NodeType::account},
                                                                                 {"campaign", NodeType::campaign},
                                                                                 {"adset", NodeType::ad_set},
                                                                                 {"ad", NodeType::ad}}};
  for (const auto& [name, level] : kLevels) {
    // A level above the node means the node's own.
    if (name == *text) return std::max(level, node);
  }
  throw bad_parameter(
      fmt::format("level must be one of the following values: ad, adset, campaign, account (got {})", *text));
}

std::vector<std::string> read_fields(const wire::Fields& parameters) {
  const auto text = wire::find(parameters, "fields");
  if (!text || text->empty()) return {"impressions", "spend"};
  auto fields = read_list("fields", *text);
  for (const auto& field : fields) {
    if (is_insights_field(field)) continue;
    throw bad_parameter(
        fmt::format("{} is not valid for fields param. please check "
                    "https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all "
                    "valid values",
                    field));
  }
  return fields;
}

Day read_day(const boost::json::value& range, std::string_view name) {
  const auto* member = range.is_object() ? range.get_object().if_contains(name) : nullptr;
  const auto day = member != nullptr && member->is_string() ? parse_day(member->get_string()) : std::nullopt;
  if (!day)
    throw bad_parameter(fmt::format("Must be a date representation in the format YYYY-MM-DD (time_range.{})", name));
  return *day;
}

Period read_range(const boost::json::value& range) {
  const Period period{read_day(range, "since"), read_day(range, "until")};
  if (period.since > period.until) throw bad_parameter("Param time_range: since must not be later than until");
  return period;
}

Day month_start(Day day) {
  const year_month_day date{day};
  return Day{date.year() / date.month() / 1};
}
Day add_months(Day first_of_month, int count) { return Day{year_month_day{first_of_month} + months{count}}; }

Period preset(std::string_view name, Day today) {
  const auto last = [&](int count) { return Period{today - days{count}, today - days{1}}; };
  const auto month = month_start(today);
  if (name == "today") return {today, today};
  if (name == "yesterday") return last(1);
  if (name == "last_3d") return last(3);
  if (name == "last_7d") return last(7);
  if (name == "last_14d") return last(14);
  if (name == "last_28d") return last(28);
  if (name == "last_30d") return last(30);
  if (name == "last_90d") return last(90);
  if (name == "this_month") return {month, today};
  if (name == "last_month") return {add_months(month, -1), month - days{1}};
  if (name == "this_year") return {Day{year_month_day{today}.year() / 1 / 1}, today};
  if (name == "maximum" || name == "data_maximum") return {add_months(month, -36), today};
  throw bad_parameter(
      fmt::format("date_preset must be one of the following values: today, yesterday, this_month, "
                  "last_month, maximum, data_maximum, last_3d, last_7d, last_14d, last_28d, last_30d, "
                  "last_90d, this_year (got {})",
                  name));
}

std::vector<Period> split(const Period& whole, std::string_view increment) {
  if (increment.empty() || increment == "all_days") return {whole};
  std::vector<Period> periods;
  if (increment == "monthly") {
    for (Day since = whole.since; since <= whole.until;) {
      const Day next = add_months(month_start(since), 1);
      periods.push_back({since, std::min(next - days{1}, whole.until)});
      since = next;
    }
    return periods;
  }
  int step = 0;
  const auto [end, failure] = std::from_chars(increment.data(), increment.data() + increment.size(), step);
  if (failure != std::errc{} || end != increment.data() + increment.size() || step < 1 || step > 90) {
    throw bad_parameter("time_increment must be monthly, all_days, or an integer between 1 and 90");
  }
  for (Day since = whole.since; since <= whole.until; since += days{step}) {
    periods.push_back({since, std::min(since + days{step - 1}, whole.until)});
  }
  return periods;
}

std::vector<Period> read_periods(const wire::Fields& parameters, Day today) {
  std::vector<Period> periods;
  const auto increment = wire::find(parameters, "time_increment").value_or("");
  if (const auto text = wire::find(parameters, "time_ranges"); text && !text->empty()) {
    const auto ranges = parse_json("time_ranges", *text);
    if (!ranges.is_array()) throw bad_parameter("Param time_ranges must be an array.");
    for (const auto& range : ranges.get_array()) periods.push_back(read_range(range));
  } else if (const auto range = wire::find(parameters, "time_range"); range && !range->empty()) {
    periods = split(read_range(parse_json("time_range", *range)), increment);
  } else {
    const auto name = wire::find(parameters, "date_preset").value_or("last_30d");
    periods = split(preset(name.empty() ? "last_30d" : name, today), increment);
  }
  const Day oldest{std::chrono::sys_days{year_month_day{month_start(today)} - kRetention} +
                   (today - month_start(today))};
  for (auto& period : periods) {
    if (period.since < oldest) {
      throw Failure(400, 3018,
                    "(#3018) The start date of the time range cannot be beyond 37 months from the current date");
    }
  }
  return periods;
}

std::vector<std::string> read_windows(const wire::Fields& parameters) {
  const auto text = wire::find(parameters, "action_attribution_windows");
  if (!text || text->empty()) return {};
  auto windows = read_list("action_attribution_windows", *text);
  for (const auto& window : windows) {
    const bool known = std::find(kWindows.begin(), kWindows.end(), window) != kWindows.end() ||
                       std::find(kSilentWindows.begin(), kSilentWindows.end(), window) != kSilentWindows.end();
    if (!known)
      throw bad_parameter(fmt::format("action_attribution_windows: {} is not a valid attribution window", window));
  }
  return windows;
}

std::optional<NodeType> filter_type(std::string_view prefix) {
  if (prefix == "campaign") return NodeType::campaign;
  if (prefix == "adset") return NodeType::ad_set;
  if (prefix == "ad") return NodeType::ad;
  return std::nullopt;
}

std::string member_text(const boost::json::object& filter, std::string_view name) {
  const auto* member = filter.if_contains(name);
  if (member == nullptr) throw bad_parameter(fmt::format("Param filtering: each filter needs {}", name));
  return text_of(*member);
}

double read_above(const boost::json::object& filter) {
  double above = 0;
  const auto text = member_text(filter, "value");
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), above);
  if (failure != std::errc{} || end != text.data() + text.size())
    throw bad_parameter("Param filtering: value must be a number");
  return above;
}

void read_filter(const boost::json::object& filter, InsightsRequest& request) {
  const auto field = member_text(filter, "field");
  const auto operation = member_text(filter, "operator");
  const auto dot = field.find('.');
  const auto type = filter_type(std::string_view(field).substr(0, std::min(dot, field.size())));
  const auto name = dot == std::string::npos ? std::string_view(field) : std::string_view(field).substr(dot + 1);
  const bool metric = name == "impressions" || name == "spend";
  if (metric && operation == "GREATER_THAN" && (dot == std::string::npos || type)) {
    request.metric_filters.push_back({name == "spend", read_above(filter)});
    return;
  }
  if (!type || (name != "id" && name != "effective_status")) {
    throw bad_parameter(fmt::format("Filtering field {} with operation {} is not supported", field, operation));
  }
  EntityFilter entity{*type, name == "effective_status", operation.starts_with("NOT_"), {}};
  if (operation == "IN" || operation == "NOT_IN") {
    const auto* values = filter.if_contains("value");
    if (values == nullptr || !values->is_array()) throw bad_parameter("Param filtering: value of IN must be an array");
    for (const auto& value : values->get_array()) entity.values.push_back(text_of(value));
  } else if (operation == "EQUAL" || operation == "NOT_EQUAL") {
    entity.values.push_back(member_text(filter, "value"));
  } else {
    throw bad_parameter(fmt::format("Filtering field {} with operation {} is not supported", field, operation));
  }
  request.entity_filters.push_back(std::move(entity));
}

void read_filtering(const wire::Fields& parameters, InsightsRequest& request) {
  const auto text = wire::find(parameters, "filtering");
  if (!text || text->empty()) return;
  const auto filters = parse_json("filtering", *text);
  if (!filters.is_array()) throw bad_parameter("Param filtering must be an array.");
  for (const auto& filter : filters.get_array()) {
    if (!filter.is_object()) throw bad_parameter("Param filtering must be an array of objects.");
    read_filter(filter.get_object(), request);
  }
  const bool names_status = std::any_of(request.entity_filters.begin(), request.entity_filters.end(),
                                        [](const auto& filter) { return filter.by_status; });
  request.only_active = !filters.get_array().empty() && !names_status;
}

/// What this market does not simulate is refused rather than ignored.
void refuse_others(const wire::Fields& parameters) {
  for (const auto* const name : {"breakdowns", "sort"}) {
    const auto text = wire::find(parameters, name);
    if (text && !text->empty() && *text != "[]") {
      throw bad_parameter(
          fmt::format("Current combination of data breakdown columns is invalid ({}: {})", name, *text));
    }
  }
  const auto breakdowns = wire::find(parameters, "action_breakdowns");
  if (!breakdowns || breakdowns->empty()) return;
  for (const auto& name : read_list("action_breakdowns", *breakdowns)) {
    if (name != "action_type") throw bad_parameter(fmt::format("action_breakdowns: {} is not supported", name));
  }
}

}  // namespace

InsightsRequest parse_insights(const wire::Fields& parameters, const Subject& node) {
  const auto today = market::local_moment(node.account->time_zone, node.now).today;
  refuse_others(parameters);
  InsightsRequest request;
  request.node = node;
  request.level = read_level(parameters, node.type);
  request.fields = read_fields(parameters);
  request.windows = read_windows(parameters);
  request.periods = read_periods(parameters, today);
  read_filtering(parameters, request);
  return request;
}

}  // namespace omnify::sandbox::meta
