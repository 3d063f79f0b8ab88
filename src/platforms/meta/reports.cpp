#include "platforms/meta/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "async/signal.h"
#include "platforms/entities.h"

namespace omnify::platforms::meta {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr int kOrders = 3;
constexpr seconds kFirstPoll{2};
constexpr seconds kSlowestPoll{60};
/// For so long a new report may look absent, because not all of Meta's servers know it yet.
constexpr seconds kReplication{60};
constexpr std::string_view kStateFields =
    "id,async_status,async_percent_completion,error_code,error_subcode,error_message,error_user_msg";

std::int64_t integer(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return 0;
  boost::system::error_code failure;
  const auto number = value->to_number<std::int64_t>(failure);
  return failure ? 0 : number;
}

/// The state, or a waiting one while the report is not to be seen yet.
Task<ReportState> poll(GraphClient& client, const std::string& id, bool fresh) {
  const GraphRequest request{
      .path = id, .parameters = {{"fields", std::string(kStateFields)}}, .absence_counts = fresh};
  try {
    co_return parse_report_state(co_await client.call(request));
  } catch (const CallFailure& failure) {
    if (failure.kind() != ErrorClass::absent || !fresh) throw;
  }
  co_return ReportState{};
}

Task<ReportState> wait_for(GraphClient& client, std::string id, std::function<void(std::string)> activity,
                           seconds limit) {
  const auto started = Clock::now();
  seconds pause = kFirstPoll;
  while (Clock::now() - started < limit) {
    co_await sleep_for(pause);
    auto state = co_await poll(client, id, Clock::now() - started < kReplication);
    if (state.kind != ReportState::Kind::waiting) co_return state;
    activity(fmt::format("Meta is preparing a report ({} %)", state.percent));
    pause = std::min(pause * 3 / 2, kSlowestPoll);
  }
  // To order it anew would take as long again; its parts may be made in minutes.
  throw CallFailure({ErrorClass::too_large, seconds(0), "Meta does not finish a report."});
}

}  // namespace

ReportState parse_report_state(std::string_view body) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(body, failure);
  if (failure || !document.is_object()) return {};
  const auto& object = document.get_object();
  const auto status = text_in(object, "async_status").value_or("");
  ReportState state{.percent = integer(object, "async_percent_completion")};
  // 100 % comes while it still runs, and "completed" before its figures are all there: both must be so.
  if (status == "Job Completed" && state.percent >= 100) state.kind = ReportState::Kind::completed;
  if (status == "Job Failed") state.kind = ReportState::Kind::failed;
  if (status == "Job Skipped") state.kind = ReportState::Kind::skipped;
  state.error = {.code = integer(object, "error_code"),
                 .subcode = integer(object, "error_subcode"),
                 .message = text_in(object, "error_message").value_or(""),
                 .user_message = text_in(object, "error_user_msg").value_or("")};
  return state;
}

std::string parse_report_id(std::string_view body) {
  const auto digits = [](std::string_view from) {
    const auto first = from.find_first_of("0123456789");
    if (first == std::string_view::npos) return std::string();
    const auto last = from.find_first_not_of("0123456789", first);
    return std::string(from.substr(first, last == std::string_view::npos ? last : last - first));
  };
  const auto key = body.find("\"report_run_id\"");
  auto id = digits(key == std::string_view::npos ? body : body.substr(key + 15));
  if (id.empty()) throw Error(Code::upstream_retry, "Meta did not say which report it makes.");
  return id;
}

Task<std::string> make_report(GraphClient& client, GraphRequest order, std::function<void(std::string)> activity,
                              seconds limit) {
  order.method = "POST";
  Verdict last{ErrorClass::retry, seconds(0), "Meta did not finish a report."};
  for (int i = 0; i < kOrders; ++i) {
    auto id = parse_report_id(co_await client.call(order));
    activity("Meta is preparing a report");
    const auto state = co_await wait_for(client, id, activity, limit);
    if (state.kind == ReportState::Kind::completed) co_return id;
    if (state.kind != ReportState::Kind::failed) continue;
    // Before v25.0 a failed report carries no reason; then it is worth another order.
    if (state.error.code == 0) continue;
    last = classify(state.error);
    if (last.kind != ErrorClass::retry) break;
  }
  throw CallFailure(last);
}

}  // namespace omnify::platforms::meta
