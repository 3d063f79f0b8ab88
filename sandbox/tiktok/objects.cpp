#include "tiktok/objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "market/names.h"
#include "tiktok/failure.h"

namespace omnify::sandbox::tiktok {
namespace {

using market::Kind;
constexpr std::chrono::days kKeptAfterEnd{45};

Kind kind_of(Level level) {
  switch (level) {
    case Level::campaign:
      return Kind::campaign;
    case Level::ad_group:
      return Kind::ad_set;
    default:
      return Kind::ad;
  }
}

bool off_since(const std::optional<Day>& paused_on, Day today) { return paused_on && today >= *paused_on; }

State campaign_state(const market::Campaign& campaign, Day today) {
  if (campaign.stop && today >= *campaign.stop + kKeptAfterEnd) return State::deleted;
  const bool resting = campaign.break_from && today >= *campaign.break_from && today < *campaign.break_until;
  return resting || off_since(campaign.paused_on, today) ? State::disabled : State::delivering;
}

State ad_group_state(const Subject& subject, Day today) {
  const auto& campaign = subject.campaign();
  if (campaign.stop && today >= *campaign.stop) return State::done;
  if (off_since(subject.ad_group().paused_on, today)) return State::disabled;
  return today < campaign.start ? State::not_started : State::delivering;
}

std::string_view prefix_of(Level level) {
  static constexpr std::array<std::string_view, 4> kPrefixes{"", "CAMPAIGN_STATUS_", "ADGROUP_STATUS_", "AD_STATUS_"};
  return kPrefixes[static_cast<std::size_t>(level)];
}

/// What stands before DISABLE and DELETE when they are the parent's.
std::string_view cause_of(const Subject& subject, Level cause) {
  if (cause == subject.level) return "";
  return cause == Level::campaign ? "CAMPAIGN_" : "ADGROUP_";
}

}  // namespace

Subject Subject::ancestor(Level above) const noexcept {
  Subject at = *this;
  if (at.level == Level::ad && above < Level::ad) at = sibling(Level::ad_group, account->ads[at.index].ad_set);
  if (at.level == Level::ad_group && above < Level::ad_group) {
    at = sibling(Level::campaign, account->ad_sets[at.index].campaign);
  }
  return above == Level::advertiser ? sibling(Level::advertiser, 0) : at;
}

const market::Campaign& Subject::campaign() const noexcept {
  return account->campaigns[ancestor(Level::campaign).index];
}
const market::AdSet& Subject::ad_group() const noexcept { return account->ad_sets[ancestor(Level::ad_group).index]; }
const market::Ad& Subject::ad() const noexcept { return account->ads[index]; }

Range all_of(const market::Account& account, Level level) noexcept {
  switch (level) {
    case Level::advertiser:
      return {0, 1};
    case Level::campaign:
      return {0, static_cast<std::uint32_t>(account.campaigns.size())};
    case Level::ad_group:
      return {0, static_cast<std::uint32_t>(account.ad_sets.size())};
    case Level::ad:
      break;
  }
  return {0, static_cast<std::uint32_t>(account.ads.size())};
}

Range ads_below(const Subject& subject) noexcept {
  const auto& account = *subject.account;
  switch (subject.level) {
    case Level::advertiser:
      return all_of(account, Level::ad);
    case Level::campaign: {
      const auto& campaign = subject.campaign();
      if (campaign.ad_set_count == 0) return {};
      const auto& last = account.ad_sets[campaign.first_ad_set + campaign.ad_set_count - 1];
      return {account.ad_sets[campaign.first_ad_set].first_ad, last.first_ad + last.ad_count};
    }
    case Level::ad_group:
      return {subject.ad_group().first_ad, subject.ad_group().first_ad + subject.ad_group().ad_count};
    case Level::ad:
      break;
  }
  return {subject.index, subject.index + 1};
}

Status status_of(const Subject& subject) {
  if (subject.level == Level::advertiser) return {State::delivering, Level::advertiser};
  const auto today = market::local_moment(subject.account->time_zone, subject.now).today;
  const auto of_campaign = campaign_state(subject.campaign(), today);
  if (of_campaign == State::deleted || subject.level == Level::campaign) return {of_campaign, Level::campaign};
  const auto of_group = ad_group_state(subject.ancestor(Level::ad_group), today);
  if (of_group == State::done) return {of_group, Level::ad_group};
  const bool own_ad = subject.level == Level::ad && off_since(subject.ad().paused_on, today);
  if (own_ad) return {State::disabled, Level::ad};
  if (of_group == State::disabled) return {of_group, Level::ad_group};
  if (of_campaign == State::disabled) return {of_campaign, Level::campaign};
  return {of_group, subject.level};
}

std::string secondary_status(const Subject& subject) {
  const auto [state, cause] = status_of(subject);
  const auto prefix = prefix_of(subject.level);
  switch (state) {
    case State::deleted:
      return fmt::format("{}{}DELETE", prefix, cause_of(subject, cause));
    case State::disabled:
      return fmt::format("{}{}DISABLE", prefix, cause_of(subject, cause));
    case State::not_started:
      return fmt::format("{}NOT_START", prefix);
    case State::done:
      return fmt::format("{}{}", prefix, subject.level == Level::ad ? "DONE" : "TIME_DONE");
    case State::delivering:
      break;
  }
  return fmt::format("{}{}", prefix, subject.level == Level::campaign ? "ENABLE" : "DELIVERY_OK");
}

bool has_primary_status(const Subject& subject, std::string_view primary) {
  const auto state = status_of(subject).state;
  if (primary == "STATUS_ALL") return true;
  if (primary == "STATUS_NOT_DELETE") return state != State::deleted;
  if (primary == "STATUS_DELETE") return state == State::deleted;
  if (primary == "STATUS_DELIVERY_OK") return state == State::delivering;
  if (primary == "STATUS_NOT_DELIVERY") return state == State::not_started;
  if (primary == "STATUS_DISABLE") return state == State::disabled;
  if (primary == "STATUS_TIME_DONE" && subject.level != Level::campaign) return state == State::done;
  // States that exist, in which nothing of this market ever is.
  static constexpr std::array<std::string_view, 4> kOthers{"STATUS_FROZEN", "STATUS_RF_CLOSED",
                                                           "STATUS_DELIVERY_PARTIAL", "STATUS_DELIVERY_CATALOG"};
  if (std::find(kOthers.begin(), kOthers.end(), primary) == kOthers.end()) {
    throw invalid("primary_status", fmt::format("Invalid value: {}.", primary));
  }
  return false;
}

std::string id_of(const Subject& subject) {
  if (subject.level == Level::advertiser) return std::to_string(subject.account->id);
  return std::to_string(subject.world->object_id(*subject.account, kind_of(subject.level), subject.index));
}

Instant modified_at(const Subject& subject) {
  const auto today = market::local_moment(subject.account->time_zone, subject.now).today;
  Day day = subject.campaign().start;
  std::optional<Day> paused_on = subject.campaign().paused_on;
  if (subject.level == Level::ad_group) paused_on = subject.ad_group().paused_on;
  if (subject.level == Level::ad) {
    day = subject.ad().launch;
    paused_on = subject.ad().paused_on;
  }
  if (off_since(paused_on, today)) day = *paused_on;
  return market::day_begins(subject.account->time_zone, day) + std::chrono::hours(9);
}

std::string_view objective_type(market::Objective objective) noexcept {
  switch (objective) {
    case market::Objective::sales:
      return "WEB_CONVERSIONS";
    case market::Objective::leads:
      return "LEAD_GENERATION";
    case market::Objective::traffic:
      return "TRAFFIC";
    case market::Objective::awareness:
      return "REACH";
    case market::Objective::engagement:
      return "ENGAGEMENT";
    case market::Objective::app:
      return "APP_PROMOTION";
  }
  return "";
}

double campaign_budget(const Subject& subject) noexcept {
  const auto& campaign = subject.campaign();
  if (!campaign.shares_budget) return 0;
  double sum = 0;
  for (auto i = campaign.first_ad_set; i < campaign.first_ad_set + campaign.ad_set_count; ++i) {
    sum += subject.account->ad_sets[i].budget;
  }
  return sum;
}

double ad_group_budget(const Subject& subject) noexcept {
  return subject.campaign().shares_budget ? 0 : subject.ad_group().budget;
}

std::string_view ad_text_of(const Subject& ad) noexcept { return market::ad_text(ad.ad().text).body; }

std::string name_of(const Subject& subject) {
  switch (subject.level) {
    case Level::advertiser:
      return subject.account->name;
    case Level::campaign:
      return subject.campaign().name;
    case Level::ad_group:
      return fmt::format("{} | {}", market::audience_name(subject.ad_group().audience),
                         subject.index - subject.campaign().first_ad_set + 1);
    case Level::ad:
      break;
  }
  return fmt::format("{} | {} | {:02}", subject.ad().format == market::Format::video ? "Video" : "Image",
                     market::ad_text(subject.ad().text).title, subject.index - subject.ad_group().first_ad + 1);
}

}  // namespace omnify::sandbox::tiktok
