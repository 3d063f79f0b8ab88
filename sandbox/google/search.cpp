#include "google/search.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <numeric>

namespace omnify::sandbox::google {
namespace {

using boost::json::object;

constexpr std::array<std::string_view, 3> kCategories{"PURCHASE", "SUBMIT_LEAD_FORM", "ADD_TO_CART"};
constexpr std::uint32_t kActionCount = 3;

std::string camel_case(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool raise = name[i] == '_' && i + 1 < name.size() && name[i + 1] >= 'a' && name[i + 1] <= 'z';
    if (raise) {
      out += static_cast<char>(name[++i] - 'a' + 'A');
    } else if (name[i] != '_') {
      out += name[i];
    }
  }
  return out;
}

/// The object that holds the last part of a path, made where it is missing.
object& parent_of(object& row, std::string_view& path) {
  object* at = &row;
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
    auto& child = (*at)[camel_case(path.substr(0, dot))];
    if (!child.is_object()) child.emplace_object();
    at = &child.get_object();
    path.remove_prefix(dot + 1);
  }
  return *at;
}

void name_resource(object& row, const Context& context, std::string_view field) {
  const auto root = field.substr(0, field.find('.'));
  if (root == "metrics" || root == "segments") return;
  const auto* name = find_field(std::string(root) + ".resource_name");
  row[camel_case(root)].as_object()["resourceName"] = name->read(context);
  if (!field.starts_with("ad_group_ad.ad.")) return;
  row["adGroupAd"].as_object()["ad"].as_object()["resourceName"] =
      find_field("ad_group_ad.ad.resource_name")->read(context);
}

object render(const Plan& plan, const Context& context) {
  object row;
  for (const auto* field : plan.select) {
    auto value = field->read(context);
    const auto first = field->name;
    // Its message is there even when the field is not set.
    auto path = field->name.substr(0, field->name.find('.') + 1);
    (void)parent_of(row, path);
    if (first.starts_with("ad_group_ad.ad.")) {
      path = "ad_group_ad.ad.";
      (void)parent_of(row, path);
    }
    name_resource(row, context, first);
    if (value.is_null()) continue;
    path = first;
    auto& parent = parent_of(row, path);
    const bool quoted = field->type == Type::int64 && field->name.find("pixel_") == std::string_view::npos;
    if (quoted) value = boost::json::serialize(value);
    parent[camel_case(path)] = std::move(value);
  }
  return row;
}

/// What of a row's figures counts under one conversion category.
Figures only(std::string_view category, const Figures& all) {
  Figures out;
  if (category == "PURCHASE") out.purchases = all.purchases;
  if (category == "SUBMIT_LEAD_FORM") out.leads = all.leads;
  if (category == "ADD_TO_CART") out.carts = all.carts;
  return out;
}

/// The summary has metrics only.
object render_sums(const Plan& plan, const Context& context) {
  Plan metrics = plan;
  std::erase_if(metrics.select, [](const Field* field) { return field->category != Category::metric; });
  return render(metrics, context);
}

/// Walks the entities of a resource and makes the rows of each.
class Scan {
 public:
  Scan(const Plan& plan, const Customer& customer) : plan_(plan), customer_(customer) {
    const auto zone =
        customer.account == nullptr ? std::string_view("Europe/London") : std::string_view(customer.account->time_zone);
    moment_ = market::local_moment(zone, customer.now);
  }

  [[nodiscard]] std::uint32_t entities() const {
    if (plan_.from == Resource::customer) return 1;
    if (plan_.from == Resource::customer_client) {
      return customer_.account != nullptr ? 1 : 1 + static_cast<std::uint32_t>(customer_.world->accounts().size());
    }
    if (customer_.account == nullptr) return 0;
    const auto& account = *customer_.account;
    switch (plan_.from) {
      case Resource::campaign:
      case Resource::campaign_budget:
        return static_cast<std::uint32_t>(account.campaigns.size());
      case Resource::conversion_action:
        return kActionCount;
      case Resource::ad_group_ad:
        return static_cast<std::uint32_t>(account.ads.size());
      default:
        return static_cast<std::uint32_t>(account.ad_sets.size());
    }
  }

