#include "metrics/campaign_list.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "crypto/encoding.h"
#include "metrics/service.h"

namespace omnify::metrics {
namespace {

constexpr std::size_t kLongestSearch = 200;
constexpr std::size_t kLongestCursor = 4096;

/// Length of the UTF-8 sequence that `lead` starts; 0 when it starts none (Unicode 15, table 3-7, without surrogates
/// and overlong forms, which PostgreSQL refuses as well).
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

bool second_byte_fits(unsigned char lead, unsigned char second) {
  if (lead == 0xe0) return second >= 0xa0;
  if (lead == 0xed) return second <= 0x9f;
  if (lead == 0xf0) return second >= 0x90;
  if (lead == 0xf4) return second <= 0x8f;
  return true;
}

bool is_plain_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const auto length = sequence_length(lead);
    if (length == 0 || i + length > text.size() || lead < 0x20 || lead == 0x7f) return false;
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80 || (k == 1 && !second_byte_fits(lead, next))) return false;
    }
    i += length;
  }
  return true;
}

[[noreturn]] void refuse_cursor() {
  throw Error::field("cursor", "This is not the next_cursor of a page in this order. Start again without it.");
}

Cursor decode(std::string_view text) {
  if (text.size() > kLongestCursor) refuse_cursor();
  const auto bytes = crypto::base64url_decode(text, crypto::Base64Padding::absent);
  if (!bytes) refuse_cursor();
  Cursor cursor;
  try {
    cursor = json::parse<Cursor>(*bytes);
  } catch (const Error&) {
    refuse_cursor();
  }
  if (cursor.key && !std::isfinite(std::bit_cast<double>(*cursor.key))) refuse_cursor();
  if (cursor.label && !is_plain_text(*cursor.label)) refuse_cursor();
  if (cursor.label.has_value() != (cursor.sort == CampaignSort::name)) refuse_cursor();
  return cursor;
}

}  // namespace

std::string search_pattern(std::string_view text) {
  if (text.size() > kLongestSearch || !is_plain_text(text))
    throw Error::field("search", fmt::format("A search has at most {} bytes of plain text.", kLongestSearch));
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

std::string encode(const Cursor& cursor) {
  return crypto::base64url_encode(json::print(cursor), crypto::Base64Padding::absent);
}

ListOrder checked_order(const CampaignQuery& query) {
  ListOrder order;
  order.sort = query.sort.value_or(CampaignSort::spend);
  const bool words = order.sort == CampaignSort::name || order.sort == CampaignSort::status;
  order.direction = query.direction.value_or(words ? SortDirection::asc : SortDirection::desc);
  order.limit = query.limit.value_or(order.limit);
  if (order.limit < 1 || order.limit > kMostCampaigns)
    throw Error::field("limit", fmt::format("A page has 1 to {} campaigns.", kMostCampaigns));
  if (!query.cursor) return order;
  const auto cursor = decode(*query.cursor);
  if (cursor.sort != order.sort || cursor.direction != order.direction) refuse_cursor();
  if (cursor.key) order.after_key = std::bit_cast<double>(*cursor.key);
  order.after_label = cursor.label;
  order.after_id = cursor.id;
  return order;
}

}  // namespace omnify::metrics
