#include "google/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "google/dates.h"
#include "google/failure.h"

namespace omnify::sandbox::google {
namespace {

constexpr std::string_view kDate = "segments.date";
constexpr std::string_view kCategory = "segments.conversion_action_category";

const Field& known_field(std::string_view name) {
  const auto* field = find_field(name);
  if (field == nullptr) {
    throw query_error("UNRECOGNIZED_FIELD", fmt::format("Unrecognized field in the query: '{}'.", name));
  }
  return *field;
}

std::string_view prohibition(Category category, bool in_where) {
  if (category == Category::metric) return "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE";
  if (category == Category::segment) return "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE";
  return in_where ? "PROHIBITED_RESOURCE_TYPE_IN_WHERE_CLAUSE" : "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE";
}

const Field& selectable_field(std::string_view name, const Query& query, Resource from, bool in_where) {
  const auto& field = known_field(name);
  if (!selectable(field, from)) {
    throw query_error(prohibition(field.category, in_where),
                      fmt::format("Cannot use '{}' with the resource '{}' in the FROM clause.", name, query.from));
  }
  return field;
}

bool holds_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_ordered(Operator op) {
  return op == Operator::less || op == Operator::less_equal || op == Operator::greater ||
         op == Operator::greater_equal || op == Operator::between;
}

void check_operator(const Field& field, Operator op) {
  const bool pattern = op == Operator::like || op == Operator::not_like;
  const bool numeric = field.type == Type::int64 || field.type == Type::number;
  const bool fits = field.type != Type::list && op != Operator::during && (!pattern || field.type == Type::text) &&
                    (!is_ordered(op) || numeric || field.type == Type::text);
  if (!fits) {
    throw query_error("OPERATOR_FIELD_MISMATCH", fmt::format("The operator cannot be used with '{}'.", field.name));
  }
}

void check_value(const Field& field, std::string_view value) {
  if (field.type == Type::enumeration && !holds_word(field.constants, value)) {
    throw query_error("BAD_ENUM_CONSTANT",
                      fmt::format("Invalid enum value cannot be included in WHERE clause: '{}'.", value));
  }
  if ((field.type == Type::int64 || field.type == Type::number) && !parse_number(value)) {
    throw query_error("BAD_NUMBER", fmt::format("Bad number for '{}': {}.", field.name, value));
  }
  if (field.type == Type::boolean && value != "TRUE" && value != "FALSE" && value != "true" && value != "false") {
    throw query_error("BAD_VALUE", fmt::format("Bad value for '{}': {}.", field.name, value));
  }
}

std::optional<double> number_of(const boost::json::value& value) {
  if (const auto* number = value.if_int64()) return static_cast<double>(*number);
  if (const auto* number = value.if_uint64()) return static_cast<double>(*number);
  if (const auto* number = value.if_double()) return *number;
  return std::nullopt;
}

/// The value of a row as a condition writes it.
std::string text_of(const boost::json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  return boost::json::serialize(value);
}

/// % is any run of characters, _ any single one.
bool like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '%') {
    return like(text, pattern.substr(1)) || (!text.empty() && like(text.substr(1), pattern));
  }
  if (text.empty() || (pattern.front() != '_' && pattern.front() != text.front())) return false;
  return like(text.substr(1), pattern.substr(1));
}

/// Ids have more digits than a double: equality goes by text.
bool equal(const boost::json::value& value, std::string_view wanted) {
  if (const auto* flag = value.if_bool()) return *flag == (wanted == "TRUE" || wanted == "true");
  if (value.is_double()) return number_of(value) == parse_number(wanted);
  return text_of(value) == wanted;
}

int order_of(const boost::json::value& value, std::string_view wanted) {
  if (const auto number = number_of(value)) {
    const double other = parse_number(wanted).value_or(0);
    return *number < other ? -1 : *number > other ? 1 : 0;
  }
  return text_of(value).compare(wanted);
}

/// The conditions, sorted by when they can be decided.
class Filters {
 public:
  Filters(const Query& query, Plan& plan, Day today) : query_(query), plan_(plan), today_(today) {}

  void read() {
    for (const auto& condition : query_.where) {
      const auto& field = selectable_field(condition.field, query_, plan_.from, true);
      if (field.name == kDate) {
        narrow(condition, today_, first_, last_);
      } else {
        add(field, condition);
      }
    }
    if (plan_.by_date || first_ || last_) plan_.dates = finite_range(first_, last_, today_);
  }

