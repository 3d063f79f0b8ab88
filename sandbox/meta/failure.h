// The platform's error envelope. Codes and texts: the platform's error reference; only code and subcode are dispatched
// on.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "wire/message.h"

namespace omnify::sandbox::meta {

class Failure : public std::exception {
 public:
  Failure(int status, std::int64_t code, std::string message)
      : status_(status), code_(code), message_(std::move(message)) {}

  Failure&& with_subcode(std::int64_t subcode) && {
    subcode_ = subcode;
    return std::move(*this);
  }
  Failure&& with_type(std::string_view type) && {
    type_ = type;
    return std::move(*this);
  }
  Failure&& for_user(std::string_view title, std::string_view text) && {
    user_title_ = title;
    user_message_ = text;
    return std::move(*this);
  }
  Failure&& transient() && {
    transient_ = true;
    return std::move(*this);
  }

  [[nodiscard]] wire::Reply reply() const;
  [[nodiscard]] std::int64_t code() const noexcept { return code_; }
  [[nodiscard]] std::int64_t subcode() const noexcept { return subcode_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  int status_;
  std::int64_t code_;
  std::int64_t subcode_ = 0;
  bool transient_ = false;
  std::string message_;
  std::string type_ = "OAuthException";
  std::string user_title_;
  std::string user_message_;
};

/// 100: an argument is wrong.
[[nodiscard]] Failure bad_parameter(std::string_view message);
/// 100/33: absent, or not to be seen with this token; the platform never says which.
[[nodiscard]] Failure no_such_object(std::string_view id);
[[nodiscard]] Failure invalid_token(std::int64_t subcode, std::string_view message);
/// "Please reduce the amount of data…"
[[nodiscard]] Failure too_much_data();
/// A limit: 80000 and 80004 by use case, 17 by account, 4 by app, 613.
[[nodiscard]] Failure throttled(std::int64_t code);

}  // namespace omnify::sandbox::meta
