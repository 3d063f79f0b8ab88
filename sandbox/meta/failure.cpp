#include "meta/failure.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "crypto/random.h"

namespace omnify::sandbox::meta {

wire::Reply Failure::reply() const {
  boost::json::object error{{"message", message_}, {"type", type_}, {"code", code_}};
  if (subcode_ != 0) error["error_subcode"] = subcode_;
  if (transient_) error["is_transient"] = true;
  if (!user_title_.empty()) {
    error["is_transient"] = transient_;
    error["error_user_title"] = user_title_;
    error["error_user_msg"] = user_message_;
  }
  error["fbtrace_id"] = "A" + crypto::random_token(16);
  wire::Reply reply;
  reply.status = status_;
  reply.body = boost::json::serialize(boost::json::object{{"error", std::move(error)}});
  return reply;
}

Failure bad_parameter(std::string_view message) { return Failure(400, 100, fmt::format("(#100) {}", message)); }

Failure no_such_object(std::string_view id) {
  return Failure(400, 100,
                 fmt::format("Unsupported get request. Object with ID '{}' does not exist, cannot be loaded due to "
                             "missing permissions, or does not support this operation. Please read the Graph API "
                             "documentation at https://developers.facebook.com/docs/graph-api",
                             id))
      .with_subcode(33)
      .with_type("GraphMethodException");
}

Failure invalid_token(std::int64_t subcode, std::string_view message) {
  return Failure(400, 190, fmt::format("Error validating access token: {}", message)).with_subcode(subcode);
}

Failure too_much_data() {
  return Failure(500, 1, "Please reduce the amount of data you're asking for, then retry your request");
}

Failure throttled(std::int64_t code) {
  switch (code) {
    case 4:
      return Failure(400, 4, "(#4) Application request limit reached").transient();
    case 17:
      return Failure(400, 17, "(#17) User request limit reached")
          .with_subcode(2446079)
          .for_user("Ad account has too many API calls",
                    "There have been too many calls from this ad-account. Wait a bit and try again.")
          .transient();
    case 613:
      return Failure(400, 613, "(#613) Calls to this api have exceeded the rate limit.");
    default:
      break;
  }
  return Failure(400, code,
                 fmt::format("(#{}) There have been too many calls from this ad-account. Wait a bit and try again. For "
                             "more info, please refer to https://developers.facebook.com/docs/graph-api/overview/"
                             "rate-limiting.",
                             code))
      .with_subcode(2446079)
      .for_user("Ad account has too many API calls",
                "There have been too many calls from this ad-account. Wait a bit and try again.");
}

}  // namespace omnify::sandbox::meta
