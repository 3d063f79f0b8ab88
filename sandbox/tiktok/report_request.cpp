#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "tiktok/failure.h"
#include "tiktok/metrics.h"
#include "tiktok/report.h"

namespace omnify::sandbox::tiktok {
namespace {

struct LevelNames {
  std::string_view data_level;
  std::string_view dimension;
  std::string_view ids;
  std::string_view status;
};
/// In the order of Level.
constexpr std::array<LevelNames, 4> kLevels{{{"AUCTION_ADVERTISER", "advertiser_id", "", ""},
                                             {"AUCTION_CAMPAIGN", "campaign_id", "campaign_ids", "campaign_status"},
                                             {"AUCTION_ADGROUP", "adgroup_id", "adgroup_ids", "adgroup_status"},
                                             {"AUCTION_AD", "ad_id", "ad_ids", "ad_status"}}};
constexpr std::size_t kMostIds = 100;
constexpr int kMostDaysDaily = 30;
constexpr int kMostDays = 365;

Level read_level(const Parameters& parameters) {
  const auto text = parameters.required("data_level");
  const auto found = std::ranges::find(kLevels, text, &LevelNames::data_level);
  if (found == kLevels.end()) throw invalid("data_level", fmt::format("Invalid value: {}.", text));
  return static_cast<Level>(found - kLevels.begin());
}

/// True with a row a day.
bool read_dimensions(const Parameters& parameters, Level level) {
  const auto dimensions = parameters.list("dimensions");
  if (!dimensions || dimensions->empty()) throw invalid("dimensions", "Missing data for required field.");
  const auto& id = kLevels[static_cast<std::size_t>(level)].dimension;
  bool has_id = false;
  bool daily = false;
  for (const auto& dimension : *dimensions) {
    if (dimension == "stat_time_day") {
      daily = true;
    } else if (dimension == id) {
      has_id = true;
    } else {
      throw invalid("dimensions", fmt::format("Invalid dimension for this data_level: {}.", dimension));
    }
  }
  if (!has_id) throw invalid("dimensions", fmt::format("{} is required for this data_level.", id));
  return daily;
}

std::vector<std::string> read_metrics(const Parameters& parameters, Level level) {
  auto names = parameters.list("metrics").value_or(std::vector<std::string>{"spend", "impressions"});
  for (const auto& name : names) {
    const auto* metric = find_metric(name);
    if (metric == nullptr) throw invalid("metrics", fmt::format("Invalid metric: {}.", name));
    if (metric->level > level) {
      throw invalid("metrics", fmt::format("The metric {} does not exist on this data_level.", name));
    }
  }
  return names;
}

Day read_day(const Parameters& parameters, std::string_view name) {
  const auto day = parse_day(parameters.required(name));
  if (!day) throw invalid(name, "Not a valid date: YYYY-MM-DD is expected.");
  return *day;
}

void read_range(const Parameters& parameters, ReportRequest& request) {
  if (parameters.flag("query_lifetime")) {
    if (request.daily) throw invalid("query_lifetime", "Time dimensions are not supported for lifetime reports.");
    request.first = request.advertiser.account->created;
    request.last = market::local_moment(request.advertiser.account->time_zone, request.advertiser.now).today;
    return;
  }
  request.first = read_day(parameters, "start_date");
  request.last = read_day(parameters, "end_date");
  if (request.last < request.first) throw invalid("end_date", "It must not lie before start_date.");
  const auto days = (request.last - request.first).count() + 1;
  const auto most = request.daily ? kMostDaysDaily : kMostDays;
  if (days > most) throw invalid("start_date", fmt::format("The time span must not exceed {} days.", most));
}

/// `filter_value` is a string that holds a JSON list.
std::vector<std::string> filter_values(const boost::json::object& filter) {
  const auto* type = filter.if_contains("filter_type");
  const auto* value = filter.if_contains("filter_value");
  if (type == nullptr || *type != "IN") throw invalid("filtering", "filter_type must be IN for this field_name.");
  if (value == nullptr || !value->is_string()) throw invalid("filtering", "filter_value must be a string.");
  boost::system::error_code failure;
  const auto list = boost::json::parse(std::string_view(value->get_string()), failure);
  auto values = failure ? std::nullopt : strings_of(list);
  if (!values) throw invalid("filtering", "filter_value must hold a JSON list of strings.");
  return std::move(*values);
}

ReportRequest::IdFilter id_filter(Level level, const std::vector<std::string>& values) {
  if (values.size() > kMostIds) throw Failure(40011, fmt::format("More than {} ids in a filter.", kMostIds));
  ReportRequest::IdFilter filter{level, {}};
  for (const auto& value : values) {
    const auto id = parse_id(value);
    if (!id) throw invalid("filtering", fmt::format("Invalid id: {}.", value));
    filter.ids.push_back(*id);
  }
  return filter;
}

void read_filter(const boost::json::object& filter, ReportRequest& request) {
  for (const auto& [name, value] : filter) {
    if (name != "field_name" && name != "filter_type" && name != "filter_value") {
      throw invalid("filtering", fmt::format("Unknown field: {}.", std::string_view(name)));
    }
  }
  const auto* field = filter.if_contains("field_name");
  const std::string_view name =
      field != nullptr && field->is_string() ? std::string_view(field->get_string()) : std::string_view();
  for (std::size_t i = 1; i < kLevels.size(); ++i) {
    const auto level = static_cast<Level>(i);
    if (name == kLevels[i].ids && level <= request.level) {
      request.ids.push_back(id_filter(level, filter_values(filter)));
      return;
    }
    if (name == kLevels[i].status && level == request.level) {
      request.statuses = filter_values(filter);
      for (const auto& status : request.statuses)
        (void)has_primary_status(request.advertiser.sibling(level, 0), status);
      return;
    }
  }
  throw invalid("filtering", fmt::format("Invalid field_name: {}.", name));
}

void read_filtering(const Parameters& parameters, ReportRequest& request) {
  const auto filters = parameters.document("filtering");
  if (!filters) return;
  if (!filters->is_array()) throw invalid("filtering", "Not a valid list.");
  for (const auto& filter : filters->get_array()) {
    if (!filter.is_object()) throw invalid("filtering", "Each filter must be an object.");
    read_filter(filter.get_object(), request);
  }
}

}  // namespace

ReportRequest read_report(const Parameters& parameters, const Subject& advertiser) {
  for (const auto* name : {"advertiser_ids", "bc_id", "order_field", "order_type", "enable_total_metrics",
                           "multi_adv_report_in_utc_time"}) {
    if (parameters.find(name)) throw invalid(name, "The emulator does not simulate it.");
  }
  (void)parameters.required("report_type");
  parameters.expect("report_type", {"BASIC"});
  parameters.expect("service_type", {"AUCTION"});
  parameters.expect("query_mode", {"REGULAR"});
  ReportRequest request;
  request.advertiser = advertiser;
  request.level = read_level(parameters);
  request.daily = read_dimensions(parameters, request.level);
  request.metrics = read_metrics(parameters, request.level);
  read_range(parameters, request);
  read_filtering(parameters, request);
  request.page = parameters.page();
  request.key =
      fmt::format("{} {} {} {} {} {}", advertiser.account->id, static_cast<int>(request.level), request.daily,
                  format_day(request.first), format_day(request.last), parameters.find("filtering").value_or(""));
  return request;
}

}  // namespace omnify::sandbox::tiktok
