#include "meta/usage.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

namespace omnify::sandbox::meta {
namespace {

/// Calls an hour: the platform's published quotas per access tier.
std::int64_t quota_of(Tier tier, UseCase use_case, std::int64_t active_ads) {
  if (use_case == UseCase::insights) return (tier == Tier::full ? 190'000 : 600) + 400 * active_ads;
  return (tier == Tier::full ? 100'000 : 300) + 40 * active_ads;
}

std::int64_t minute_of(Instant now) {
  return std::chrono::duration_cast<std::chrono::minutes>(now.time_since_epoch()).count();
}

}  // namespace

std::int64_t Usage::Meter::total() const noexcept {
  return std::accumulate(calls.begin(), calls.end(), std::int64_t{0});
}

bool Usage::count(std::uint64_t account, UseCase use_case, std::int64_t active_ads, Instant now) {
  auto& meter = meters_[{account, use_case}];
  const auto minute = minute_of(now);
  const auto passed = std::min<std::int64_t>(minute - meter.last_minute, kMinutes);
  for (std::int64_t i = 1; i <= passed; ++i) meter.calls[static_cast<std::size_t>((minute - passed + i) % 60)] = 0;
  meter.last_minute = minute;
  meter.quota = quota_of(tier_, use_case, active_ads);
  ++meter.calls[static_cast<std::size_t>(minute % 60)];
  ++all_calls_;
  return meter.total() > meter.quota;
}

const Usage::Meter* Usage::find(std::uint64_t account, UseCase use_case) const {
  const auto found = meters_.find({account, use_case});
  return found == meters_.end() ? nullptr : &found->second;
}

double Usage::percent(std::uint64_t account, UseCase use_case) const {
  const auto* meter = find(account, use_case);
  if (meter == nullptr) return 0;
  return 100.0 * static_cast<double>(meter->total()) / static_cast<double>(meter->quota);
}

void Usage::tell(wire::Reply& reply, std::uint64_t account, UseCase use_case, Block block, Instant now) const {
  const std::string_view tier = tier_ == Tier::full ? "standard_access" : "development_access";
  double used = percent(account, use_case);
  std::int64_t wait_minutes = 0;
  if (block.active()) {
    used = std::max(used, 100.0);
    wait_minutes = (block.left.count() + 59) / 60;
  } else if (used > 100) {
    // The oldest minute that counts leaves the hour first.
    wait_minutes = 5;
  }
  const auto whole = static_cast<std::int64_t>(std::ceil(used));
  const auto reset = block.active() ? block.left.count() : 3600 - minute_of(now) % 60 * 60;
  reply.headers.emplace_back("X-App-Usage", fmt::format(R"({{"call_count":{},"total_time":{},"total_cputime":{}}})",
                                                        std::min<std::int64_t>(all_calls_ / 2000, 99), 0, 0));
  reply.headers.emplace_back("X-Business-Use-Case-Usage",
                             fmt::format(R"({{"{}":[{{"type":"{}","call_count":{},"total_cputime":{},"total_time":{},)"
                                         R"("estimated_time_to_regain_access":{},"ads_api_access_tier":"{}"}}]}})",
                                         account, use_case == UseCase::insights ? "ads_insights" : "ads_management",
                                         whole, whole / 3, whole / 3, wait_minutes, tier));
  reply.headers.emplace_back(
      "X-Ad-Account-Usage",
      fmt::format(R"({{"acc_id_util_pct":{:.2f},"reset_time_duration":{},"ads_api_access_tier":"{}"}})", used, reset,
                  tier));
  if (use_case != UseCase::insights) return;
  reply.headers.emplace_back(
      "X-FB-Ads-Insights-Throttle",
      fmt::format(R"({{"app_id_util_pct":{:.2f},"acc_id_util_pct":{:.2f},"ads_api_access_tier":"{}"}})", used / 10,
                  used, tier));
}

}  // namespace omnify::sandbox::meta
