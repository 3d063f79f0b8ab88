// Lists of objects: filters, cursors, totals.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "meta/api.h"
#include "meta/failure.h"
#include "meta/paging.h"
#include "meta/request.h"

namespace omnify::sandbox::meta {
namespace {

constexpr std::array<std::string_view, 12> kStatuses{
    "ACTIVE",          "PAUSED",       "ARCHIVED",       "DELETED",     "IN_PROCESS",  "WITH_ISSUES",
    "CAMPAIGN_PAUSED", "ADSET_PAUSED", "PENDING_REVIEW", "PREAPPROVED", "DISAPPROVED", "PENDING_BILLING_INFO"};
/// Fields times objects of one page that the platform is willing to put together.
constexpr std::int64_t kPageBudget = 25'000;

struct ListFilter {
  std::vector<std::string> statuses;
  std::optional<Instant> updated_since;

  [[nodiscard]] bool admits(const Subject& subject) const {
    // Two ads may show one creative: the list has it once.
    if (subject.type == NodeType::creative) return subject.account->ads[subject.index].creative == subject.index;
    if (updated_since && updated_at(subject) < *updated_since) return false;
    return statuses.empty() || std::find(statuses.begin(), statuses.end(), effective_status(subject)) != statuses.end();
  }
};

std::vector<std::string> read_statuses(std::string_view name, std::string_view text) {
  boost::system::error_code failure;
  const auto value = boost::json::parse(text, failure);
  if (failure || !value.is_array()) throw bad_parameter(fmt::format("Param {} must be an array.", name));
  std::vector<std::string> statuses;
  for (const auto& item : value.get_array()) {
    const auto status = item.is_string() ? std::string(item.get_string()) : boost::json::serialize(item);
    if (std::find(kStatuses.begin(), kStatuses.end(), status) == kStatuses.end()) {
      throw bad_parameter(
          fmt::format("Param {}[{}] must be one of {{{}}}", name, statuses.size(), fmt::join(kStatuses, ", ")));
    }
    statuses.push_back(status);
  }
  return statuses;
}

void read_filtering(std::string_view text, ListFilter& filter) {
  boost::system::error_code failure;
  const auto value = boost::json::parse(text, failure);
  if (failure || !value.is_array()) throw bad_parameter("Param filtering must be an array.");
  for (const auto& item : value.get_array()) {
    const auto* object = item.if_object();
    const auto* field = object != nullptr ? object->if_contains("field") : nullptr;
    const auto* wanted = object != nullptr ? object->if_contains("value") : nullptr;
    const bool status = field != nullptr && field->is_string() && wanted != nullptr &&
                        std::string_view(field->get_string()).ends_with("effective_status");
    if (!status) throw bad_parameter("Filtering field is not supported for this edge");
    filter.statuses = read_statuses("filtering", boost::json::serialize(*wanted));
  }
}

ListFilter read_filter(const wire::Fields& parameters) {
  ListFilter filter;
  if (const auto text = value_of(parameters, "filtering"); !text.empty()) read_filtering(text, filter);
  if (const auto text = value_of(parameters, "effective_status"); !text.empty()) {
    filter.statuses = read_statuses("effective_status", text);
  }
  if (const auto text = value_of(parameters, "updated_since"); !text.empty()) {
    std::int64_t seconds = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failure != std::errc{} || end != text.data() + text.size())
      throw bad_parameter("Param updated_since must be an integer");
    filter.updated_since = Instant{std::chrono::seconds{seconds}};
  }
  return filter;
}

/// Picks the page of a list whose positions are [first, end).
template <class Admits>
std::pair<std::vector<std::uint32_t>, PageBounds> pick_page(const wire::Fields& parameters, Range range,
                                                            std::int64_t limit, Admits admits) {
  std::vector<std::uint32_t> found;
  const auto before = value_of(parameters, "before");
  const auto after = value_of(parameters, "after");
  const auto count = static_cast<std::size_t>(limit);
  if (!before.empty()) {
    const auto stop = std::min<std::uint64_t>(range.end, range.first + decode_cursor(before));
    for (auto i = static_cast<std::uint32_t>(stop); i > range.first && found.size() < count; --i) {
      if (admits(i - 1)) found.push_back(i - 1);
    }
    std::reverse(found.begin(), found.end());
  } else {
    auto i = range.first + static_cast<std::uint32_t>(after.empty() ? 0 : decode_cursor(after));
    for (; i < range.end && found.size() < count; ++i) {
      if (admits(i)) found.push_back(i);
    }
  }
  PageBounds bounds;
  if (found.empty()) return {std::move(found), bounds};
  bounds.first = found.front() - range.first;
  bounds.behind = found.back() - range.first + 1;
  for (auto i = found.back() + 1; i < range.end && !bounds.has_next; ++i) bounds.has_next = admits(i);
  for (auto i = found.front(); i > range.first && !bounds.has_previous; --i) bounds.has_previous = admits(i - 1);
  return {std::move(found), bounds};
}

}  // namespace

boost::json::object Api::list_objects(const Call& call, const Subject& parent, NodeType type) {
  const auto fields = parse_fields(value_of(call.parameters, "fields"));
  const auto limit = read_limit(call.parameters);
  if (limit * (count_fields(fields) + 1) > kPageBudget) throw too_much_data();
  const auto filter = read_filter(call.parameters);
  const auto range = children(parent, type);
  const auto admits = [&](std::uint32_t i) { return filter.admits(parent.sibling(type, i)); };
  const auto [found, bounds] = pick_page(call.parameters, range, limit, admits);
  boost::json::array data;
  for (const auto i : found) data.push_back(render(parent.sibling(type, i), fields));
  boost::json::object out;
  const bool empty = data.empty();
  out["data"] = std::move(data);
  if (!empty) out["paging"] = paging_of(bounds, call.url, call.parameters, call.token.value);
  if (value_of(call.parameters, "summary") == "true") {
    std::int64_t total = 0;
    for (auto i = range.first; i < range.end; ++i) total += admits(i) ? 1 : 0;
    out["summary"] = boost::json::object{{"total_count", total}};
  }
  return out;
}

boost::json::object Api::list_accounts(const Call& call) {
  const auto fields = parse_fields(value_of(call.parameters, "fields"));
  const auto limit = read_limit(call.parameters);
  if (limit * (count_fields(fields) + 1) > kPageBudget) throw too_much_data();
  const auto& accounts = world_.accounts();
  const auto admits = [&](std::uint32_t i) {
    return accounts[i].platform == market::Platform::meta && call.token.sees(accounts[i].id);
  };
  const auto [found, bounds] =
      pick_page(call.parameters, {0, static_cast<std::uint32_t>(accounts.size())}, limit, admits);
  boost::json::array data;
  for (const auto i : found) data.push_back(render({&world_, &accounts[i], NodeType::account, 0, call.now}, fields));
  boost::json::object out;
  const bool empty = data.empty();
  out["data"] = std::move(data);
  if (!empty) out["paging"] = paging_of(bounds, call.url, call.parameters, call.token.value);
  return out;
}

}  // namespace omnify::sandbox::meta
