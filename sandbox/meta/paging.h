// Cursor paging: opaque cursors, and absolute addresses that repeat every parameter including the token.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/message.h"

namespace omnify::sandbox::meta {

[[nodiscard]] std::string encode_cursor(std::uint64_t position);
/// Throws 100 for what this façade never gave out.
[[nodiscard]] std::uint64_t decode_cursor(std::string_view cursor);

/// Positions count from 0: of the page's first entry, and behind its last one.
struct PageBounds {
  std::uint64_t first = 0;
  std::uint64_t behind = 0;
  bool has_previous = false;
  bool has_next = false;
};

[[nodiscard]] boost::json::object paging_of(const PageBounds& bounds, std::string_view url,
                                            const wire::Fields& parameters, std::string_view token);

/// The parameter `limit`: the default of 25 without it; throws 100 unless it is a positive number.
[[nodiscard]] std::int64_t read_limit(const wire::Fields& parameters);

}  // namespace omnify::sandbox::meta
