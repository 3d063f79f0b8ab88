#include "meta/objects.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

#include "market/names.h"
#include "meta/failure.h"
#include "meta/object_fields.h"

namespace omnify::sandbox::meta {
namespace {

using market::Kind;

bool on_from(const std::optional<Day>& paused_on, Day today) { return !paused_on || today < *paused_on; }

bool switched_on(const Subject& subject, Day today) {
  const auto& account = *subject.account;
  switch (subject.type) {
    case NodeType::campaign: {
      const auto& campaign = account.campaigns[subject.index];
      const bool resting = campaign.break_from && today >= *campaign.break_from && today < *campaign.break_until;
      return on_from(campaign.paused_on, today) && !resting;
    }
    case NodeType::ad_set:
      return on_from(account.ad_sets[subject.index].paused_on, today);
    case NodeType::ad:
      return on_from(account.ads[subject.index].paused_on, today);
    default:
      return true;
  }
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Kind kind_of(NodeType type) {
  switch (type) {
    case NodeType::campaign:
      return Kind::campaign;
    case NodeType::ad_set:
      return Kind::ad_set;
    case NodeType::ad:
      return Kind::ad;
    default:
      return Kind::creative;
  }
}

NodeType type_of(Kind kind) {
  switch (kind) {
    case Kind::campaign:
      return NodeType::campaign;
    case Kind::ad_set:
      return NodeType::ad_set;
    case Kind::ad:
      return NodeType::ad;
    case Kind::creative:
      break;
  }
  return NodeType::creative;
}

std::string_view type_name(NodeType type) {
  switch (type) {
    case NodeType::account:
      return "AdAccount";
    case NodeType::campaign:
      return "Campaign";
    case NodeType::ad_set:
      return "AdSet";
    case NodeType::ad:
      return "Ad";
    case NodeType::creative:
      break;
  }
  return "AdCreative";
}

std::optional<NodeType> single_link(NodeType from, std::string_view name) {
  if (name == "creative" && from == NodeType::ad) return NodeType::creative;
  if (name == "adset" && from == NodeType::ad) return NodeType::ad_set;
  if (name == "campaign" && (from == NodeType::ad || from == NodeType::ad_set)) return NodeType::campaign;
  return std::nullopt;
}

std::optional<NodeType> many_link(NodeType from, std::string_view name) {
  if (name == "campaigns" && from == NodeType::account) return NodeType::campaign;
  if (name == "adsets" && from < NodeType::ad_set) return NodeType::ad_set;
  if (name == "ads" && from < NodeType::ad) return NodeType::ad;
  return std::nullopt;
}

/// The first page of an edge that a field expands. Deeper pages are read from the edge itself.
boost::json::object expand(const Subject& subject, NodeType type, const Field& field) {
  const auto range = children(subject, type);
  const auto end = std::min<std::int64_t>(range.end, range.first + field.limit.value_or(25));
  boost::json::array data;
  for (auto i = range.first; i < end; ++i) data.push_back(render(subject.sibling(type, i), field.children));
  return {{"data", std::move(data)}};
}

void render_field(const Subject& subject, const Field& field, boost::json::object& out) {
  if (const auto type = single_link(subject.type, field.name)) {
    const auto target = *type == NodeType::creative
                            ? subject.sibling(NodeType::creative, subject.account->ads[subject.index].creative)
                            : ancestor(subject, *type);
    out[field.name] = render(target, field.children);
    return;
  }
  if (const auto type = many_link(subject.type, field.name)) {
    out[field.name] = expand(subject, *type, field);
    return;
  }
  const auto* reader = find_field(subject.type, field.name);
  if (reader == nullptr) {
    throw bad_parameter(
        fmt::format("Tried accessing nonexisting field ({}) on node type ({})", field.name, type_name(subject.type)));
  }
  // Fields without a value are left out.
  if (auto value = (*reader)(subject)) out[field.name] = std::move(*value);
}

}  // namespace

std::optional<Subject> find_subject(const market::World& world, std::string_view id, Instant now) {
  if (id.starts_with("act_")) {
    const auto number = parse_number(id.substr(4));
    const auto* account = number ? world.find_account(*number) : nullptr;
    if (account == nullptr || account->platform != market::Platform::meta) return std::nullopt;
    return Subject{&world, account, NodeType::account, 0, now};
  }
  const auto number = parse_number(id);
  const auto place = number ? world.find_object(*number) : std::nullopt;
  if (!place || place->account->platform != market::Platform::meta) return std::nullopt;
  return Subject{&world, place->account, type_of(place->kind), place->index, now};
}

std::string id_of(const Subject& subject) {
  if (subject.type == NodeType::account) return fmt::format("act_{}", subject.account->id);
  return std::to_string(subject.world->object_id(*subject.account, kind_of(subject.type), subject.index));
}

Range children(const Subject& subject, NodeType type) {
  const auto& account = *subject.account;
  if (subject.type == type) return {subject.index, subject.index + 1};
  const auto ads_of = [&](std::uint32_t first_set, std::uint32_t count) -> Range {
    if (count == 0) return {};
    const auto& last = account.ad_sets[first_set + count - 1];
    return {account.ad_sets[first_set].first_ad, last.first_ad + last.ad_count};
  };
  switch (subject.type) {
    case NodeType::account:
      if (type == NodeType::campaign) return {0, static_cast<std::uint32_t>(account.campaigns.size())};
      if (type == NodeType::ad_set) return {0, static_cast<std::uint32_t>(account.ad_sets.size())};
      return {0, static_cast<std::uint32_t>(account.ads.size())};
    case NodeType::campaign: {
      const auto& campaign = account.campaigns[subject.index];
      if (type == NodeType::ad_set) return {campaign.first_ad_set, campaign.first_ad_set + campaign.ad_set_count};
      return ads_of(campaign.first_ad_set, campaign.ad_set_count);
    }
    case NodeType::ad_set:
      return ads_of(subject.index, 1);
    case NodeType::ad:
      return {subject.account->ads[subject.index].creative, account.ads[subject.index].creative + 1};
    case NodeType::creative:
      break;
  }
  return {};
}

Subject ancestor(const Subject& subject, NodeType type) {
  Subject at = subject;
  if (at.type == NodeType::ad && type < NodeType::ad) {
    at = at.sibling(NodeType::ad_set, at.account->ads[at.index].ad_set);
  }
  if (at.type == NodeType::ad_set && type < NodeType::ad_set) {
    at = at.sibling(NodeType::campaign, at.account->ad_sets[at.index].campaign);
  }
  return type == NodeType::account ? at.sibling(NodeType::account, 0) : at;
}

std::string_view effective_status(const Subject& subject) {
  const auto today = market::local_moment(subject.account->time_zone, subject.now).today;
  if (!switched_on(subject, today)) return "PAUSED";
  if (subject.type == NodeType::ad && !switched_on(ancestor(subject, NodeType::ad_set), today)) return "ADSET_PAUSED";
  const bool below = subject.type == NodeType::ad || subject.type == NodeType::ad_set;
  if (below && !switched_on(ancestor(subject, NodeType::campaign), today)) return "CAMPAIGN_PAUSED";
  return "ACTIVE";
}

Instant updated_at(const Subject& subject) {
  const auto& account = *subject.account;
  const auto today = market::local_moment(account.time_zone, subject.now).today;
  Day day = account.created;
  std::optional<Day> paused_on;
  if (subject.type == NodeType::campaign) {
    day = account.campaigns[subject.index].start;
    paused_on = account.campaigns[subject.index].paused_on;
  } else if (subject.type == NodeType::ad_set) {
    day = account.campaigns[account.ad_sets[subject.index].campaign].start;
  } else if (subject.type != NodeType::account) {
    day = account.ads[subject.index].launch;
    paused_on = account.ads[subject.index].paused_on;
  }
  if (paused_on && *paused_on <= today) day = *paused_on;
  return market::day_begins(account.time_zone, day) + std::chrono::hours(9);
}

boost::json::object render(const Subject& subject, const std::vector<Field>& fields) {
  boost::json::object out;
  if (fields.empty() && subject.type == NodeType::account) out["account_id"] = std::to_string(subject.account->id);
  for (const auto& field : fields) render_field(subject, field, out);
  out["id"] = id_of(subject);
  return out;
}

std::string_view objective_name(market::Objective objective) noexcept {
  switch (objective) {
    case market::Objective::sales:
      return "OUTCOME_SALES";
    case market::Objective::leads:
      return "OUTCOME_LEADS";
    case market::Objective::traffic:
      return "OUTCOME_TRAFFIC";
    case market::Objective::awareness:
      return "OUTCOME_AWARENESS";
    case market::Objective::engagement:
      return "OUTCOME_ENGAGEMENT";
    case market::Objective::app:
      return "OUTCOME_APP_PROMOTION";
  }
  return "";
}

std::string_view optimization_goal(market::Objective objective) noexcept {
  switch (objective) {
    case market::Objective::sales:
      return "OFFSITE_CONVERSIONS";
    case market::Objective::leads:
      return "LEAD_GENERATION";
    case market::Objective::traffic:
      return "LANDING_PAGE_VIEWS";
    case market::Objective::awareness:
      return "REACH";
    case market::Objective::engagement:
      return "POST_ENGAGEMENT";
    case market::Objective::app:
      return "APP_INSTALLS";
  }
  return "";
}

}  // namespace omnify::sandbox::meta
