#include "base/error.h"

namespace omnify {

const CodeTraits& traits(Code code) noexcept {
  static const CodeTraits kInternal{500, "internal", "Internal error", false};
  switch (code) {
    case Code::invalid_request: {
      static const CodeTraits t{400, "invalid-request", "Invalid request", false};
      return t;
    }
    case Code::invalid_field: {
      static const CodeTraits t{422, "invalid-field", "Invalid field", false};
      return t;
    }
    case Code::unauthenticated: {
      static const CodeTraits t{401, "unauthenticated", "Sign in first", false};
      return t;
    }
    case Code::permission_denied: {
      static const CodeTraits t{403, "permission-denied", "Not allowed", false};
      return t;
    }
    case Code::not_found: {
      static const CodeTraits t{404, "not-found", "Not found", false};
      return t;
    }
    case Code::method_not_allowed: {
      static const CodeTraits t{405, "method-not-allowed", "Method not allowed", false};
      return t;
    }
    case Code::conflict: {
      static const CodeTraits t{409, "conflict", "Conflict", false};
      return t;
    }
    case Code::too_large: {
      static const CodeTraits t{413, "too-large", "Too large", false};
      return t;
    }
    case Code::unsupported_media: {
      static const CodeTraits t{415, "unsupported-media", "Unsupported media type", false};
      return t;
    }
    case Code::rate_limited: {
      static const CodeTraits t{429, "rate-limited", "Too many requests", true};
      return t;
    }
    case Code::cancelled: {
      static const CodeTraits t{503, "cancelled", "Cancelled", true};
      return t;
    }
    case Code::deadline_exceeded: {
      static const CodeTraits t{503, "deadline-exceeded", "Took too long", true};
      return t;
    }
    case Code::unavailable: {
      static const CodeTraits t{503, "unavailable", "Temporarily unavailable", true};
      return t;
    }
    case Code::upstream_retry: {
      static const CodeTraits t{502, "platform-unavailable", "The platform failed", true};
      return t;
    }
    case Code::upstream_slow_down: {
      static const CodeTraits t{429, "platform-limit", "The platform limits us", true};
      return t;
    }
    case Code::upstream_reconnect: {
      static const CodeTraits t{409, "reconnect", "Reconnect the account", false};
      return t;
    }
    case Code::upstream_permanent: {
      static const CodeTraits t{422, "platform-refused", "The platform refused", false};
      return t;
    }
    case Code::internal:
      return kInternal;
  }
  return kInternal;
}

std::string_view to_string(Code code) noexcept { return traits(code).problem_type; }

Error Error::field(std::string pointer, std::string detail) {
  Error error(Code::invalid_field, detail);
  error.fields_.push_back({std::move(pointer), std::move(detail)});
  return error;
}

}  // namespace omnify
