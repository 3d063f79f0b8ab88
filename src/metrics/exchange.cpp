#include "metrics/exchange.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace omnify::metrics {
namespace {

/// An amount beyond the range becomes the largest one that there is: wrong by far less than a wrapped one.
Micros times(Micros amount, double factor) noexcept {
  constexpr auto kMost = static_cast<double>(std::numeric_limits<Micros>::max());
  const double product = static_cast<double>(amount) * factor;
  if (product >= kMost) return std::numeric_limits<Micros>::max();
  if (product <= -kMost) return std::numeric_limits<Micros>::min();
  return std::llround(product);
}

std::optional<Decimal> decimal(const std::optional<Micros>& amount) noexcept {
  if (!amount) return std::nullopt;
  return Decimal{*amount};
}

}  // namespace

void ExchangeRates::add(std::string_view currency, Day day, double per_euro) {
  auto found = quotes_.find(currency);
  if (found == quotes_.end()) found = quotes_.try_emplace(std::string(currency)).first;
  found->second[day] = per_euro;
}

std::optional<ConversionRate> ExchangeRates::find(std::string_view from, std::string_view into, Day day) const {
  if (from == into) return ConversionRate{1, day};
  const auto source = quotes_.find(from);
  const auto target = quotes_.find(into);
  if (source == quotes_.end() || target == quotes_.end()) return std::nullopt;
  for (auto quote = source->second.upper_bound(day); quote != source->second.begin();) {
    --quote;
    if (quote->first + kRateHolds < day) return std::nullopt;
    const auto other = target->second.find(quote->first);
    if (other != target->second.end()) return ConversionRate{other->second / quote->second, quote->first};
  }
  return std::nullopt;
}

Sums converted(Sums sums, double factor) noexcept {
  sums.spend = times(sums.spend, factor);
  if (sums.revenue) sums.revenue = times(*sums.revenue, factor);
  return sums;
}

std::optional<Sums> Conversion::convert(std::string_view currency, Day day, const Sums& sums) {
  if (currency == into_) return sums;
  const auto rate = rates_.find(currency, into_, day);
  if (!rate) {
    excluded_[std::string(currency)] += sums;
    return std::nullopt;
  }
  const auto result = metrics::converted(sums, rate->factor);
  auto found = converted_.find(currency);
  if (found == converted_.end()) {
    found = converted_.try_emplace(std::string(currency), Account{{}, {}, rate->published, rate->published}).first;
  }
  auto& account = found->second;
  account.original += sums;
  account.result += result;
  account.oldest = std::min(account.oldest, rate->published);
  account.newest = std::max(account.newest, rate->published);
  return result;
}

std::vector<ConvertedCurrency> Conversion::converted() const {
  std::vector<ConvertedCurrency> out;
  for (const auto& [currency, account] : converted_) {
    out.push_back({.currency = currency,
                   .spend = Decimal{account.original.spend},
                   .revenue = decimal(account.original.revenue),
                   .converted_spend = Decimal{account.result.spend},
                   .converted_revenue = decimal(account.result.revenue),
                   .oldest_rate = account.oldest,
                   .newest_rate = account.newest});
  }
  return out;
}

std::vector<ExcludedCurrency> Conversion::excluded() const {
  std::vector<ExcludedCurrency> out;
  for (const auto& [currency, sums] : excluded_) {
    out.push_back({.currency = currency, .spend = Decimal{sums.spend}, .revenue = decimal(sums.revenue)});
  }
  return out;
}

}  // namespace omnify::metrics
