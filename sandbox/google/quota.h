// Operations of the product's Cloud project in a rolling day. Source: "API limits and quotas", "Access levels".
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/calendar.h"

namespace omnify::sandbox::google {

/// Standard access has no daily quota, Explorer access 2,880 operations.
enum class AccessLevel { standard, explorer };

class Quota {
 public:
  static constexpr std::size_t kExplorerOperations = 2880;

  explicit Quota(AccessLevel level) : level_(level) {}

  /// Counts one operation; how long to wait when there are none left.
  std::optional<std::chrono::seconds> count(Instant now) {
    if (level_ == AccessLevel::standard) return std::nullopt;
    while (!operations_.empty() && now - operations_.front() >= kDay) operations_.pop_front();
    if (operations_.size() >= kExplorerOperations) {
      return std::chrono::ceil<std::chrono::seconds>(operations_.front() + kDay - now);
    }
    operations_.push_back(now);
    return std::nullopt;
  }

 private:
  static constexpr std::chrono::hours kDay{24};
  AccessLevel level_;
  std::deque<Instant> operations_;
};

}  // namespace omnify::sandbox::google