 private:
  void add(const Field& field, const Condition& condition) {
    check_operator(field, condition.op);
    for (const auto& value : condition.values) check_value(field, value);
    if (field.category == Category::segment &&
        std::find(plan_.select.begin(), plan_.select.end(), &field) == plan_.select.end()) {
      throw query_error("EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
                        fmt::format("The following field must be present in SELECT clause: '{}'.", field.name));
    }
    if (field.category == Category::metric) plan_.has_metrics = true;
    auto& list = field.category == Category::attribute ? plan_.attribute_tests : plan_.row_tests;
    list.push_back({&field, condition.op, condition.values});
  }

  const Query& query_;
  Plan& plan_;
  Day today_;
  std::optional<Day> first_;
  std::optional<Day> last_;
};

void read_order(const Query& query, Plan& plan) {
  for (const auto& ordering : query.order) {
    const auto& field = selectable_field(ordering.field, query, plan.from, false);
    if (field.type == Type::list) {
      throw query_error("PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE", fmt::format("Cannot order by '{}'.", field.name));
    }
    if (std::find(plan.select.begin(), plan.select.end(), &field) == plan.select.end()) {
      throw query_error("EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
                        fmt::format("The following field must be present in SELECT clause: '{}'.", field.name));
    }
    plan.order.emplace_back(&field, ordering.descending);
  }
}

void check_combination(const Plan& plan) {
  if (!plan.by_category) return;
  const auto check = [](const Field& field) {
    if (field.category != Category::metric || field.of_conversions) return;
    throw query_error("PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
                      fmt::format("Cannot select or filter on the following segments: '{}', since segment is "
                                  "incompatible with the metric '{}'.",
                                  kCategory, field.name));
  };
  for (const auto* field : plan.select) check(*field);
  for (const auto& test : plan.row_tests) check(*test.field);
}

}  // namespace

bool Test::admits(const boost::json::value& value) const {
  const auto listed = [&] {
    return std::any_of(values.begin(), values.end(), [&](const auto& one) { return equal(value, one); });
  };
  const bool missing = value.is_null();
  switch (op) {
    case Operator::equal:
    case Operator::in:
      return !missing && listed();
    case Operator::not_equal:
    case Operator::not_in:
      return missing || !listed();
    case Operator::like:
      return !missing && like(text_of(value), values.front());
    case Operator::not_like:
      return missing || !like(text_of(value), values.front());
    case Operator::less:
      return !missing && order_of(value, values.front()) < 0;
    case Operator::less_equal:
      return !missing && order_of(value, values.front()) <= 0;
    case Operator::greater:
      return !missing && order_of(value, values.front()) > 0;
    case Operator::greater_equal:
      return !missing && order_of(value, values.front()) >= 0;
    case Operator::between:
      return !missing && order_of(value, values.front()) >= 0 && order_of(value, values.back()) <= 0;
    case Operator::is_null:
      return missing;
    case Operator::is_not_null:
      return !missing;
    case Operator::during:
      break;
  }
  return false;
}

Plan make_plan(const Query& query, bool of_manager, Day today) {
  Plan plan;
  const auto from = parse_resource(query.from);
  if (!from) {
    throw query_error("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE",
                      fmt::format("Error in query: '{}' is not a valid resource name.", query.from));
  }
  plan.from = *from;
  plan.limit = query.limit;
  for (const auto& name : query.select) {
    const auto& field = selectable_field(name, query, *from, false);
    if (std::find(plan.select.begin(), plan.select.end(), &field) != plan.select.end()) continue;
    plan.select.push_back(&field);
    plan.has_metrics = plan.has_metrics || field.category == Category::metric;
    plan.by_date = plan.by_date || field.name == kDate;
    plan.by_category = plan.by_category || field.name == kCategory;
  }
  Filters(query, plan, today).read();
  read_order(query, plan);
  check_combination(plan);
  if (of_manager && plan.counts()) {
    throw query_error("REQUESTED_METRICS_FOR_MANAGER",
                      "Metrics cannot be requested for a manager account. To retrieve metrics, issue separate requests "
                      "against each client account under the manager account.");
  }
  return plan;
}

int compare(const boost::json::value& left, const boost::json::value& right) {
  if (left.is_null() || right.is_null()) return static_cast<int>(!left.is_null()) - static_cast<int>(!right.is_null());
  const auto sign = [](auto a, auto b) { return a < b ? -1 : b < a ? 1 : 0; };
  if (left.is_int64() && right.is_int64()) return sign(left.as_int64(), right.as_int64());
  if (left.is_uint64() && right.is_uint64()) return sign(left.as_uint64(), right.as_uint64());
  const auto a = number_of(left);
  const auto b = number_of(right);
  if (a && b) return sign(*a, *b);
  return sign(text_of(left), text_of(right));
}

}  // namespace omnify::sandbox::google
