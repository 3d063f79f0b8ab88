// Proof of our sums: an account's days beside what the platform says of the account as a whole.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/json.h"
#include "base/uuid.h"
#include "platforms/facts.h"

namespace omnify::sync {

using platforms::AccountDay;

enum class ReconciledMetric { impressions, clicks, spend, conversions, revenue };
BOOST_DESCRIBE_ENUM(ReconciledMetric, impressions, clicks, spend, conversions, revenue)

/// A figure of one day that is further from the platform's than kTolerance allows. Money in the account's currency.
/// `difference` is ours − theirs.
struct Deviation {
  Day day;
  ReconciledMetric metric = ReconciledMetric::impressions;
  Decimal ours;
  Decimal theirs;
  Decimal difference;
  Instant checked_at;
  std::optional<Instant> reread_at;  ///< when the day was read again because of a deviation
};
BOOST_DESCRIBE_STRUCT(Deviation, (), (day, metric, ours, theirs, difference, checked_at, reread_at))

/// Platforms round each row and count each level at a moment of its own: a figure may differ by a thousandth of the
/// platform's, and by one impression or click, one cent (a hundredth of the major unit) or a hundredth of a conversion.
inline constexpr std::int64_t kTolerance = 1000;

/// One day of an account, both sides at `checked_at`.
struct DayCheck {
  AccountDay ours;
  AccountDay theirs;
  Instant checked_at;
  std::optional<Instant> reread_at = std::nullopt;

  [[nodiscard]] Day day() const noexcept { return theirs.day; }
};

/// Empty when the day reconciles. What a side does not report counts as zero: platforms leave out what is zero.
[[nodiscard]] std::vector<Deviation> deviations(const DayCheck& check);
[[nodiscard]] inline bool deviates(const DayCheck& check) { return !deviations(check).empty(); }

/// A check for every day from `first` to `last`, in order; a day that a side has no row for is zero on it.
[[nodiscard]] std::vector<DayCheck> pair_days(Day first, Day last, const std::vector<AccountDay>& ours,
                                              const std::vector<AccountDay>& theirs, Instant checked_at);

/// An account and how many of its days of the asked range reconcile.
struct AccountReconciliation {
  AccountId account_id;
  std::optional<ConnectionId> connection_id;  ///< null once disconnected
  std::string name;
  std::string platform;
  std::string platform_label;
  std::string currency;
  std::string time_zone;
  std::int64_t days_checked = 0;
  std::int64_t days_matching = 0;
  std::int64_t days_reread = 0;
  std::optional<Instant> last_checked_at;
  std::vector<Deviation> deviations;  ///< newest day first
};
BOOST_DESCRIBE_STRUCT(AccountReconciliation, (),
                      (account_id, connection_id, name, platform, platform_label, currency, time_zone, days_checked,
                       days_matching, days_reread, last_checked_at, deviations))

/// Accounts of connections, also those without a checked day. Imported files have nothing to be checked against.
struct Reconciliation {
  Day start;
  Day end;
  std::vector<AccountReconciliation> accounts;
};
BOOST_DESCRIBE_STRUCT(Reconciliation, (), (start, end, accounts))

inline constexpr std::int64_t kLongestLedger = 800;  ///< days of one request

/// Query parameters. Without them: the 90 days that end today.
struct ReconciliationQuery {
  static constexpr bool kRequest = true;
  std::optional<Day> start;
  std::optional<Day> end;
};
BOOST_DESCRIBE_STRUCT(ReconciliationQuery, (), (start, end))

}  // namespace omnify::sync
