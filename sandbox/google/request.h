// Requests of the Google Ads API over REST: path, body, page token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "google/search.h"
#include "wire/message.h"

namespace omnify::sandbox::google {

enum class Method { list_customers, search, search_stream };

/// "/v25/customers/123/googleAds:search".
struct Route {
  std::string version;
  Method method = Method::search;
  std::string customer;  ///< as in the path
};

/// Nothing for a path that does not exist or has another HTTP method.
[[nodiscard]] std::optional<Route> parse_route(const wire::Request& request);
/// Throws Failure unless the emulator speaks the version (v23 to v26).
void check_version(std::string_view version);

struct SearchRequest {
  std::string query;
  std::string page_token;
  bool validate_only = false;
  bool omit_results = false;
  bool summary_row = false;
  bool total_count = false;
};

/// Names in camelCase or snake_case. Throws Failure for a member that the message does not have.
[[nodiscard]] SearchRequest parse_search(std::string_view body, bool stream);

/// Opaque to clients; only for the same customer and query.
[[nodiscard]] std::string encode_page_token(const Position& position, std::string_view scope, Instant now);
/// Throws Failure with INVALID_PAGE_TOKEN, or EXPIRED_PAGE_TOKEN after two hours.
[[nodiscard]] Position decode_page_token(std::string_view token, std::string_view scope, Instant now);

}  // namespace omnify::sandbox::google