  /// The rows of one entity, in the order of days and categories.
  [[nodiscard]] std::vector<Context> rows_of(std::uint32_t entity) {
    std::vector<Context> rows;
    auto context = context_of(entity);
    if (!context || !passes(plan_.attribute_tests, *context)) return rows;
    if (!plan_.counts()) {
      rows.push_back(std::move(*context));
      return rows;
    }
    const auto range = dates(*context);
    if (!plan_.by_date) {
      for (Day day = range.first; day <= range.last; day += std::chrono::days(1))
        context->figures += figures(*context, day);
      emit(*context, rows);
      return rows;
    }
    for (Day day = range.first; day <= range.last; day += std::chrono::days(1)) {
      auto row = *context;
      row.date = day;
      row.figures = figures(row, day);
      emit(row, rows);
    }
    return rows;
  }

 private:
  [[nodiscard]] std::optional<Context> context_of(std::uint32_t entity) const {
    Context context{customer_.world, customer_.account, customer_.manager, customer_.id(), plan_.from,
                    entity,          moment_.today};
    if (plan_.from == Resource::customer_client && customer_.account == nullptr && entity > 0) {
      context.account = &customer_.world->accounts()[entity - 1];
      if (context.account->platform != market::Platform::google) return std::nullopt;
    }
    const bool in_group = plan_.from == Resource::ad_group || plan_.from == Resource::ad_group_ad;
    if (!in_group && plan_.from != Resource::asset_group) return context;
    const auto campaign = campaign_index(context);
    const bool performance_max = is_performance_max(context.account->campaigns[campaign], campaign);
    if (performance_max == in_group) return std::nullopt;
    return context;
  }

  [[nodiscard]] static bool passes(const std::vector<Test>& tests, const Context& context) {
    return std::all_of(tests.begin(), tests.end(),
                       [&](const Test& test) { return test.admits(test.field->read(context)); });
  }

  [[nodiscard]] DateRange dates(const Context& context) const {
    auto range = plan_.dates.value_or(DateRange{context.account->created, moment_.today});
    range.last = std::min(range.last, moment_.today);
    return range;
  }

  /// Drops what the platform drops: rows of a segment whose selected metrics are all zero.
  void emit(const Context& context, std::vector<Context>& rows) const {
    if (!plan_.by_category) {
      if ((!plan_.segmented() || has_value(context)) && passes(plan_.row_tests, context)) rows.push_back(context);
      return;
    }
    for (const auto category : kCategories) {
      auto row = context;
      row.category = category;
      row.figures = only(category, context.figures);
      if (has_value(row) && passes(plan_.row_tests, row)) rows.push_back(row);
    }
  }

  [[nodiscard]] bool has_value(const Context& context) const {
    if (!context.figures.any()) return false;
    bool any_metric = false;
    for (const auto* field : plan_.select) {
      if (field->category != Category::metric) continue;
      any_metric = true;
      const auto value = field->read(context);
      if (compare(value, nullptr) != 0 && compare(value, 0) != 0 && compare(value, 0.0) != 0) return true;
    }
    return !any_metric;
  }

  [[nodiscard]] Figures figures(const Context& context, Day day) {
    const auto& account = *context.account;
    const auto sum_of = [&](std::uint32_t ad_set) {
      Figures sum;
      for (const auto& one : of_ad_set(account, ad_set, day)) sum += one;
      return sum;
    };
    const auto sum_of_campaign = [&](const market::Campaign& campaign) {
      Figures sum;
      if (!market::may_deliver(campaign, day, day)) return sum;
      for (auto i = campaign.first_ad_set; i < campaign.first_ad_set + campaign.ad_set_count; ++i) sum += sum_of(i);
      return sum;
    };
    switch (context.from) {
      case Resource::campaign:
      case Resource::campaign_budget:
        return sum_of_campaign(account.campaigns[context.index]);
      case Resource::ad_group:
      case Resource::asset_group:
        return sum_of(context.index);
      case Resource::ad_group_ad: {
        const auto group = ad_set_index(context);
        return of_ad_set(account, group, day)[context.index - account.ad_sets[group].first_ad];
      }
      default:
        break;
    }
    Figures sum;
    for (const auto& campaign : account.campaigns) sum += sum_of_campaign(campaign);
    return sum;
  }

