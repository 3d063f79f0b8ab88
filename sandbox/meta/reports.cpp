#include "meta/reports.h"

#include <boost/json.hpp>
#include <charconv>

#include "market/random.h"

namespace omnify::sandbox::meta {
namespace {

constexpr std::size_t kKept = 2000;
constexpr std::int64_t kAdDaysPerSecond = 150'000;

/// Share of the run's time that has passed, from 0 to 1.
double progress(const Report& report) {
  const auto passed = std::chrono::steady_clock::now() - report.started;
  const std::chrono::duration<double> whole = report.duration;
  return whole.count() <= 0 ? 1.0 : std::min(1.0, std::chrono::duration<double>(passed).count() / whole.count());
}

void describe_failure(boost::json::object& out, const Report& report) {
  out["error_code"] = report.too_large ? -3 : -2;
  out["error_subcode"] = report.too_large ? 1504045 : 2490547;
  out["error_message"] =
      report.too_large ? "The report is too large to be generated" : "The report could not be generated";
  out["error_user_title"] = report.too_large ? "Report too large" : "Report failed";
  out["error_user_msg"] = report.too_large ? "Ask for fewer days, ads or fields." : "Please try again later.";
}

}  // namespace

std::uint64_t Reports::start(InsightsRequest request, bool fails) {
  const auto size = estimate(request);
  Report report;
  // Longer than a double can hold, as the platform's are.
  report.id =
      612'000'000'000'000'000ULL + market::key_of(request.node.world->seed(), ++started_) % 1'000'000'000'000ULL;
  report.started = std::chrono::steady_clock::now();
  report.created = request.node.now;
  report.duration = limits_.report_time + std::chrono::milliseconds(size.ad_days * 1000 / kAdDaysPerSecond);
  report.too_large = size.ad_days > limits_.report_ad_days;
  report.fails = fails;
  report.request = std::move(request);
  const auto id = report.id;
  reports_.insert_or_assign(id, std::move(report));
  if (reports_.size() > kKept) {
    reports_.erase(std::min_element(reports_.begin(), reports_.end(), [](const auto& left, const auto& right) {
      return left.second.started < right.second.started;
    }));
  }
  return id;
}

const Report* Reports::find(std::string_view id) const {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (failure != std::errc{} || end != id.data() + id.size()) return nullptr;
  const auto found = reports_.find(number);
  return found == reports_.end() ? nullptr : &found->second;
}

bool Reports::completed(const Report& report) { return progress(report) >= 1 && !report.too_large && !report.fails; }

boost::json::object Reports::describe(const Report& report) {
  const double done = progress(report);
  const bool failed = done >= 0.5 && (report.too_large || report.fails);
  std::string_view status = "Job Completed";
  std::int64_t percent = 100;
  if (failed) {
    status = "Job Failed";
    percent = 0;
  } else if (done < 0.15) {
    status = "Job Not Started";
    percent = 0;
  } else if (done < 0.3) {
    status = "Job Started";
    percent = 0;
  } else if (done < 1) {
    status = "Job Running";
    // It stands at 100 for a while before it is completed.
    percent = std::min<std::int64_t>(100, static_cast<std::int64_t>((done - 0.3) / 0.6 * 100));
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(report.created.time_since_epoch()).count();
  boost::json::object out{{"id", std::to_string(report.id)},
                          {"account_id", std::to_string(report.request.node.account->id)},
                          {"time_ref", seconds},
                          {"async_status", status},
                          {"async_percent_completion", percent},
                          {"is_running", done < 1 && !failed}};
  if (!report.request.periods.empty()) {
    out["date_start"] = format_day(report.request.periods.front().since);
    out["date_stop"] = format_day(report.request.periods.back().until);
  }
  if (done >= 1 && !failed) out["time_completed"] = seconds + report.duration.count() / 1000;
  if (failed) describe_failure(out, report);
  return out;
}

}  // namespace omnify::sandbox::meta
