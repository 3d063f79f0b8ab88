#include "bank/bank.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "market/random.h"

namespace omnify::sandbox::bank {
namespace {

constexpr std::string_view kFolder = "/stats/eurofxref/";
constexpr std::chrono::days kHistory{800};
constexpr std::chrono::hours kPublished{16};

constexpr std::string_view kHead = R"(<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject>
<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube>)";

struct Quote {
  std::string_view currency;
  double usual;  ///< units for one euro
  int decimals;
};

constexpr std::array<Quote, 12> kQuotes{{{"USD", 1.11, 4},
                                         {"JPY", 166.0, 2},
                                         {"GBP", 0.866, 5},
                                         {"AUD", 1.66, 4},
                                         {"CAD", 1.51, 4},
                                         {"CHF", 0.94, 4},
                                         {"SEK", 11.2, 4},
                                         {"NOK", 11.6, 4},
                                         {"DKK", 7.46, 4},
                                         {"PLN", 4.27, 4},
                                         {"BRL", 6.1, 4},
                                         {"INR", 94.0, 3}}};

/// Weekends and the holidays of the bank's payment system that have a fixed date.
bool is_published(Day day) {
  const std::chrono::weekday weekday(day);
  if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday) return false;
  const std::chrono::year_month_day date(day);
  const auto holiday = date.month() / date.day();
  using std::chrono::December;
  return holiday != std::chrono::January / 1 && holiday != std::chrono::May / 1 && holiday != December / 25 &&
         holiday != December / 26;
}

/// A slow wander around the usual rate, and a little noise from day to day.
double rate_of(std::uint64_t seed, std::size_t quote, Day day) {
  market::Draw phases(market::key_of(seed, 41U, quote));
  const auto t = static_cast<double>(day.time_since_epoch().count());
  const double slow = std::sin(2 * std::numbers::pi * (t / phases.uniform(300, 500) + phases.uniform()));
  const double quick = std::sin(2 * std::numbers::pi * (t / phases.uniform(25, 60) + phases.uniform()));
  market::Draw noise(market::key_of(seed, 42U, quote, day.time_since_epoch().count()));
  return kQuotes[quote].usual * std::exp(0.03 * slow + 0.008 * quick + 0.002 * noise.normal());
}

std::string day_of_rates(std::uint64_t seed, Day day) {
  auto out = fmt::format("\n<Cube time=\"{}\">", format_day(day));
  for (std::size_t i = 0; i < kQuotes.size(); ++i) {
    out += fmt::format("<Cube currency=\"{}\" rate=\"{:.{}f}\"/>", kQuotes[i].currency, rate_of(seed, i, day),
                       kQuotes[i].decimals);
  }
  return out + "</Cube>";
}

wire::Reply not_found() {
  wire::Reply reply;
  reply.status = 404;
  reply.content_type = "text/html";
  reply.body = "<html><body>Not found</body></html>";
  return reply;
}

}  // namespace

bool Bank::owns(const wire::Request& request) { return request.path.starts_with(kFolder); }

wire::Reply Bank::handle(const wire::Request& request) const {
  Day newest = market::local_moment("Europe/Berlin", clock_.now() - kPublished).today;
  while (!is_published(newest)) newest -= std::chrono::days{1};
  const auto file = std::string_view(request.path).substr(kFolder.size());
  if (file == "eurofxref-daily.xml") return publish(newest, newest);
  if (file == "eurofxref-hist-90d.xml") return publish(newest - std::chrono::days{90}, newest);
  if (file == "eurofxref-hist.xml") return publish(world_.epoch() - kHistory, newest);
  return not_found();
}

wire::Reply Bank::publish(Day oldest, Day newest) const {
  wire::Reply reply;
  reply.content_type = "text/xml";
  reply.body = kHead;
  for (Day day = newest; day >= oldest; day -= std::chrono::days{1}) {
    if (is_published(day)) reply.body += day_of_rates(world_.seed(), day);
  }
  reply.body += "</Cube></gesmes:Envelope>";
  return reply;
}

}  // namespace omnify::sandbox::bank
