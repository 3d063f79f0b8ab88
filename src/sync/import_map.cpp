#include "sync/import_map.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/json.h"

namespace omnify::sync {
namespace {

using platforms::csv::Field;

struct Pair {
  std::string left;
  std::string right;
};

[[noreturn]] void refuse(std::string_view option, std::string detail) {
  throw Error::field(std::string(option), std::move(detail));
}

/// Up to one of `ends`, which is left in place; quotation marks protect it.
std::string take_text(std::string_view& rest, std::string_view ends, std::string_view option) {
  std::string out;
  if (!rest.starts_with('"')) {
    const auto end = std::min(rest.find_first_of(ends), rest.size());
    out = rest.substr(0, end);
    rest.remove_prefix(end);
    return out;
  }
  rest.remove_prefix(1);
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '"') {
      out += c;
    } else if (rest.starts_with('"')) {
      out += c;
      rest.remove_prefix(1);
    } else {
      return out;
    }
  }
  refuse(option, "A quotation mark is opened but never closed.");
}

std::vector<Pair> split_pairs(std::string_view text, std::string_view option) {
  std::vector<Pair> pairs;
  while (!text.empty()) {
    Pair pair;
    pair.left = take_text(text, "=,", option);
    if (!text.starts_with('='))
      refuse(option, fmt::format("“{}” has no equals sign: write column=field, with commas between them.", pair.left));
    text.remove_prefix(1);
    pair.right = take_text(text, ",", option);
    if (!text.empty() && text.front() != ',') refuse(option, "A comma is expected after a closing quotation mark.");
    if (!text.empty()) text.remove_prefix(1);
    if (pair.left.empty() || pair.right.empty()) refuse(option, "Both sides of an equals sign need a text.");
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

Field parse_field(const std::string& name, std::string_view option) {
  const auto field = json::enum_value<Field>(name);
  if (!field)
    refuse(option, fmt::format("There is no field “{}”. The fields are: {}.", name, json::enum_choices<Field>()));
  return *field;
}

bool same_letters(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c; };
  return std::ranges::equal(left, right, {}, lower, lower);
}

const std::string* find_column(const std::vector<std::string>& columns, const std::string& name) {
  if (const auto exact = std::ranges::find(columns, name); exact != columns.end()) return &*exact;
  const auto same = [&name](const std::string& column) { return same_letters(column, name); };
  const auto found = std::ranges::find_if(columns, same);
  if (found == columns.end() || std::find_if(found + 1, columns.end(), same) != columns.end()) return nullptr;
  return &*found;
}

std::string list(const std::vector<std::string>& columns) {
  std::string out;
  for (const auto& column : columns) out += (out.empty() ? "" : ", ") + column;
  return out;
}

void add_constant(ImportOptions& options, Field field, std::string value, std::string_view option) {
  const std::string name(json::enum_name(field));
  if (!options.constants.emplace(name, std::move(value)).second)
    refuse(option, fmt::format("The {} is given twice.", name));
}

}  // namespace

ImportOptions parse_import_map(std::string_view map, std::string_view set, const std::vector<std::string>& columns) {
  ImportOptions options;
  for (auto& [left, right] : split_pairs(map, "map")) {
    const auto field = parse_field(right, "map");
    if (const auto* column = find_column(columns, left)) {
      options.mapping.push_back({.column = *column, .field = field});
    } else if (field == Field::year || field == Field::currency || field == Field::platform) {
      add_constant(options, field, std::move(left), "map");
    } else {
      refuse("map", fmt::format("The file has no column “{}”. Its columns are: {}.", left, list(columns)));
    }
  }
  for (auto& [left, right] : split_pairs(set, "set"))
    add_constant(options, parse_field(left, "set"), std::move(right), "set");
  return options;
}

}  // namespace omnify::sync
