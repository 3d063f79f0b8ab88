#include "platforms/csv/normalizer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/json.h"
#include "platforms/csv/dates.h"
#include "platforms/csv/mapping.h"
#include "platforms/csv/values.h"

namespace omnify::platforms::csv {
namespace {

constexpr std::string_view kJoin = " · ";

std::int64_t sum(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  if (!__builtin_add_overflow(a, b, &out)) return out;
  throw Error(Code::invalid_request, "The sums of this file exceed what can be stored.");
}

void sum(std::optional<Micros>& to, const std::optional<Micros>& from) {
  if (from) to = to ? sum(*to, *from) : *from;
}

/// A long text is cut for a message, not within a character.
std::string shown(std::string_view text) {
  constexpr std::size_t kShown = 60;
  if (text.size() <= kShown) return std::string(text);
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string sentence(Field field, std::string_view text, std::string_view why) {
  return fmt::format("{}: “{}” {}.", json::enum_name(field), shown(text), why);
}

}  // namespace

void Metrics::add(const Metrics& other) {
  impressions = sum(impressions, other.impressions);
  clicks = sum(clicks, other.clicks);
  spend = sum(spend, other.spend);
  sum(conversions, other.conversions);
  sum(revenue, other.revenue);
}

std::string ad_set_external_id(const Row& row) { return row.campaign + kUnitSeparator + row.ad_group; }

std::string ad_external_id(const Row& row) { return ad_set_external_id(row) + kUnitSeparator + row.ad; }

FactRow to_fact(const Row& row) {
  return {.day = row.day,
          .campaign_external_id = row.campaign,
          .ad_set_external_id = ad_set_external_id(row),
          .ad_external_id = ad_external_id(row),
          .impressions = row.metrics.impressions,
          .clicks = row.metrics.clicks,
          .spend = row.metrics.spend,
          .conversions = row.metrics.conversions,
          .revenue = row.metrics.revenue};
}

std::map<std::string, std::string> describe(const Row& row) {
  const auto& metrics = row.metrics;
  std::map<std::string, std::string> out{{"date", format_day(row.day)},
                                         {"platform", row.platform},
                                         {"currency", std::string(row.currency.text())},
                                         {"campaign", row.campaign},
                                         {"ad_group", row.ad_group},
                                         {"ad", row.ad},
                                         {"impressions", std::to_string(metrics.impressions)},
                                         {"clicks", std::to_string(metrics.clicks)},
                                         {"spend", format_decimal(metrics.spend, row.currency.decimals())}};
  if (metrics.conversions) out["conversions"] = format_decimal(*metrics.conversions, 0);
  if (metrics.revenue) out["revenue"] = format_decimal(*metrics.revenue, row.currency.decimals());
  return out;
}

Normalizer::Normalizer(const ImportOptions& options, const std::vector<std::string>& columns, Day today)
    : today_(today), columns_(columns), date_order_(options.date_order), decimal_(options.decimal) {
  for (const auto& mapping : options.mapping) {
    const auto found = std::ranges::find(columns, mapping.column);
    if (found == columns.end()) throw Error(Code::internal, "A mapping names a column that was not checked.");
    inputs_[static_cast<std::size_t>(mapping.field)].columns.push_back(
        static_cast<std::size_t>(found - columns.begin()));
  }
  for (const auto& [name, value] : options.constants) {
    if (const auto field = json::enum_value<Field>(name)) inputs_[static_cast<std::size_t>(*field)].constant = value;
  }
}

/// The constant, or the only column. The caller has checked that the record has all columns.
std::string_view Normalizer::text(const Record& record, Field field) const {
  const auto& from = input(field);
  return from.columns.empty() ? std::string_view(from.constant) : record.fields[from.columns.front()];
}

bool Normalizer::check_shape(const Record& record, std::string& why) const {
  if (record.unclosed_quote) {
    why = "A quotation mark is opened but never closed.";
    return false;
  }
  const auto extra = record.fields.size() > columns_.size() ? record.fields.subspan(columns_.size())
                                                            : std::span<const std::string_view>();
  const bool only_empty = std::ranges::all_of(extra, [](std::string_view field) { return trim(field).empty(); });
  if (record.fields.size() >= columns_.size() && only_empty) return true;
  why = fmt::format("The line has {} fields, the header has {}.", record.fields.size(), columns_.size());
  return false;
}

bool Normalizer::read(const Record& record, Row& out, std::string& why) {
  return check_shape(record, why) && read_day(record, out.day, why) && check_day(out.day, why) &&
         read_platform(record, out.platform, why) && read_currency(record, out.currency, why) &&
         read_name(record, Field::campaign, out.campaign, why) &&
         read_name(record, Field::ad_group, out.ad_group, why) && read_name(record, Field::ad, out.ad, why) &&
         read_metrics(record, out.currency, out.metrics, why);
}

bool Normalizer::read_day(const Record& record, Day& out, std::string& why) {
  if (!input(Field::date).given()) return read_split_day(record, out, why);
  const auto date = text(record, Field::date);
  if (!last_date_text_.empty() && date == last_date_text_) {
    out = last_date_;
    return true;
  }
  std::string reason;
  if (!parse_date(date, date_order_, out, reason)) {
    why = sentence(Field::date, date, reason);
    return false;
  }
  last_date_text_ = date;
  last_date_ = out;
  return true;
}

bool Normalizer::check_day(Day day, std::string& why) const {
  using namespace std::chrono;
  constexpr Day kFirst = year{2000} / 1 / 1;
  const Day last = today_ + days(1);  // it is tomorrow already somewhere
  if (day >= kFirst && day <= last) return true;
  why = fmt::format("date: {} is {}.", format_day(day), day < kFirst ? "before the year 2000" : "in the future");
  return false;
}

bool Normalizer::read_split_day(const Record& record, Day& out, std::string& why) {
  const std::array parts{text(record, Field::year), text(record, Field::month), text(record, Field::day)};
  if (!last_split_[2].empty() && std::ranges::equal(parts, last_split_)) {
    out = last_date_;
    return true;
  }
  std::string reason;
  if (!parse_split_date(parts[0], parts[1], parts[2], out, reason)) {
    why = fmt::format("date: {}.", reason);
    return false;
  }
  std::ranges::copy(parts, last_split_.begin());
  last_date_ = out;
  return true;
}

bool Normalizer::read_name(const Record& record, Field field, std::string& out, std::string& why) const {
  const auto& from = input(field);
  out.clear();
  if (from.columns.empty()) out = clean_name(from.constant);
  for (const auto column : from.columns) {
    const auto part = clean_name(record.fields[column]);
    if (part.empty()) continue;
    if (!out.empty()) out += kJoin;
    out += part;
  }
  if (out.empty()) out = kNotSet;
  if (out.size() <= kMaxNameBytes) return true;
  why = sentence(field, out, fmt::format("is longer than {} bytes", kMaxNameBytes));
  return false;
}

bool Normalizer::read_platform(const Record& record, std::string& out, std::string& why) const {
  constexpr std::size_t kLongest = 40;
  out = clean_name(input(Field::platform).given() ? text(record, Field::platform) : kDefaultPlatform);
  if (out.empty()) out = kDefaultPlatform;
  std::ranges::transform(out, out.begin(),
                         [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 0x20 : c); });
  if (out.size() <= kLongest) return true;
  why = sentence(Field::platform, out, fmt::format("is longer than {} bytes", kLongest));
  return false;
}

bool Normalizer::read_currency(const Record& record, Currency& out, std::string& why) const {
  const auto code = trim(text(record, Field::currency));
  const auto currency = Currency::parse(code);
  if (currency && currency->known()) {
    out = *currency;
    return true;
  }
  why = sentence(Field::currency, code, "is not a currency code of ISO 4217, like USD");
  return false;
}

bool Normalizer::read_count(const Record& record, Field field, std::int64_t& out, std::string& why) const {
  out = 0;
  if (!input(field).given()) return true;
  const auto cell = text(record, field);
  const auto kind = classify(cell);
  if (kind == CellKind::empty) return true;
  std::string reason = "is not known, and not known is not zero";
  if (kind == CellKind::value && parse_count(cell, decimal_, out, reason)) return true;
  why = sentence(field, cell, reason);
  return false;
}

/// `currency`: that of the row, for money; null for conversions.
bool Normalizer::read_amount(const Record& record, Field field, const Currency* currency, std::optional<Micros>& out,
                             std::string& why) const {
  out.reset();
  if (!input(field).given()) return true;
  const auto cell = text(record, field);
  const auto kind = classify(cell);
  if (kind == CellKind::empty || (kind == CellKind::not_available && field != Field::spend)) return true;
  Amount amount;
  std::string reason = "is not known, and not known is not zero";
  if (kind == CellKind::not_available || !parse_amount(cell, decimal_, amount, reason)) {
    why = sentence(field, cell, reason);
    return false;
  }
  if (amount.money && currency == nullptr) {
    why = sentence(field, cell, "is an amount of money, a number is expected");
    return false;
  }
  if (amount.currency && *amount.currency != *currency) {
    why = sentence(field, cell, fmt::format("is in {}, the row is in {}", amount.currency->text(), currency->text()));
    return false;
  }
  out = amount.micros;
  return true;
}

bool Normalizer::read_metrics(const Record& record, const Currency& currency, Metrics& out, std::string& why) const {
  std::optional<Micros> spend;
  if (!read_count(record, Field::impressions, out.impressions, why) ||
      !read_count(record, Field::clicks, out.clicks, why) ||
      !read_amount(record, Field::spend, &currency, spend, why) ||
      !read_amount(record, Field::conversions, nullptr, out.conversions, why) ||
      !read_amount(record, Field::revenue, &currency, out.revenue, why)) {
    return false;
  }
  out.spend = spend.value_or(0);
  return true;
}

}  // namespace omnify::platforms::csv
