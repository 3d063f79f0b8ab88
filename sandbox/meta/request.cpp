#include "meta/request.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

#include "meta/failure.h"

namespace omnify::sandbox::meta {
namespace {

constexpr int kNewestVersion = 26;
constexpr int kOldestVersion = 25;

/// 26 of "v26.0"; 0 for anything else.
int major_version(std::string_view segment) {
  if (segment.size() < 4 || segment[0] != 'v' || !segment.ends_with(".0")) return 0;
  int version = 0;
  const auto digits = segment.substr(1, segment.size() - 3);
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  return failure == std::errc{} && end == digits.data() + digits.size() ? version : 0;
}

void read_json_body(std::string_view body, wire::Fields& fields) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(body, failure);
  if (failure || !document.is_object()) return;
  for (const auto& entry : document.get_object()) {
    if (entry.value().is_null()) continue;
    const auto* text = entry.value().if_string();
    fields.emplace_back(entry.key(), text != nullptr ? std::string(*text) : boost::json::serialize(entry.value()));
  }
}

}  // namespace

GraphPath parse_path(std::string_view path) {
  GraphPath parsed;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    if (end > 0) parsed.segments.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  if (!parsed.segments.empty() && parsed.segments.front().size() > 1 && parsed.segments.front()[0] == 'v' &&
      parsed.segments.front()[1] >= '0' && parsed.segments.front()[1] <= '9') {
    parsed.version = std::move(parsed.segments.front());
    parsed.segments.erase(parsed.segments.begin());
  }
  return parsed;
}

void check_version(const GraphPath& path) {
  const int version = major_version(path.version);
  if (!path.version.empty() && (version == 0 || version > kNewestVersion)) {
    throw Failure(400, 2500, fmt::format("Unknown path components: /{}", path.version));
  }
  if (version < kOldestVersion) {
    throw Failure(
        400, 2635,
        fmt::format("(#2635) You are calling a deprecated version of the Ads API. Please update to the latest "
                    "version: v{}.0.",
                    kNewestVersion));
  }
}

wire::Fields read_parameters(const wire::Request& request) {
  auto fields = request.query;
  if (request.body.empty()) return fields;
  const auto type = wire::find(request.headers, "content-type").value_or("");
  if (type.starts_with("application/json")) {
    read_json_body(request.body, fields);
  } else if (type.starts_with("application/x-www-form-urlencoded")) {
    for (auto& field : wire::parse_form(request.body)) fields.push_back(std::move(field));
  }
  return fields;
}

std::string_view value_of(const wire::Fields& fields, std::string_view name) {
  return wire::find(fields, name).value_or("");
}

}  // namespace omnify::sandbox::meta
