#include <fmt/format.h>

#include "metrics/exchange.h"
#include "metrics/store.h"

namespace omnify::metrics::store {
namespace {

using database::Query;

inline constexpr Query kForeignCurrencies{"metrics.foreign_currencies", R"(
SELECT DISTINCT a.currency
FROM ad_accounts a
JOIN organizations o ON o.organization_id = a.organization_id AND o.reporting_currency <> a.currency
WHERE a.organization_id = $1)"};

inline constexpr Query kRates{"metrics.rates", R"(
SELECT currency, day, per_euro
FROM control.exchange_rates
WHERE currency = ANY($1::text[]) AND day BETWEEN $2 AND $3)"};

/// PostgreSQL's text form of an array of values that need no quoting.
template <class Values>
std::string array_text(const Values& values) {
  return fmt::format("{{{}}}", fmt::join(values, ","));
}

}  // namespace

database::Execution foreign_currencies(OrganizationId organization) {
  return {kForeignCurrencies, database::Params(organization)};
}

std::vector<std::string> read_currencies(const database::Result& result) {
  std::vector<std::string> out;
  for (int row = 0; row < result.rows(); ++row) out.push_back(result.get<std::string>(row, 0));
  return out;
}

database::Execution rates(const std::vector<std::string>& currencies, const Period& period) {
  return {kRates, database::Params(array_text(currencies), period.first - kRateHolds, period.last)};
}

ExchangeRates read_rates(const database::Result& result) {
  ExchangeRates out;
  for (int row = 0; row < result.rows(); ++row) {
    out.add(result.get<std::string>(row, 0), result.get<Day>(row, 1), result.get<double>(row, 2));
  }
  return out;
}

FactorTable factor_table(const ExchangeRates& rates, const std::vector<std::string>& currencies, std::string_view into,
                         const Period& period) {
  std::vector<std::string_view> codes;
  std::vector<std::string> days;
  std::vector<double> factors;
  for (const auto& currency : currencies) {
    for (Day day = period.first; day <= period.last; day += std::chrono::days{1}) {
      const auto rate = rates.find(currency, into, day);
      if (!rate) continue;
      codes.push_back(currency);
      days.push_back(format_day(day));
      factors.push_back(rate->factor);
    }
  }
  return {array_text(codes), array_text(days), array_text(factors)};
}

}  // namespace omnify::metrics::store
