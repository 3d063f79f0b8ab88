// The language of the parameter `fields`: "id,name,creative{id,title},ads.limit(50){id}".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omnify::sandbox::meta {

struct Field {
  std::string name;
  std::optional<std::int64_t> limit;
  std::vector<Field> children;
};

/// Throws code 2500 for text that is not of that language.
[[nodiscard]] std::vector<Field> parse_fields(std::string_view text);
/// All fields, nested ones included: what a page of objects costs grows with it.
[[nodiscard]] std::int64_t count_fields(const std::vector<Field>& fields);

}  // namespace omnify::sandbox::meta
