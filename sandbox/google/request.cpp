#include "google/request.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "google/failure.h"

namespace omnify::sandbox::google {
namespace {

constexpr int kOldestVersion = 23;
constexpr int kNewestVersion = 26;
constexpr std::chrono::hours kTokenLife{2};
constexpr auto kNoPadding = crypto::Base64Padding::absent;

std::string snake_case(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      out += '_';
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      out += c;
    }
  }
  return out;
}

bool flag(std::string_view name, const boost::json::value& value) {
  if (const auto* given = value.if_bool()) return *given;
  throw Failure(400, "INVALID_ARGUMENT", fmt::format("Invalid value at '{}' (TYPE_BOOL)", name));
}

std::string text(std::string_view name, const boost::json::value& value) {
  if (const auto* given = value.if_string()) return std::string(*given);
  throw Failure(400, "INVALID_ARGUMENT", fmt::format("Invalid value at '{}' (TYPE_STRING)", name));
}

void read_settings(const boost::json::value& value, SearchRequest& request) {
  if (!value.is_object()) throw Failure(400, "INVALID_ARGUMENT", "Invalid value at 'search_settings'");
  for (const auto& [key, member] : value.get_object()) {
    const auto name = snake_case(key);
    if (name == "omit_results") {
      request.omit_results = flag(name, member);
    } else if (name == "return_summary_row") {
      request.summary_row = flag(name, member);
    } else if (name == "return_total_results_count") {
      request.total_count = flag(name, member);
    } else {
      throw unknown_name(key, false);
    }
  }
}

void read_summary_setting(const boost::json::value& value, SearchRequest& request) {
  const auto setting = text("summary_row_setting", value);
  if (setting == "SUMMARY_ROW_ONLY") request.omit_results = true;
  if (setting == "SUMMARY_ROW_ONLY" || setting == "SUMMARY_ROW_WITH_RESULTS") {
    request.summary_row = true;
  } else if (setting != "NO_SUMMARY_ROW" && setting != "UNSPECIFIED") {
    throw Failure(400, "INVALID_ARGUMENT", fmt::format("Invalid value at 'summary_row_setting': \"{}\"", setting));
  }
}

void read_member(std::string_view key, const boost::json::value& value, bool stream, SearchRequest& request) {
  const auto name = snake_case(key);
  if (name == "customer_id") return;  // the path's counts
  if (name == "query") {
    request.query = text(name, value);
  } else if (stream && name == "summary_row_setting") {
    read_summary_setting(value, request);
  } else if (!stream && name == "page_token") {
    request.page_token = text(name, value);
  } else if (!stream && name == "validate_only") {
    request.validate_only = flag(name, value);
  } else if (!stream && name == "search_settings") {
    read_settings(value, request);
  } else if (!stream && name == "page_size") {
    throw invalid(
        "requestError", "PAGE_SIZE_NOT_SUPPORTED",
        "Setting the page size is not supported. Search Responses will have fixed page size of '10000' rows.");
  } else {
    throw unknown_name(key, false);
  }
}

std::string scope_digest(std::string_view scope) { return crypto::sha256_hex(scope).substr(0, 16); }

}  // namespace

std::optional<Route> parse_route(const wire::Request& request) {
  std::string_view path = request.path;
  if (!path.starts_with("/v")) return std::nullopt;
  path.remove_prefix(1);
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  Route route;
  route.version = path.substr(0, slash);
  path.remove_prefix(slash + 1);
  if (path == "customers:listAccessibleCustomers") {
    route.method = Method::list_customers;
    return request.method == "GET" ? std::optional(route) : std::nullopt;
  }
  constexpr std::string_view kCustomers = "customers/";
  if (request.method != "POST" || !path.starts_with(kCustomers)) return std::nullopt;
  path.remove_prefix(kCustomers.size());
  const auto end = path.find('/');
  if (end == std::string_view::npos) return std::nullopt;
  route.customer = path.substr(0, end);
  path.remove_prefix(end + 1);
  if (path == "googleAds:searchStream") {
    route.method = Method::search_stream;
  } else if (path != "googleAds:search") {
    return std::nullopt;
  }
  return route;
}

void check_version(std::string_view version) {
  int number = 0;
  const auto [end, failure] = std::from_chars(version.data() + 1, version.data() + version.size(), number);
  const bool known = failure == std::errc{} && end == version.data() + version.size() && number <= kNewestVersion;
  if (known && number >= kOldestVersion) return;
  throw invalid("requestError", "UNSUPPORTED_VERSION",
                fmt::format("Version {} is deprecated. Requests to this version will be blocked.", version));
}

SearchRequest parse_search(std::string_view body, bool stream) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(body, failure);
  if (failure || !document.is_object()) {
    throw Failure(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Unexpected token.");
  }
  SearchRequest request;
  for (const auto& [name, value] : document.get_object()) read_member(name, value, stream, request);
  if (request.query.empty())
    throw invalid("requestError", "REQUIRED_FIELD_MISSING", "Required field was not specified");
  return request;
}

std::string encode_page_token(const Position& position, std::string_view scope, Instant now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  return crypto::base64url_encode(
      fmt::format("{} {} {} {} {}", position.entity, position.skip, position.sent, seconds, scope_digest(scope)),
      kNoPadding);
}

Position decode_page_token(std::string_view token, std::string_view scope, Instant now) {
  const auto refused = [] { return invalid("requestError", "INVALID_PAGE_TOKEN", "Page token is invalid."); };
  const auto decoded = crypto::base64url_decode(token, kNoPadding);
  if (!decoded) throw refused();
  Position position;
  std::int64_t issued = 0;
  const char* at = decoded->data();
  const char* const end = at + decoded->size();
  const auto read = [&](auto& number) {
    const auto [stop, failure] = std::from_chars(at, end, number);
    if (failure != std::errc{} || stop == end || *stop != ' ') throw refused();
    at = stop + 1;
  };
  read(position.entity);
  read(position.skip);
  read(position.sent);
  read(issued);
  if (std::string_view(at, end) != scope_digest(scope)) throw refused();
  if (now - Instant{std::chrono::seconds(issued)} > kTokenLife) {
    throw invalid("requestError", "EXPIRED_PAGE_TOKEN", "Page token has expired.");
  }
  return position;
}

}  // namespace omnify::sandbox::google
