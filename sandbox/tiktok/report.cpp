#include "tiktok/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "tiktok/metrics.h"

namespace omnify::sandbox::tiktok {
namespace {

constexpr std::size_t kKeptPlans = 8;
constexpr std::chrono::minutes kPlanLife{1};
constexpr std::array<std::string_view, 4> kIdDimensions{"advertiser_id", "campaign_id", "adgroup_id", "ad_id"};

/// The filters on the row's own level and above it: there are none on lower ones.
bool admits(const ReportRequest& request, const Subject& entity) {
  for (const auto& filter : request.ids) {
    const auto above = entity.ancestor(filter.level);
    const auto id = parse_id(id_of(above)).value_or(0);
    if (std::ranges::find(filter.ids, id) == filter.ids.end()) return false;
  }
  if (entity.level == Level::advertiser) return true;
  return std::ranges::any_of(request.statuses, [&](const auto& status) { return has_primary_status(entity, status); });
}

market::Numbers sum_of(const Subject& entity, Day first, Day last) {
  const auto& account = *entity.account;
  const auto moment = market::local_moment(account.time_zone, entity.now);
  const auto ads = ads_below(entity);
  const auto end = std::min(last, moment.today);
  market::Numbers sum;
  for (auto ad = ads.first; ad < ads.end; ++ad) {
    const auto& campaign = account.campaigns[account.ad_sets[account.ads[ad].ad_set].campaign];
    if (!market::may_deliver(campaign, first, end)) continue;
    for (Day day = first; day <= end; day += std::chrono::days(1)) {
      sum += entity.world->observe(account, ad, day, moment);
    }
  }
  return sum;
}

}  // namespace

Reports::Plan Reports::make_plan(const ReportRequest& request) const {
  const auto& account = *request.advertiser.account;
  Plan plan{.key = request.key,
            .made = omnify::now(),
            .today = market::local_moment(account.time_zone, request.advertiser.now).today,
            .rows = {}};
  std::vector<std::uint32_t> entities;
  const auto all = all_of(account, request.level);
  for (auto i = all.first; i < all.end; ++i) {
    if (admits(request, request.advertiser.sibling(request.level, i))) entities.push_back(i);
  }
  // Objects stand in the order of their making.
  if (request.level == Level::ad && std::ssize(entities) > ad_ceiling_) {
    entities.erase(entities.begin(), entities.end() - ad_ceiling_);
    plan.truncated = true;
  }
  for (const auto index : entities) {
    if (!request.daily) {
      plan.rows.push_back({index, 0});
      continue;
    }
    const auto entity = request.advertiser.sibling(request.level, index);
    for (Day day = request.first; day <= std::min(request.last, plan.today); day += std::chrono::days(1)) {
      if (!sum_of(entity, day, day).delivered()) continue;
      plan.rows.push_back({index, static_cast<std::int32_t>((day - request.first).count())});
    }
  }
  return plan;
}

const Reports::Plan& Reports::plan_for(const ReportRequest& request) {
  const auto moment = omnify::now();
  const auto today = market::local_moment(request.advertiser.account->time_zone, request.advertiser.now).today;
  std::erase_if(plans_, [&](const Plan& plan) { return plan.made + kPlanLife < moment; });
  for (const auto& plan : plans_) {
    if (plan.key == request.key && plan.today == today) return plan;
  }
  plans_.push_front(make_plan(request));
  if (plans_.size() > kKeptPlans) plans_.pop_back();
  return plans_.front();
}

Reports::Answer Reports::answer(const ReportRequest& request) {
  const auto& plan = plan_for(request);
  const auto total = std::ssize(plan.rows);
  boost::json::array list;
  for (auto i = request.page.first(total); i < request.page.behind(total); ++i) {
    const auto& row = plan.rows[static_cast<std::size_t>(i)];
    const auto entity = request.advertiser.sibling(request.level, row.entity);
    const Day day = request.first + std::chrono::days(row.day);
    const auto numbers = request.daily ? sum_of(entity, day, day) : sum_of(entity, request.first, request.last);
    boost::json::object dimensions{{kIdDimensions[static_cast<std::size_t>(request.level)], id_of(entity)}};
    if (request.daily) dimensions["stat_time_day"] = format_day(day) + " 00:00:00";
    boost::json::object metrics;
    for (const auto& name : request.metrics) {
      metrics[name] = find_metric(name)->read({entity, numbers}).value_or("-");
    }
    list.push_back({{"dimensions", std::move(dimensions)}, {"metrics", std::move(metrics)}});
  }
  return {{{"list", std::move(list)}, {"page_info", page_info(request.page, total)}}, plan.truncated};
}

}  // namespace omnify::sandbox::tiktok
