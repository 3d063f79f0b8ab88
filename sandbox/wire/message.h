// HTTP as the façades see it: requests and replies as plain values, and what may go wrong on purpose while replying.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace omnify::sandbox::wire {

/// Decoded names and values in their order.
using Fields = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] std::optional<std::string_view> find(const Fields& fields, std::string_view name) noexcept;
/// application/x-www-form-urlencoded. A broken escape stays as it is.
[[nodiscard]] Fields parse_form(std::string_view text);
[[nodiscard]] std::string url_encode(std::string_view text);

struct Request {
  std::string method;  ///< "GET"
  std::string path;    ///< as sent, without the query
  Fields query;
  Fields headers;  ///< names in lower case
  std::string body = {};
  std::string base_url;  ///< how the client reached us: "http://127.0.0.1:8099"
};

/// How the reply ends: as it should, in the middle of its body, or without a byte.
enum class Ending { whole, truncated, reset };

struct Reply {
  int status = 200;
  Fields headers = {};
  std::string body = {};
  std::string content_type = "application/json; charset=UTF-8";
  std::chrono::milliseconds delay{0};
  Ending ending = Ending::whole;
  std::string file = {};  ///< path of a file to send instead of `body`, piece by piece
};

}  // namespace omnify::sandbox::wire
