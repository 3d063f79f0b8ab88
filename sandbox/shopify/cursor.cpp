#include "shopify/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "crypto/encoding.h"
#include "graphql/failure.h"

namespace omnify::sandbox::shopify {
namespace {

constexpr std::size_t kBulkPage = 250;

}  // namespace

std::string write_cursor(const Cursor& cursor) {
  return crypto::base64url_encode(fmt::format("{}|{}|{}", cursor.value, cursor.id, cursor.depth),
                                  crypto::Base64Padding::required);
}

std::optional<Cursor> read_cursor(const graphql::Call& call, std::string_view argument) {
  const auto text = call.text(argument);
  if (text.empty()) return std::nullopt;
  const auto plain = crypto::base64url_decode(text, crypto::Base64Padding::required).value_or("");
  Cursor cursor;
  const char* at = plain.data();
  const char* const end = at + plain.size();
  const auto read = [&](auto& number) {
    const auto [next, failure] = std::from_chars(at, end, number);
    const bool good = failure == std::errc{} && (next == end || *next == '|');
    at = good && next != end ? next + 1 : next;
    return good;
  };
  if (!read(cursor.value) || !read(cursor.id) || !read(cursor.depth) || at != end) {
    throw graphql::Failure(fmt::format("Invalid cursor for current pagination sort: {}", argument), "BAD_REQUEST");
  }
  return cursor;
}

Window read_window(const graphql::Call& call, bool bulk) {
  Window window;
  const bool reverse = call.flag("reverse");
  const auto after = read_cursor(call, "after");
  const auto before = read_cursor(call, "before");
  const bool last = call.integer("last").has_value();
  window.low = reverse ? before : after;
  window.high = reverse ? after : before;
  window.upwards = reverse == last;
  window.flipped = last;
  window.size =
      bulk ? kBulkPage : static_cast<std::size_t>(call.integer("first").value_or(call.integer("last").value_or(0)));
  if (after && !last) window.depth = after->depth;
  if (!bulk && window.depth + static_cast<std::int64_t>(window.size) > kMostObjects) {
    throw graphql::Failure(
        fmt::format("Pagination is limited to the first {} objects. Narrow the query to read more.", kMostObjects),
        "BAD_REQUEST");
  }
  return window;
}

graphql::Connection make_page(const Window& window, const graphql::Call& call,
                              std::vector<std::pair<Cursor, graphql::SourcePtr>> found) {
  graphql::Connection page;
  const bool more = found.size() > window.size;
  if (more) found.resize(window.size);
  if (window.flipped) std::ranges::reverse(found);
  std::int64_t depth = window.depth;
  for (auto& [cursor, source] : found) {
    cursor.depth = ++depth;
    page.cursors.push_back(write_cursor(cursor));
    page.nodes.push_back(std::move(source));
  }
  const bool after = !call.text("after").empty();
  const bool before = !call.text("before").empty();
  page.has_next = window.flipped ? before : more;
  page.has_previous = window.flipped ? more : after;
  return page;
}

}  // namespace omnify::sandbox::shopify
