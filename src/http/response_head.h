// What every response carries besides what its handler said.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "http/server.h"

namespace omnify::http {

/// A client's own X-Request-Id when it is 8 to 64 harmless characters, else a new one.
[[nodiscard]] std::string request_id(std::string_view given);

/// The peer, or who the trusted proxies say it speaks for: the last address of X-Forwarded-For that is no proxy of
/// ours.
[[nodiscard]] std::string client_address(const std::string& peer, const Headers& headers,
                                         const std::vector<std::string>& trusted_proxies);

/// Request id, security headers, caching default. Fields that the handler set stay.
void add_common_headers(Response& response, const ServerOptions& options, std::string_view request_id, bool is_api);

/// Gives a successful JSON response a weak ETag and turns it into 304 when the client has it already.
void apply_etag(Response& response, std::string_view if_none_match);
/// If-None-Match lists the tag (weak comparison) or is "*".
[[nodiscard]] bool matches_etag(std::string_view if_none_match, std::string_view etag) noexcept;
/// W/"…" over the contents.
[[nodiscard]] std::string weak_etag(std::string_view contents);

/// Status line and fields up to the empty line. Content-Length is that of the body, unless it is an event stream.
[[nodiscard]] std::string print_head(const Response& response, bool keep_alive);

}  // namespace omnify::http
