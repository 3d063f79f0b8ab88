// Opaque cursors: where a page ended, and how many objects came before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "graphql/execute.h"

namespace omnify::sandbox::shopify {

/// A list ends after so many objects: what lies behind must be asked for by a narrower search.
inline constexpr std::int64_t kMostObjects = 25'000;

struct Cursor {
  std::int64_t value = 0;  ///< what the list is sorted by; microseconds of a time
  std::uint64_t id = 0;
  std::int64_t depth = 0;  ///< objects up to and including this one
  friend bool operator==(const Cursor& left, const Cursor& right) noexcept {
    return left.value == right.value && left.id == right.id;
  }
  friend auto operator<=>(const Cursor& left, const Cursor& right) noexcept {
    return left.value != right.value ? left.value <=> right.value : left.id <=> right.id;
  }
};
[[nodiscard]] std::string write_cursor(const Cursor& cursor);
/// Throws for a text that is no cursor.
[[nodiscard]] std::optional<Cursor> read_cursor(const graphql::Call& call, std::string_view argument);

/// Which part of a list in ascending order a call asks for.
struct Window {
  std::optional<Cursor> low;   ///< only what lies behind it
  std::optional<Cursor> high;  ///< only what lies before it
  bool upwards = true;         ///< read from the low end
  bool flipped = false;        ///< shown in the other order than it was read
  std::size_t size = 0;
  std::int64_t depth = 0;  ///< objects that came on pages before
};
/// Throws when the list's depth is used up.
[[nodiscard]] Window read_window(const graphql::Call& call, bool bulk);
/// The page of what was read within a window: one more than its size tells that there is more.
[[nodiscard]] graphql::Connection make_page(const Window& window, const graphql::Call& call,
                                            std::vector<std::pair<Cursor, graphql::SourcePtr>> found);

}  // namespace omnify::sandbox::shopify
