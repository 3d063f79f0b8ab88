// HTTP requests and responses as plain values. Nothing here knows a socket, Beast or JSON.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/task.h"
#include "base/error.h"

namespace omnify::http {

class EventStream;

enum class Method {
  get,
  head,
  post,
  put,
  patch,
  delete_,  // NOLINT(readability-identifier-naming): the name itself is a keyword
  options,
};
[[nodiscard]] std::string_view to_string(Method method) noexcept;  ///< "GET"
[[nodiscard]] std::optional<Method> parse_method(std::string_view text) noexcept;
/// GET, HEAD and OPTIONS never change state.
[[nodiscard]] bool is_safe(Method method) noexcept;

[[nodiscard]] bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept;

/// Header fields in their order; names compare without case, a name may occur several times.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The first value of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// The first value, or nothing as "".
  [[nodiscard]] std::string_view value(std::string_view name) const noexcept { return find(name).value_or(""); }
  [[nodiscard]] bool contains(std::string_view name) const noexcept { return find(name).has_value(); }
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;

  /// Appends: for Set-Cookie and its kind. Control characters in `value` throw Error{internal}: they would forge a
  /// header of their own.
  void add(std::string name, std::string value);
  /// Replaces every field of that name.
  void set(std::string name, std::string value);
  void remove(std::string_view name);

  [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
  [[nodiscard]] auto end() const noexcept { return fields_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

/// Decoded names and values of a query string or a form body, in their order. Names compare exactly.
class Parameters {
 public:
  using Item = std::pair<std::string, std::string>;

  Parameters() = default;
  Parameters(std::initializer_list<Item> items) : items_(items) {}
  /// application/x-www-form-urlencoded; throws Error{invalid_request} for a broken percent escape.
  [[nodiscard]] static Parameters parse(std::string_view text);

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
  [[nodiscard]] std::string_view value(std::string_view name) const noexcept { return find(name).value_or(""); }
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const noexcept { return find(name).has_value(); }
  void add(std::string name, std::string value) { items_.emplace_back(std::move(name), std::move(value)); }

  [[nodiscard]] auto begin() const noexcept { return items_.begin(); }
  [[nodiscard]] auto end() const noexcept { return items_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }

 private:
  std::vector<Item> items_;
};

/// The body of a streaming route, while it arrives. Valid until the handler returns.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// The next piece (at most 64 KiB), empty at the end. Throws Error{too_large} past the route's body_limit,
  /// Error{deadline_exceeded} when the client sends nothing for ServerOptions::read_limit, Error{cancelled} when it
  /// went away, Error{invalid_request} for broken chunks.
  virtual Task<std::string> next() = 0;
  /// What Content-Length announced; nothing for a chunked body.
  [[nodiscard]] virtual std::optional<std::uint64_t> announced() const noexcept = 0;
};

struct Request {
  Method method = Method::get;
  std::string path;  ///< percent-decoded, without the query: "/api/v1/campaigns/7"
  Parameters query;  ///< decoded
  Headers headers;
  std::string body;                         ///< empty on streaming routes
  std::shared_ptr<BodyReader> body_reader;  ///< set on streaming routes only
  std::string remote_address;               ///< the client's, through the trusted proxies; no port
  std::string request_id;
  Parameters path_parameters;  ///< "id" of /campaigns/{id}, decoded
  std::string route;           ///< the template that matched; empty in the fallback

  [[nodiscard]] std::string_view header(std::string_view name) const noexcept { return headers.value(name); }
  /// The first cookie of that name.
  [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const noexcept;
  /// "application/json" of "Application/JSON; charset=utf-8", lower case; empty without the header.
  [[nodiscard]] std::string media_type() const;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// Set: the connection becomes a stream of server-sent events (http/event_stream.h) and `body` is not used.
  std::shared_ptr<EventStream> events;

  /// `text` is a JSON document. For described structs: json_response() in http/endpoint.h.
  [[nodiscard]] static Response json(std::string text, int status = 200);
  [[nodiscard]] static Response text(std::string text, int status = 200);
  [[nodiscard]] static Response html(std::string text, int status = 200);
  [[nodiscard]] static Response no_content();
  /// 303 to a path of ours.
  [[nodiscard]] static Response see_other(std::string location);
  /// RFC 9457 application/problem+json of an expected failure, with errors[] and Retry-After.
  [[nodiscard]] static Response problem(const Error& error, std::string_view request_id);
  [[nodiscard]] static Response event_stream(std::shared_ptr<EventStream> events);
};

/// A problem that Code does not know (414, 431, 408): `type` is the last segment of its URI "/api/problems/<type>".
[[nodiscard]] Response problem_response(int status, std::string_view type, std::string_view title,
                                        std::string_view detail, std::string_view request_id);

/// The standard reason phrase ("Not Found"); empty for a status we do not know.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace omnify::http
