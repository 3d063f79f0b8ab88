#include "meta/paging.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

#include "crypto/encoding.h"
#include "meta/failure.h"

namespace omnify::sandbox::meta {
namespace {

constexpr std::string_view kCursorEnd = "ZDZD";
constexpr std::int64_t kDefaultLimit = 25;
constexpr std::int64_t kLargestLimit = 1'000'000;  // more than any page may hold

std::string address(std::string_view url, const wire::Fields& parameters, std::string_view token,
                    std::string_view direction, std::string_view cursor) {
  auto text = fmt::format("{}?access_token={}", url, wire::url_encode(token));
  for (const auto& [name, value] : parameters) {
    if (name == "access_token" || name == "after" || name == "before" || name == "appsecret_proof") continue;
    text += fmt::format("&{}={}", wire::url_encode(name), wire::url_encode(value));
  }
  return text + fmt::format("&{}={}", direction, cursor);
}

}  // namespace

std::string encode_cursor(std::uint64_t position) {
  return crypto::base64url_encode(fmt::format("p{}", position), crypto::Base64Padding::absent) +
         std::string(kCursorEnd);
}

std::uint64_t decode_cursor(std::string_view cursor) {
  std::uint64_t position = 0;
  if (cursor.ends_with(kCursorEnd)) {
    cursor.remove_suffix(kCursorEnd.size());
    const auto text = crypto::base64url_decode(cursor, crypto::Base64Padding::absent);
    if (text && text->starts_with('p')) {
      const auto [end, failure] = std::from_chars(text->data() + 1, text->data() + text->size(), position);
      if (failure == std::errc{} && end == text->data() + text->size()) return position;
    }
  }
  throw bad_parameter("Invalid cursors values: the paging cursor is not one that this endpoint returned");
}

boost::json::object paging_of(const PageBounds& bounds, std::string_view url, const wire::Fields& parameters,
                              std::string_view token) {
  const auto before = encode_cursor(bounds.first);
  const auto after = encode_cursor(bounds.behind);
  boost::json::object paging{{"cursors", boost::json::object{{"before", before}, {"after", after}}}};
  if (bounds.has_next) paging["next"] = address(url, parameters, token, "after", after);
  if (bounds.has_previous) paging["previous"] = address(url, parameters, token, "before", before);
  return paging;
}

std::int64_t read_limit(const wire::Fields& parameters) {
  const auto text = wire::find(parameters, "limit");
  if (!text || text->empty()) return kDefaultLimit;
  std::int64_t limit = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (failure != std::errc{} || end != text->data() + text->size() || limit < 1) {
    throw bad_parameter("Param limit must be a positive integer");
  }
  return std::min(limit, kLargestLimit);
}

}  // namespace omnify::sandbox::meta
