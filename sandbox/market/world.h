// The simulated market: what every ad did on every day, computed on demand from the seed. Nothing is stored, so that
// any day of the past costs microseconds and the same question always has the same answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/catalogue.h"
#include "market/model.h"

namespace omnify::sandbox::market {

/// The time in the sandbox: the real clock plus the days that somebody advanced it.
class Clock {
 public:
  [[nodiscard]] Instant now() const noexcept { return omnify::now() + ahead_; }
  void advance(std::chrono::days days) noexcept { ahead_ += days; }
  [[nodiscard]] std::chrono::days ahead() const noexcept { return ahead_; }

 private:
  std::chrono::days ahead_{0};
};

/// An account's local time: the day, and how much of it has passed (0 to 1).
struct Moment {
  Day today;
  double fraction = 0;
};

/// Where an object of an account is found.
struct Place {
  const Account* account = nullptr;
  Kind kind = Kind::campaign;
  std::uint32_t index = 0;
};

class World {
 public:
  World(std::uint64_t seed, Size size, Day epoch)
      : seed_(seed), epoch_(epoch), accounts_(make_accounts(seed, size, epoch)) {}

  [[nodiscard]] const std::vector<Account>& accounts() const noexcept { return accounts_; }
  [[nodiscard]] const Account* find_account(std::uint64_t id) const noexcept;
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
  [[nodiscard]] Day epoch() const noexcept { return epoch_; }

  /// Eighteen decimal digits, more than a double can hold: such ids must travel as text.
  [[nodiscard]] std::uint64_t object_id(const Account& account, Kind kind, std::uint32_t index) const noexcept;
  [[nodiscard]] std::optional<Place> find_object(std::uint64_t id) const noexcept;

  /// What the ad did on `day`, as far as it is known at `moment`: a day that is not over is shown as far as it went,
  /// and conversions appear only when they have arrived (up to a week late), some to be withdrawn again within a
  /// fortnight. The numbers of a day are final 28 days later.
  [[nodiscard]] Numbers observe(const Account& account, std::uint32_t ad, Day day, const Moment& moment) const;

 private:
  std::uint64_t seed_;
  Day epoch_;
  std::vector<Account> accounts_;
};

/// Throws Error{invalid_field} for an unknown zone.
[[nodiscard]] Moment local_moment(std::string_view time_zone, Instant instant);
/// The first instant of the account's local day.
[[nodiscard]] Instant day_begins(std::string_view time_zone, Day day);
/// Seconds east of UTC at `instant`.
[[nodiscard]] std::chrono::seconds utc_offset(std::string_view time_zone, Instant instant);

/// What its people call the zone at `instant`: "EST".
[[nodiscard]] std::string zone_abbreviation(std::string_view time_zone, Instant instant);

/// All of them and their parents were switched on, begun and not ended on `day`.
[[nodiscard]] bool is_live(const Account& account, const Ad& ad, Day day) noexcept;
/// False when no ad under `campaign` can have delivered in [first, last]: a cheap answer for listings.
[[nodiscard]] bool may_deliver(const Campaign& campaign, Day first, Day last) noexcept;

}  // namespace omnify::sandbox::market
