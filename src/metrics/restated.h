// Days whose figures changed after they were over: what was known at a moment beside what is known now.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/uuid.h"
#include "metrics/model.h"

namespace omnify::metrics {

/// A day of an account. `then` and `now` are its figures as known at `since` and today, in `currency`; `change` is from
/// the one to the other.
struct RestatedDay {
  Day day;
  AccountId account_id;
  std::string account_name;
  std::string platform;
  std::string currency;
  std::string time_zone;
  Metrics then;
  Metrics now;
  Change change;
  Instant learned_at;  ///< the last change
};
BOOST_DESCRIBE_STRUCT(RestatedDay, (),
                      (day, account_id, account_name, platform, currency, time_zone, then, now, change, learned_at))

/// Newest day first. Days that were not over at `since` in their account's zone, and days of accounts that nothing was
/// known of then, are not restated but new: they are left out.
struct RestatedDays {
  Day start;
  Day end;
  Instant since;
  std::vector<RestatedDay> items;
};
BOOST_DESCRIBE_STRUCT(RestatedDays, (), (start, end, since, items))

/// Query parameters. Without a range: the 30 days that end today; without `since`: seven days ago.
struct RestatedQuery {
  static constexpr bool kRequest = true;
  std::optional<Day> start;
  std::optional<Day> end;
  std::optional<Instant> since;
};
BOOST_DESCRIBE_STRUCT(RestatedQuery, (), (start, end, since))

}  // namespace omnify::metrics
