#include "sync/reconciler.h"

#include <fmt/format.h>

#include <algorithm>

#include "sync/window.h"

namespace omnify::sync {

Task<std::vector<DayCheck>> Reconciler::check(LoadTarget target, platforms::Connector& connector, DayRange range) {
  const auto theirs = co_await connector.fetch_account_days(range.first, range.last);
  const auto ours = co_await store_.our_days(target.organization, account_id(target), range);
  co_return pair_days(range.first, range.last, ours, theirs, now());
}

Task<std::int64_t> Reconciler::reconcile(LoadTarget target, platforms::Connector& connector, DayRange range,
                                         int window_days, std::function<void(std::string)> say) {
  range.last = std::min(range.last, local_day(target.account.time_zone, now()) - std::chrono::days(1));
  if (range.last < range.first) co_return 0;
  say("Comparing the sums with the account's own");
  auto checks = co_await check(target, connector, range);
  std::vector<Day> deviating;
  for (const auto& one : checks) {
    if (deviates(one)) deviating.push_back(one.day());
  }
  for (const auto& window : plan_rereads(std::move(deviating), window_days, kMostRereadDays)) {
    say(fmt::format("Reading {} to {} again", format_day(window.first), format_day(window.last)));
    co_await load_window(loader_, connector, target, window);
    for (auto& again : co_await check(target, connector, window)) {
      again.reread_at = again.checked_at;
      checks[static_cast<std::size_t>((again.day() - range.first).count())] = std::move(again);
    }
  }
  const std::int64_t wrong = std::ranges::count_if(checks, &deviates);
  co_await store_.write(target.organization, account_id(target), std::move(checks));
  co_return wrong;
}

}  // namespace omnify::sync
