// Lists of campaigns, ad groups and ads: filters, order, pages.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>

#include "tiktok/api.h"
#include "tiktok/failure.h"
#include "tiktok/request.h"

namespace omnify::sandbox::tiktok {
namespace {

constexpr std::size_t kMostIds = 100;

struct Filter {
  struct Ids {
    Level level;
    std::vector<std::uint64_t> ids;
  };
  std::vector<Ids> ids;
  std::string primary_status = "STATUS_NOT_DELETE";
  std::string secondary_status;
  std::string name_part;
  std::string objective_type;
  std::string modified_after;

  [[nodiscard]] bool admits(const Subject& subject) const;
};

/// "2026-10-01 08:00:00" in UTC.
Instant parse_time(std::string_view text) {
  auto form = std::string(text);
  if (form.size() == 19 && form[10] == ' ') form[10] = 'T';
  const auto instant = parse_instant(form + "Z");
  if (!instant) throw invalid("filtering", "Not a valid time: YYYY-MM-DD HH:MM:SS is expected.");
  return *instant;
}

bool Filter::admits(const Subject& subject) const {
  for (const auto& filter : ids) {
    const auto id = parse_id(id_of(subject.ancestor(filter.level))).value_or(0);
    if (std::ranges::find(filter.ids, id) == filter.ids.end()) return false;
  }
  if (!has_primary_status(subject, primary_status)) return false;
  if (!secondary_status.empty() && tiktok::secondary_status(subject) != secondary_status) return false;
  if (!name_part.empty() && name_of(subject).find(name_part) == std::string::npos) return false;
  if (!objective_type.empty() && tiktok::objective_type(subject.campaign().objective) != objective_type) return false;
  return modified_after.empty() || modified_at(subject) > parse_time(modified_after);
}

std::string text_of(std::string_view name, const boost::json::value& value) {
  if (!value.is_string()) throw invalid("filtering", fmt::format("{}: Not a valid string.", name));
  return std::string(value.get_string());
}

std::vector<std::uint64_t> ids_of(std::string_view name, const boost::json::value& value) {
  const auto texts = strings_of(value);
  if (!texts) throw invalid("filtering", fmt::format("{}: Not a valid list of strings.", name));
  if (texts->size() > kMostIds) throw Failure(40011, fmt::format("{}: More than {} ids.", name, kMostIds));
  std::vector<std::uint64_t> ids;
  for (const auto& text : *texts) {
    const auto id = parse_id(text);
    if (!id) throw invalid("filtering", fmt::format("{}: Invalid id {}.", name, text));
    ids.push_back(*id);
  }
  return ids;
}

void read_member(std::string_view name, const boost::json::value& value, Level level, Filter& filter) {
  static constexpr std::array<std::string_view, 4> kIds{"", "campaign_ids", "adgroup_ids", "ad_ids"};
  static constexpr std::array<std::string_view, 4> kNames{"", "campaign_name", "adgroup_name", "ad_name"};
  const auto at = static_cast<std::size_t>(level);
  const auto ids = std::find(kIds.begin() + 1, kIds.begin() + 1 + static_cast<std::ptrdiff_t>(at), name);
  if (ids != kIds.begin() + 1 + static_cast<std::ptrdiff_t>(at)) {
    filter.ids.push_back({static_cast<Level>(ids - kIds.begin()), ids_of(name, value)});
  } else if (name == kNames[at]) {
    filter.name_part = text_of(name, value);
  } else if (name == "primary_status") {
    filter.primary_status = text_of(name, value);
  } else if (name == "secondary_status") {
    filter.secondary_status = text_of(name, value);
  } else if (name == "objective_type") {
    filter.objective_type = text_of(name, value);
  } else if (name == "modified_after" && level == Level::ad) {
    filter.modified_after = text_of(name, value);
  } else {
    throw invalid("filtering", fmt::format("Unknown field: {}.", name));
  }
}

Filter read_filter(const Parameters& parameters, Level level) {
  Filter filter;
  const auto document = parameters.document("filtering");
  if (!document) return filter;
  if (!document->is_object()) throw invalid("filtering", "Not a valid object.");
  for (const auto& [name, value] : document->get_object()) read_member(name, value, level, filter);
  return filter;
}

Nulls read_nulls(const Parameters& parameters) {
  const auto left_out = parameters.list("exclude_field_types_in_response");
  if (!left_out || left_out->empty()) return Nulls::shown;
  for (const auto& type : *left_out) {
    if (type != "NULL_FIELD") throw invalid("exclude_field_types_in_response", "Must be one of: NULL_FIELD.");
  }
  return Nulls::left_out;
}

using Reader = boost::json::value (*)(const Subject&);
const std::map<std::string_view, Reader> kAdvertiser{
    {"advertiser_id", [](const Subject& s) { return boost::json::value(id_of(s)); }},
    {"name", [](const Subject& s) { return boost::json::value(s.account->name); }},
    {"company", [](const Subject& s) { return boost::json::value(s.account->name + " Ltd"); }},
    {"currency", [](const Subject& s) { return boost::json::value(s.account->currency.text()); }},
    {"timezone", [](const Subject& s) { return boost::json::value(s.account->time_zone); }},
    {"display_timezone", [](const Subject& s) { return boost::json::value(s.account->time_zone); }},
    {"status", [](const Subject&) { return boost::json::value("STATUS_ENABLE"); }},
    {"role", [](const Subject&) { return boost::json::value("ROLE_ADVERTISER"); }},
    {"advertiser_account_type", [](const Subject&) { return boost::json::value("AUCTION"); }},
    {"balance", [](const Subject&) { return boost::json::value(0.0); }},
    {"language", [](const Subject&) { return boost::json::value("en"); }},
    {"owner_bc_id", [](const Subject& s) { return boost::json::value(std::to_string(s.account->business)); }},
    {"create_time", [](const Subject& s) {
       const auto begun = market::day_begins(s.account->time_zone, s.account->created).time_since_epoch();
       return boost::json::value(std::chrono::duration_cast<std::chrono::seconds>(begun).count());
     }}};

}  // namespace

boost::json::object list_objects(const wire::Request& request, const Subject& advertiser, Level level) {
  const Parameters parameters(
      request, {"advertiser_id", "fields", "filtering", "page", "page_size", "exclude_field_types_in_response"});
  const auto page = parameters.page();
  const auto fields = parameters.list("fields").value_or(std::vector<std::string>{});
  const auto filter = read_filter(parameters, level);
  const auto nulls = read_nulls(parameters);
  // A field or status that does not exist is refused even where there is nothing to list.
  if (all_of(*advertiser.account, level).end > 0) {
    (void)render(advertiser.sibling(level, 0), fields, nulls);
    (void)has_primary_status(advertiser.sibling(level, 0), filter.primary_status);
  }
  std::vector<std::uint32_t> found;
  // In descending order of ids.
  for (auto i = all_of(*advertiser.account, level).end; i > 0; --i) {
    if (filter.admits(advertiser.sibling(level, i - 1))) found.push_back(i - 1);
  }
  const auto total = std::ssize(found);
  boost::json::array list;
  for (auto i = page.first(total); i < page.behind(total); ++i) {
    list.push_back(render(advertiser.sibling(level, found[static_cast<std::size_t>(i)]), fields, nulls));
  }
  return {{"list", std::move(list)}, {"page_info", page_info(page, total)}};
}

boost::json::object describe_advertiser(const Subject& advertiser, const std::vector<std::string>& fields) {
  boost::json::object out;
  if (fields.empty()) {
    for (const auto& [name, reader] : kAdvertiser) out[name] = reader(advertiser);
  }
  for (const auto& name : fields) {
    const auto found = kAdvertiser.find(name);
    if (found == kAdvertiser.end()) throw invalid("fields", fmt::format("Invalid field: {}.", name));
    out[name] = found->second(advertiser);
  }
  return out;
}

}  // namespace omnify::sandbox::tiktok
