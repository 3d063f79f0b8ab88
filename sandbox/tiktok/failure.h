// The platform's envelope: {"code","message","request_id","data"}, with HTTP 200 for nearly every outcome. Codes and
// their meaning: TikTok API for Business, "Return codes" (v1.3).
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "wire/message.h"

namespace omnify::sandbox::tiktok {

[[nodiscard]] wire::Reply envelope(std::int64_t code, std::string_view message, boost::json::object data);
/// What the edge answers to a path that it does not know, for example one without its trailing slash.
[[nodiscard]] wire::Reply page_not_found();

class Failure : public std::exception {
 public:
  Failure(std::int64_t code, std::string message) : code_(code), message_(std::move(message)) {}

  [[nodiscard]] wire::Reply reply() const { return envelope(code_, message_, {}); }
  [[nodiscard]] std::int64_t code() const noexcept { return code_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::int64_t code_;
  std::string message_;
};

/// 40002, with the name of the parameter: "page_size: Must be between 1 and 1000."
[[nodiscard]] Failure invalid(std::string_view parameter, std::string_view problem);
/// 40001: the token may not do that, or not with this account.
[[nodiscard]] Failure no_permission(std::string_view advertiser);
/// A limit: 40100 of the app, 40016 of an endpoint, 40132, 40133 of an advertiser, 61000.
[[nodiscard]] Failure throttled(std::int64_t code);

}  // namespace omnify::sandbox::tiktok
