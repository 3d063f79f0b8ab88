// The European Central Bank's euro reference rates: fetched from the bank or read from its file, and stored as
// published. What amounts are worth in another currency is computed by metrics/exchange.h.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/cpu_pool.h"
#include "async/task.h"
#include "base/calendar.h"
#include "base/money.h"

namespace omnify::database {
class Database;
}
namespace omnify::http {
class Client;
}

namespace omnify::sync {

/// Units of `currency` for one euro, published on `day`.
struct ReferenceRate {
  Currency currency;
  Day day;
  double per_euro = 0;
};

/// What one file holds: each day's currencies, and the euro itself with 1, by currency and day.
struct RateFile {
  std::vector<ReferenceRate> rates;
  Day first;
  Day last;
};

/// Reads eurofxref-daily.xml, eurofxref-hist-90d.xml or eurofxref-hist.xml, in whatever order the days stand there. A
/// rate of "N/A" is none. Throws Error{invalid_request} with a sentence when the file is none of them, when a day or a
/// rate in it is not one, or when one stands there twice.
[[nodiscard]] RateFile parse_reference_rates(std::string_view xml);

/// The last day whose rates must be out by `now`: a working day is published about 16:00 in Frankfurt. Knows weekends,
/// not holidays.
[[nodiscard]] Day last_publication(Instant now);

/// Stores the rates over what was known of them, all or none. Returns how many are new or changed.
Task<std::int64_t> store_reference_rates(database::Database& database, RateFile file);

/// What rates are fetched with; all must outlive it.
struct ExchangeRateParts {
  database::Database& database;
  http::Client& client;
  CpuPool& cpu;
};

/// Keeps the stored rates up to date. Used on the I/O thread only.
class ExchangeRates {
 public:
  using Clock = Instant (*)();
  /// `url`: scheme, host and port of the bank; empty: nothing is fetched, files only.
  ExchangeRates(ExchangeRateParts parts, std::string url, Clock clock = &now)
      : parts_(parts), url_(std::move(url)), clock_(clock) {}

  /// Fetches the shortest file that leaves no gap after what was fetched from this URL before: none, that of the day,
  /// the last 90 days, or all since 1999. Returns how many rates are new or changed. Error{upstream_retry} and
  /// Error{upstream_permanent} of the client, Error{upstream_retry} when the answer is not a file of rates.
  Task<std::int64_t> refresh();
  /// refresh() now and every hour; failures are logged and tried again after ten minutes.
  Task<> refresh_loop();

  void set_url(std::string url) { url_ = std::move(url); }
  /// Called after rates changed.
  void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

 private:
  Task<std::optional<Day>> complete_until();
  Task<RateFile> fetch(std::string_view name);

  ExchangeRateParts parts_;
  std::string url_;
  Clock clock_;
  std::function<void()> changed_;
};

}  // namespace omnify::sync
