#include "sync/exchange_rates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <pugixml.hpp>
#include <tuple>

#include "async/signal.h"
#include "base/error.h"
#include "base/log.h"
#include "database/database.h"
#include "http/client.h"

namespace omnify::sync {
namespace {

using database::Query;

constexpr std::chrono::minutes kRefreshEvery{60};
constexpr std::chrono::minutes kRetryAfter{10};
constexpr std::size_t kLargestFile = std::size_t{64} << 20;
constexpr std::chrono::minutes kLongestFetch{2};
constexpr std::size_t kRowsPerStatement = 1000;

/// The bank's files, shortest first; `reach`: how many days before its newest the oldest day is, at least.
struct PublishedFile {
  std::string_view name;
  std::chrono::days reach;
};
constexpr std::array kFiles{PublishedFile{"eurofxref-daily.xml", std::chrono::days{0}},
                            PublishedFile{"eurofxref-hist-90d.xml", std::chrono::days{85}},
                            PublishedFile{"eurofxref-hist.xml", std::chrono::days{36'500}}};

constexpr Query kCompleteUntil{"rates.complete_until",
                               "SELECT complete_until FROM control.exchange_rate_sources WHERE url = $1::text"};
constexpr Query kSetComplete{"rates.set_complete", R"(
INSERT INTO control.exchange_rate_sources AS s (url, complete_until) VALUES ($1::text, $2)
ON CONFLICT (url) DO UPDATE SET complete_until = greatest(s.complete_until, excluded.complete_until),
                                fetched_at = now())"};

std::string upsert_sql(std::size_t rows) {
  return "INSERT INTO control.exchange_rates AS r (currency, day, per_euro) VALUES " + database::value_rows(rows, 3) +
         " ON CONFLICT (currency, day) DO UPDATE SET per_euro = excluded.per_euro, learned_at = now()"
         " WHERE r.per_euro <> excluded.per_euro";
}

Error not_rates(std::string detail) { return {Code::invalid_request, std::move(detail)}; }

auto key_of(const ReferenceRate& rate) { return std::tuple(rate.currency, rate.day); }

ReferenceRate read_rate(const pugi::xml_node& node, Day day) {
  const std::string_view code = node.attribute("currency").as_string();
  const std::string_view text = node.attribute("rate").as_string();
  const auto currency = Currency::parse(code);
  double rate = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (!currency || failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(rate) || rate <= 0) {
    throw not_rates(fmt::format("“{}” of {} is not a reference rate of “{}”.", text, format_day(day), code));
  }
  return {*currency, day, rate};
}

/// One publication.
void read_day(const pugi::xml_node& node, std::vector<ReferenceRate>& rates) {
  const std::string_view text = node.attribute("time").as_string();
  const auto day = parse_day(text);
  if (!day) throw not_rates(fmt::format("“{}” is not a day of reference rates.", text));
  rates.push_back({*Currency::parse("EUR"), *day, 1.0});
  for (const auto& rate : node.children("Cube")) {
    if (std::string_view(rate.attribute("rate").as_string()) != "N/A") rates.push_back(read_rate(rate, *day));
  }
}

bool is_working_day(Day day) {
  const std::chrono::weekday weekday(day);
  return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday;
}

Day working_day_until(Day day) {
  while (!is_working_day(day)) day -= std::chrono::days{1};
  return day;
}

/// No publication can lie between `complete` and `first`.
bool joins(Day complete, Day first) { return working_day_until(first - std::chrono::days{1}) <= complete; }

/// In sorted order, so that two processes that store the same file never wait for each other in a circle.
Task<std::int64_t> write_rates(database::Transaction& transaction, const std::vector<ReferenceRate>& rates) {
  std::int64_t changed = 0;
  for (std::size_t start = 0; start < rates.size(); start += kRowsPerStatement) {
    const auto count = std::min(kRowsPerStatement, rates.size() - start);
    database::Params params;
    for (std::size_t i = start; i < start + count; ++i) {
      params.add(rates[i].currency.text());
      params.add(rates[i].day);
      params.add(rates[i].per_euro);
    }
    const auto result =
        co_await transaction.execute(database::bulk_query("rates.upsert", count, &upsert_sql), std::move(params));
    changed += result.affected();
  }
  co_return changed;
}

}  // namespace

RateFile parse_reference_rates(std::string_view xml) {
  pugi::xml_document document;
  if (const auto result = document.load_buffer(xml.data(), xml.size()); !result) {
    throw not_rates(
        fmt::format("This is not a file of reference rates as the European Central Bank publishes them in "
                    "XML ({} at byte {}).",
                    result.description(), result.offset));
  }
  RateFile file;
  for (const auto& node : document.child("gesmes:Envelope").child("Cube").children("Cube")) {
    read_day(node, file.rates);
  }
  if (file.rates.empty()) throw not_rates("This file holds no reference rates of the European Central Bank.");
  const auto by_day = [](const ReferenceRate& rate) { return rate.day; };
  file.first = std::ranges::min_element(file.rates, {}, by_day)->day;
  file.last = std::ranges::max_element(file.rates, {}, by_day)->day;
  std::ranges::sort(file.rates, {}, key_of);
  const auto twice = std::ranges::adjacent_find(file.rates, {}, key_of);
  if (twice != file.rates.end()) {
    throw not_rates(
        fmt::format("The rate of {} of {} stands there twice.", twice->currency.text(), format_day(twice->day)));
  }
  return file;
}

Day last_publication(Instant now) {
  constexpr std::chrono::hours kPublished{16};
  return working_day_until(local_day("Europe/Berlin", now - kPublished));
}

Task<std::int64_t> store_reference_rates(database::Database& database, RateFile file) {
  auto transaction = co_await database.begin_control();
  const auto changed = co_await write_rates(transaction, file.rates);
  co_await transaction.commit();
  co_return changed;
}

Task<std::optional<Day>> ExchangeRates::complete_until() {
  const auto result = co_await parts_.database.run_control(kCompleteUntil, database::Params(url_));
  if (result.empty()) co_return std::nullopt;
  co_return result.get<Day>(0, 0);
}

Task<RateFile> ExchangeRates::fetch(std::string_view name) {
  http::ClientRequest request;
  request.url = fmt::format("{}/stats/eurofxref/{}", url_, name);
  request.timeout = kLongestFetch;
  request.response_limit = kLargestFile;
  auto response = co_await parts_.client.send(std::move(request));
  if (response.status != 200) {
    throw Error(Code::upstream_retry,
                fmt::format("The European Central Bank answered {} for {}.", response.status, name));
  }
  try {
    co_return co_await parts_.cpu.run([body = std::move(response.body)] { return parse_reference_rates(body); });
  } catch (const Error& error) {
    if (error.code() != Code::invalid_request) throw;
    throw Error(Code::upstream_retry,
                fmt::format("The European Central Bank's {} is not usable: {}", name, error.detail()));
  }
}

Task<std::int64_t> ExchangeRates::refresh() {
  if (url_.empty()) co_return 0;
  const auto url = url_;
  const auto due = last_publication(clock_());
  const auto complete = co_await complete_until();
  if (complete && *complete >= due) co_return 0;
  for (const auto& [name, reach] : kFiles) {
    const bool whole = name == kFiles.back().name;
    if (!whole && (!complete || !joins(*complete, due - reach))) continue;
    auto file = co_await fetch(name);
    // More than was due may have been published meanwhile, or the file is shorter than it should be.
    if (!whole && !joins(*complete, file.first)) continue;
    auto transaction = co_await parts_.database.begin_control();
    const auto changed = co_await write_rates(transaction, file.rates);
    co_await transaction.execute(kSetComplete, database::Params(url, file.last));
    co_await transaction.commit();
    log_info("rates.stored", {{"file", name}, {"until", format_day(file.last)}, {"changed", changed}});
    if (changed > 0 && changed_) changed_();
    co_return changed;
  }
  co_return 0;
}

Task<> ExchangeRates::refresh_loop() {
  for (;;) {
    auto pause = kRefreshEvery;
    try {
      co_await refresh();
    } catch (const Error& error) {
      if (error.code() == Code::cancelled) throw;
      log_warning("rates.refresh_failed", {{"error", error.detail()}});
      pause = kRetryAfter;
    }
    co_await sleep_for(pause);
  }
}

}  // namespace omnify::sync
