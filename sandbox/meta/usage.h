// Counts calls as the platform's rate limits do (a rolling hour per ad account and use case) and tells them in headers.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>

#include "base/calendar.h"
#include "wire/message.h"

namespace omnify::sandbox::meta {

enum class UseCase : std::uint8_t { insights, management };
enum class Tier { limited, full };

/// A limit that is in force because of a fault, whatever the count says.
struct Block {
  std::chrono::seconds left{0};
  [[nodiscard]] bool active() const noexcept { return left.count() > 0; }
};

class Usage {
 public:
  explicit Usage(Tier tier) noexcept;

  /// Counts one call; true when the account is over its quota for this use case.
  bool count(std::uint64_t account, UseCase use_case, std::int64_t active_ads, Instant now);
  /// The headers of a reply about `account`, whose call has just been counted.
  void tell(wire::Reply& reply, std::uint64_t account, UseCase use_case, Block block) const;

 private:
  static constexpr std::size_t kMinutes = 60;
  struct Meter {
    std::array<std::int64_t, kMinutes> calls{};
    std::int64_t last_minute = 0;
    std::int64_t quota = 1;
    void add(std::int64_t minute) noexcept;
    [[nodiscard]] std::int64_t total() const noexcept;
    [[nodiscard]] double percent() const noexcept;
    /// Minutes until enough of the counted calls are older than an hour.
    [[nodiscard]] std::int64_t minutes_to_wait() const noexcept;
  };

  Tier tier_;
  std::map<std::pair<std::uint64_t, UseCase>, Meter> meters_;
  Meter app_;  ///< all calls of the app
};

}  // namespace omnify::sandbox::meta
