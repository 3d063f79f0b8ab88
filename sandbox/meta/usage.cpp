#include "meta/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace omnify::sandbox::meta {
namespace {

/// Calls an hour by the whole app: two hundred for each of its users.
constexpr std::int64_t kAppQuota = 1'000'000;

/// Calls an hour: the platform's published quotas per access tier.
std::int64_t quota_of(Tier tier, UseCase use_case, std::int64_t active_ads) {
  if (use_case == UseCase::insights) return (tier == Tier::full ? 190'000 : 600) + 400 * active_ads;
  return (tier == Tier::full ? 100'000 : 300) + 40 * active_ads;
}

std::int64_t minute_of(Instant now) {
  return std::chrono::duration_cast<std::chrono::minutes>(now.time_since_epoch()).count();
}

}  // namespace

Usage::Usage(Tier tier) noexcept : tier_(tier) { app_.quota = kAppQuota; }

void Usage::Meter::add(std::int64_t minute) noexcept {
  const auto passed = std::min<std::int64_t>(minute - last_minute, kMinutes);
  for (std::int64_t i = 1; i <= passed; ++i) calls[static_cast<std::size_t>((minute - passed + i) % 60)] = 0;
  last_minute = minute;
  ++calls[static_cast<std::size_t>(minute % 60)];
}

std::int64_t Usage::Meter::total() const noexcept {
  return std::accumulate(calls.begin(), calls.end(), std::int64_t{0});
}

double Usage::Meter::percent() const noexcept {
  return 100.0 * static_cast<double>(total()) / static_cast<double>(quota);
}

std::int64_t Usage::Meter::minutes_to_wait() const noexcept {
  auto left = total();
  std::int64_t minutes = 0;
  // The oldest minute leaves the hour first.
  while (left > quota && minutes < static_cast<std::int64_t>(kMinutes)) {
    ++minutes;
    left -= calls[static_cast<std::size_t>((last_minute + minutes) % 60)];
  }
  return minutes;
}

bool Usage::count(std::uint64_t account, UseCase use_case, std::int64_t active_ads, Instant now) {
  auto& meter = meters_[{account, use_case}];
  meter.quota = quota_of(tier_, use_case, active_ads);
  meter.add(minute_of(now));
  app_.add(minute_of(now));
  return meter.total() > meter.quota;
}

void Usage::tell(wire::Reply& reply, std::uint64_t account, UseCase use_case, Block block) const {
  const std::string_view tier = tier_ == Tier::full ? "standard_access" : "development_access";
  const auto& meter = meters_.at({account, use_case});
  const double used = block.active() ? std::max(meter.percent(), 100.0) : meter.percent();
  const auto wait = block.active() ? (block.left.count() + 59) / 60 : meter.minutes_to_wait();
  const auto reset = block.active() ? block.left.count() : 60 * wait;
  const auto whole = static_cast<std::int64_t>(std::ceil(used));
  const auto app = static_cast<std::int64_t>(app_.percent());
  reply.headers.emplace_back(
      "X-App-Usage", fmt::format(R"({{"call_count":{},"total_time":{},"total_cputime":{}}})", app, app / 2, app / 2));
  reply.headers.emplace_back("X-Business-Use-Case-Usage",
                             fmt::format(R"({{"{}":[{{"type":"{}","call_count":{},"total_cputime":{},"total_time":{},)"
                                         R"("estimated_time_to_regain_access":{},"ads_api_access_tier":"{}"}}]}})",
                                         account, use_case == UseCase::insights ? "ads_insights" : "ads_management",
                                         whole, whole / 3, whole / 3, wait, tier));
  reply.headers.emplace_back(
      "X-Ad-Account-Usage",
      fmt::format(R"({{"acc_id_util_pct":{:.2f},"reset_time_duration":{},"ads_api_access_tier":"{}"}})", used, reset,
                  tier));
  if (use_case != UseCase::insights) return;
  reply.headers.emplace_back(
      "X-FB-Ads-Insights-Throttle",
      fmt::format(R"({{"app_id_util_pct":{:.2f},"acc_id_util_pct":{:.2f},"ads_api_access_tier":"{}"}})", app_.percent(),
                  used, tier));
}

}  // namespace omnify::sandbox::meta
