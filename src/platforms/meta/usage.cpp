#include "platforms/meta/usage.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <string_view>

namespace omnify::platforms::meta {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kSlowFrom = 75;
constexpr double kStopFrom = 95;
constexpr milliseconds kSlowest{5000};
constexpr seconds kUnknownRegain{60};

double number(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return 0;
  return value->to_number<double>();
}

void read_object(const boost::json::object& object, Usage& usage) {
  for (const auto* name : {"call_count", "total_time", "total_cputime", "acc_id_util_pct", "app_id_util_pct"}) {
    usage.percent = std::max(usage.percent, number(object, name));
  }
  const std::chrono::duration<double, std::ratio<60>> minutes(number(object, "estimated_time_to_regain_access"));
  const std::chrono::duration<double> reset(
      number(object, "acc_id_util_pct") >= kStopFrom ? number(object, "reset_time_duration") : 0);
  usage.regain = std::max({usage.regain, std::chrono::ceil<seconds>(minutes), std::chrono::ceil<seconds>(reset)});
}

/// The header's object itself, or the objects in the lists of X-Business-Use-Case-Usage.
void read_header(std::string_view text, Usage& usage) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(text, failure);
  if (failure || !document.is_object()) return;
  read_object(document.get_object(), usage);
  for (const auto& [business, list] : document.get_object()) {
    const auto* uses = list.if_array();
    if (uses == nullptr) continue;
    for (const auto& use : *uses) {
      if (use.is_object()) read_object(use.get_object(), usage);
    }
  }
}

}  // namespace

Usage read_usage(const http::Headers& headers) {
  Usage usage;
  for (const auto* name :
       {"X-App-Usage", "X-Ad-Account-Usage", "X-Business-Use-Case-Usage", "X-FB-Ads-Insights-Throttle"}) {
    if (const auto text = headers.find(name)) read_header(*text, usage);
  }
  return usage;
}

milliseconds pause_before_next(const Usage& usage) {
  if (usage.percent >= kStopFrom) return usage.regain.count() > 0 ? usage.regain : kUnknownRegain;
  if (usage.percent < kSlowFrom) return milliseconds(0);
  const double share = (usage.percent - kSlowFrom) / (kStopFrom - kSlowFrom);
  return std::chrono::duration_cast<milliseconds>(kSlowest * share);
}

}  // namespace omnify::platforms::meta
