#include "tiktok/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "tiktok/failure.h"

namespace omnify::sandbox::tiktok {
namespace {

constexpr std::int64_t kLargestPage = 1000;

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

wire::Fields fields_of(const wire::Request& request) {
  if (request.method == "GET") return request.query;
  const auto type = wire::find(request.headers, "content-type").value_or("");
  if (type.starts_with("application/x-www-form-urlencoded")) return wire::parse_form(request.body);
  boost::system::error_code failure;
  const auto document = boost::json::parse(request.body, failure);
  if (failure || !document.is_object()) throw Failure(40002, "Invalid JSON body.");
  wire::Fields fields;
  for (const auto& [name, value] : document.get_object()) {
    if (value.is_null()) continue;
    fields.emplace_back(name, value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value));
  }
  return fields;
}

}  // namespace

std::int64_t Page::first(std::int64_t total) const noexcept { return std::min((number - 1) * size, total); }
std::int64_t Page::behind(std::int64_t total) const noexcept { return std::min(number * size, total); }

boost::json::object page_info(const Page& page, std::int64_t total) {
  return {{"page", page.number},
          {"page_size", page.size},
          {"total_number", total},
          {"total_page", (total + page.size - 1) / page.size}};
}

Parameters::Parameters(const wire::Request& request, std::initializer_list<std::string_view> known)
    : fields_(fields_of(request)) {
  for (const auto& [name, value] : fields_) {
    if (std::ranges::find(known, name) == known.end()) throw invalid(name, "Unknown field.");
  }
}

std::string_view Parameters::required(std::string_view name) const {
  const auto text = find(name).value_or("");
  if (text.empty()) throw invalid(name, "Missing data for required field.");
  return text;
}

std::optional<boost::json::value> Parameters::document(std::string_view name) const {
  const auto text = find(name);
  if (!text) return std::nullopt;
  boost::system::error_code failure;
  auto value = boost::json::parse(*text, failure);
  if (failure || (!value.is_array() && !value.is_object())) throw invalid(name, "Not a valid JSON list or object.");
  return value;
}

std::optional<std::vector<std::string>> Parameters::list(std::string_view name) const {
  const auto value = document(name);
  if (!value) return std::nullopt;
  auto strings = strings_of(*value);
  if (!strings) throw invalid(name, "Not a valid list.");
  return strings;
}

bool Parameters::flag(std::string_view name) const {
  expect(name, {"true", "false"});
  return find(name) == "true";
}

std::int64_t Parameters::integer(std::string_view name, std::int64_t otherwise) const {
  const auto text = find(name);
  if (!text) return otherwise;
  const auto value = parse_number<std::int64_t>(*text);
  if (!value) throw invalid(name, "Not a valid integer.");
  return *value;
}

Page Parameters::page() const {
  Page page;
  page.number = integer("page", page.number);
  page.size = integer("page_size", page.size);
  if (page.number < 1 || page.number > 1'000'000) throw invalid("page", "Must be greater than or equal to 1.");
  if (page.size < 1 || page.size > kLargestPage) {
    throw invalid("page_size", fmt::format("Must be between 1 and {}.", kLargestPage));
  }
  return page;
}

void Parameters::expect(std::string_view name, std::initializer_list<std::string_view> choices) const {
  const auto text = find(name);
  if (!text || std::ranges::find(choices, *text) != choices.end()) return;
  throw invalid(name, fmt::format("Must be one of: {}.", fmt::join(choices, ", ")));
}

std::optional<std::vector<std::string>> strings_of(const boost::json::value& value) {
  const auto* array = value.if_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> strings;
  for (const auto& item : *array) {
    if (!item.is_string()) return std::nullopt;
    strings.emplace_back(item.get_string());
  }
  return strings;
}

std::optional<std::uint64_t> parse_id(std::string_view text) { return parse_number<std::uint64_t>(text); }

}  // namespace omnify::sandbox::tiktok
