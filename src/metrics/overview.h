// Puts an overview together from the rows of the platform rollup. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "metrics/exchange.h"
#include "metrics/measures.h"
#include "metrics/model.h"

namespace omnify::metrics {

struct PlatformDay {
  Day day;
  std::string platform;
  std::string currency;
  Sums sums;
};

struct OverviewFacts {
  std::string currency;  ///< that of the organization, which other amounts are converted to
  ExchangeRates rates;   ///< empty unless there are amounts in another currency
  std::string time_zone;
  Day today;
  std::vector<PlatformDay> days;  ///< of the period and the one before, in all currencies
  std::map<std::string, Instant> last_synced_at;
  std::optional<Day> first_day;
  std::optional<Day> last_day;
  std::int64_t campaigns = 0;
};

[[nodiscard]] Overview assemble(const Period& period, const OverviewFacts& facts);

}  // namespace omnify::metrics