  /// Sibling ads come one after the other: their days are kept until the next ad set's turn.
  const std::vector<Figures>& of_ad_set(const market::Account& account, std::uint32_t ad_set, Day day) {
    if (plan_.from != Resource::ad_group_ad || ad_set != remembered_set_) remembered_.clear();
    remembered_set_ = ad_set;
    const auto [found, fresh] = remembered_.try_emplace(day);
    const auto& campaign = account.campaigns[account.ad_sets[ad_set].campaign];
    if (fresh && market::may_deliver(campaign, day, day)) {
      found->second = figures_of(*customer_.world, account, ad_set, day, moment_);
    } else if (fresh) {
      found->second.resize(account.ad_sets[ad_set].ad_count);
    }
    return found->second;
  }

  const Plan& plan_;
  const Customer& customer_;
  market::Moment moment_;
  std::map<Day, std::vector<Figures>> remembered_;
  std::uint32_t remembered_set_ = 0;
};

/// Everything, in the order that the query asks for.
std::vector<Context> sorted_rows(const Plan& plan, Scan& scan) {
  std::vector<Context> rows;
  for (std::uint32_t entity = 0; entity < scan.entities(); ++entity) {
    auto some = scan.rows_of(entity);
    std::move(some.begin(), some.end(), std::back_inserter(rows));
  }
  std::vector<std::uint32_t> places(rows.size());
  std::iota(places.begin(), places.end(), 0U);
  std::sort(places.begin(), places.end(), [&](std::uint32_t left, std::uint32_t right) {
    for (const auto& [field, descending] : plan.order) {
      const int result = compare(field->read(rows[left]), field->read(rows[right]));
      if (result != 0) return descending ? result > 0 : result < 0;
    }
    return left < right;
  });
  std::vector<Context> sorted;
  sorted.reserve(rows.size());
  for (const auto place : places) sorted.push_back(std::move(rows[place]));
  return sorted;
}

Page sorted_page(const Plan& plan, Scan& scan, const Position& position, std::size_t size) {
  const auto rows = sorted_rows(plan, scan);
  const auto end = std::min<std::int64_t>(std::ssize(rows), plan.limit.value_or(std::ssize(rows)));
  const auto last = std::min<std::int64_t>(end, position.sent + static_cast<std::int64_t>(size));
  Page page;
  for (auto i = position.sent; i < last; ++i) page.rows.push_back(render(plan, rows[static_cast<std::size_t>(i)]));
  if (last < end) page.next = Position{0, 0, last};
  return page;
}

}  // namespace

Page read_page(const Plan& plan, const Customer& customer, const Position& position, std::size_t size) {
  Scan scan(plan, customer);
  if (!plan.order.empty()) return sorted_page(plan, scan, position, size);
  Page page;
  Position at = position;
  for (; at.entity < scan.entities(); ++at.entity, at.skip = 0) {
    const auto rows = scan.rows_of(at.entity);
    for (std::size_t i = at.skip; i < rows.size(); ++i) {
      if (plan.limit && at.sent >= *plan.limit) return page;
      if (page.rows.size() == size) {
        page.next = Position{at.entity, static_cast<std::uint32_t>(i), at.sent};
        return page;
      }
      page.rows.push_back(render(plan, rows[i]));
      ++at.sent;
    }
  }
  return page;
}

Summary summarise(const Plan& plan, const Customer& customer) {
  Scan scan(plan, customer);
  Summary out;
  Context sum{customer.world, customer.account, customer.manager, customer.id(), plan.from, 0, Day{}};
  for (std::uint32_t entity = 0; entity < scan.entities(); ++entity) {
    for (const auto& row : scan.rows_of(entity)) {
      if (plan.limit && out.rows >= *plan.limit) break;
      sum.figures += row.figures;
      ++out.rows;
    }
  }
  if (plan.has_metrics) out.row = render_sums(plan, sum);
  return out;
}

std::string field_mask(const Plan& plan) {
  std::string out;
  for (const auto* field : plan.select) {
    if (!out.empty()) out += ',';
    std::string_view path = field->name;
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
      out += camel_case(path.substr(0, dot)) + '.';
      path.remove_prefix(dot + 1);
    }
    out += camel_case(path);
  }
  return out;
}

}  // namespace omnify::sandbox::google
