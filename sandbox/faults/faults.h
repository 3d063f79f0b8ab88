// Failures that a test orders for the next requests of a façade.
#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "wire/message.h"

namespace omnify::sandbox::faults {

/// throttle: the platform's own limit error. report_missing and report_failed concern asynchronous reports only,
/// shop_inactive and access_denied (a part of an answer) the shop only.
enum class Kind {
  throttle,
  server_error,
  reset,
  latency,
  malformed,
  expired_token,
  truncated,
  report_missing,
  report_failed,
  shop_inactive,
  access_denied
};
BOOST_DESCRIBE_ENUM(Kind, throttle, server_error, reset, latency, malformed, expired_token, truncated, report_missing,
                    report_failed, shop_inactive, access_denied)

struct Fault {
  std::string platform;
  std::string account;  ///< the platform's id; empty: every request of the platform
  Kind kind = Kind::server_error;
  std::optional<std::int64_t> count;  ///< how many requests it hits
  std::optional<Instant> until;       ///< on the real clock
  std::int64_t milliseconds = 1000;   ///< of a latency
  std::int64_t code = 0;              ///< of a throttle, where the platform has several; 0: its usual one
};

class Faults {
 public:
  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  void clear() noexcept { faults_.clear(); }
  [[nodiscard]] const std::vector<Fault>& active() const noexcept { return faults_; }

  /// The first fault of one of `kinds` that concerns the request; its count goes down by one.
  std::optional<Fault> take(std::string_view platform, std::string_view account, const std::vector<Kind>& kinds);

 private:
  std::vector<Fault> faults_;
};

/// The reply of `answer` as it arrives over a line that may be slow, cut off or reset: the same on every platform. Of a
/// request whose connection is reset the façade never hears.
[[nodiscard]] wire::Reply through_line(Faults& faults, std::string_view platform, std::string_view account,
                                       const std::function<wire::Reply()>& answer);

}  // namespace omnify::sandbox::faults
