#include "meta/insights.h"

#include <algorithm>

#include "meta/insights_row.h"

namespace omnify::sandbox::meta {
namespace {

/// Ad-days that one page computes at most, so that no reply keeps the other clients waiting.
constexpr std::int64_t kPageEffort = 60'000;

bool matches(const EntityFilter& filter, const Subject& subject) {
  const auto target = ancestor(subject, filter.type);
  const auto value = filter.by_status ? std::string(effective_status(target)) : id_of(target);
  const bool listed = std::find(filter.values.begin(), filter.values.end(), value) != filter.values.end();
  return listed != filter.negated;
}

/// The filters on the level of `entity` and above it; those on lower levels choose among its ads.
bool admits_entity(const InsightsRequest& request, const Subject& entity) {
  if (request.only_active && effective_status(entity) != "ACTIVE") return false;
  return std::all_of(request.entity_filters.begin(), request.entity_filters.end(),
                     [&](const auto& filter) { return filter.type > entity.type || matches(filter, entity); });
}

bool admits_ad(const InsightsRequest& request, const Subject& ad) {
  return std::all_of(request.entity_filters.begin(), request.entity_filters.end(),
                     [&](const auto& filter) { return filter.type <= request.level || matches(filter, ad); });
}

bool admits_row(const InsightsRequest& request, const market::Numbers& numbers) {
  return std::all_of(request.metric_filters.begin(), request.metric_filters.end(), [&](const auto& filter) {
    const auto units = static_cast<double>(request.node.account->minor_units);
    return (filter.spend ? static_cast<double>(numbers.spend) / units : static_cast<double>(numbers.impressions)) >
           filter.above;
  });
}

/// Sums ads over days; remembers how much it did.
class Adder {
 public:
  explicit Adder(const InsightsRequest& request)
      : request_(request),
        moment_(market::local_moment(request.node.account->time_zone, request.node.now)),
        by_ad_(std::any_of(request.entity_filters.begin(), request.entity_filters.end(),
                           [&](const auto& filter) { return filter.type > request.level; })) {}

  market::Numbers add(const Subject& entity, const Period& period) {
    market::Numbers sum;
    const auto until = std::min(period.until, moment_.today);
    const auto& account = *entity.account;
    const auto ads =
        entity.type == NodeType::ad ? Range{entity.index, entity.index + 1} : children(entity, NodeType::ad);
    for (auto ad = ads.first; ad < ads.end; ++ad) {
      const auto& campaign = account.campaigns[account.ad_sets[account.ads[ad].ad_set].campaign];
      if (!market::may_deliver(campaign, period.since, until)) continue;
      if (by_ad_ && !admits_ad(request_, entity.sibling(NodeType::ad, ad))) continue;
      for (Day day = period.since; day <= until; day += std::chrono::days{1}) {
        sum += entity.world->observe(account, ad, day, moment_);
        ++effort_;
      }
    }
    ++effort_;
    return sum;
  }
  [[nodiscard]] std::int64_t effort() const noexcept { return effort_; }

 private:
  const InsightsRequest& request_;
  market::Moment moment_;
  bool by_ad_;
  std::int64_t effort_ = 0;
};

}  // namespace

Estimate estimate(const InsightsRequest& request) {
  Estimate sum;
  if (request.periods.empty()) return sum;
  const auto& account = *request.node.account;
  const auto first = request.periods.front().since;
  const auto last = request.periods.back().until;
  std::int64_t length = 0;
  for (const auto& period : request.periods) length += (period.until - period.since).count() + 1;
  const auto range = children(ancestor(request.node, NodeType::campaign), NodeType::campaign);
  for (auto i = range.first; i < range.end; ++i) {
    const auto campaign = request.node.sibling(NodeType::campaign, i);
    if (!market::may_deliver(account.campaigns[i], first, last) || !admits_entity(request, campaign)) continue;
    const auto ads = children(campaign, NodeType::ad);
    const auto entities = request.level == NodeType::account ? Range{0, 0} : children(campaign, request.level);
    sum.rows +=
        static_cast<std::int64_t>(entities.end - entities.first) * static_cast<std::int64_t>(request.periods.size());
    sum.ad_days += static_cast<std::int64_t>(ads.end - ads.first) * length;
  }
  return sum;
}

InsightsPage insights_page(const InsightsRequest& request, std::uint64_t position, std::int64_t limit) {
  const auto entities = request.level == request.node.type ? Range{request.node.index, request.node.index + 1}
                                                           : children(request.node, request.level);
  const std::uint64_t periods = request.periods.size();
  const std::uint64_t end = (entities.end - entities.first) * periods;
  Adder adder(request);
  InsightsPage page;
  std::optional<std::uint64_t> admitted;
  while (position < end && static_cast<std::int64_t>(page.rows.size()) < limit && adder.effort() < kPageEffort) {
    const auto entity =
        request.node.sibling(request.level, entities.first + static_cast<std::uint32_t>(position / periods));
    if (admitted != position / periods && !admits_entity(request, entity)) {
      position = (position / periods + 1) * periods;
      continue;
    }
    admitted = position / periods;
    const auto& period = request.periods[position % periods];
    ++position;
    const auto numbers = adder.add(entity, period);
    if (numbers.delivered() && admits_row(request, numbers)) {
      page.rows.push_back(render_row(request, entity, period, numbers));
    }
  }
  page.behind = position;
  page.has_next = position < end;
  return page;
}

}  // namespace omnify::sandbox::meta
