#include "http/message.h"

#include <boost/json.hpp>

#include "http/event_stream.h"
#include "http/url.h"

namespace omnify::http {
namespace {

constexpr std::pair<Method, std::string_view> kMethods[] = {
    {Method::get, "GET"},     {Method::head, "HEAD"},      {Method::post, "POST"},      {Method::put, "PUT"},
    {Method::patch, "PATCH"}, {Method::delete_, "DELETE"}, {Method::options, "OPTIONS"}};

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string decode_form_part(std::string_view text) {
  std::string plus_decoded(text);
  for (auto& c : plus_decoded) {
    if (c == '+') c = ' ';
  }
  auto decoded = percent_decode(plus_decoded);
  if (!decoded) throw Error(Code::invalid_request, "A parameter has a broken percent escape.");
  return *std::move(decoded);
}

Response with_type(std::string text, int status, std::string_view type) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", std::string(type));
  response.body = std::move(text);
  return response;
}

boost::json::object problem_members(int status, std::string_view type, std::string_view title, std::string_view detail,
                                    std::string_view request_id) {
  return {{"type", "/api/problems/" + std::string(type)},
          {"title", title},
          {"status", status},
          {"detail", detail},
          {"request_id", request_id}};
}

Response as_problem(int status, const boost::json::object& members) {
  return with_type(boost::json::serialize(members), status, "application/problem+json");
}

}  // namespace

std::string_view to_string(Method method) noexcept { return kMethods[static_cast<std::size_t>(method)].second; }

std::optional<Method> parse_method(std::string_view text) noexcept {
  for (const auto& [method, name] : kMethods) {
    if (name == text) return method;
  }
  return std::nullopt;
}

bool is_safe(Method method) noexcept {
  return method == Method::get || method == Method::head || method == Method::options;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : fields_) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const noexcept {
  std::size_t found = 0;
  for (const auto& [key, value] : fields_) found += equal_ignoring_case(key, name) ? 1 : 0;
  return found;
}

void Headers::add(std::string name, std::string value) {
  for (const char c : value) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) {
      throw Error(Code::internal, "A header value holds a control character.");
    }
  }
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string name, std::string value) {
  remove(name);
  add(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [name](const Field& field) { return equal_ignoring_case(field.first, name); });
}

Parameters Parameters::parse(std::string_view text) {
  Parameters out;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (part.empty()) continue;
    const auto equals = part.find('=');
    auto value = equals == std::string_view::npos ? std::string() : decode_form_part(part.substr(equals + 1));
    out.add(decode_form_part(part.substr(0, equals)), std::move(value));
  }
  return out;
}

std::optional<std::string_view> Parameters::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : items_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Parameters::all(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [key, value] : items_) {
    if (key == name) found.emplace_back(value);
  }
  return found;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers) {
    if (!equal_ignoring_case(key, "Cookie")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const auto end = rest.find(';');
      const auto pair = trim(rest.substr(0, end));
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      if (pair.size() > name.size() && pair[name.size()] == '=' && pair.starts_with(name)) {
        return pair.substr(name.size() + 1);
      }
    }
  }
  return std::nullopt;
}

std::string Request::media_type() const {
  const auto value = header("Content-Type");
  std::string type(trim(value.substr(0, value.find(';'))));
  for (auto& c : type) c = lower(c);
  return type;
}

Response Response::json(std::string text, int status) { return with_type(std::move(text), status, "application/json"); }

Response Response::text(std::string text, int status) {
  return with_type(std::move(text), status, "text/plain; charset=utf-8");
}

Response Response::html(std::string text, int status) {
  return with_type(std::move(text), status, "text/html; charset=utf-8");
}

Response Response::no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response Response::see_other(std::string location) {
  Response response;
  response.status = 303;
  response.headers.add("Location", std::move(location));
  return response;
}

Response Response::problem(const Error& error, std::string_view request_id) {
  const auto& what = traits(error.code());
  auto members = problem_members(what.http_status, what.problem_type, what.title, error.detail(), request_id);
  if (!error.fields().empty()) {
    boost::json::array fields;
    for (const auto& field : error.fields()) {
      fields.push_back({{"pointer", field.pointer}, {"detail", field.detail}});
    }
    members["errors"] = std::move(fields);
  }
  auto response = as_problem(what.http_status, members);
  if (error.retry_after()) response.headers.add("Retry-After", std::to_string(error.retry_after()->count()));
  return response;
}

Response Response::event_stream(std::shared_ptr<EventStream> events) {
  Response response;
  response.events = std::move(events);
  return response;
}

Response problem_response(int status, std::string_view type, std::string_view title, std::string_view detail,
                          std::string_view request_id) {
  return as_problem(status, problem_members(status, type, title, detail, request_id));
}

std::string_view reason_phrase(int status) noexcept {
  static constexpr std::pair<int, std::string_view> kPhrases[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
      {507, "Insufficient Storage"},
  };
  for (const auto& [code, phrase] : kPhrases) {
    if (code == status) return phrase;
  }
  return "";
}

}  // namespace omnify::http
