#include "market/shop_customers.h"

#include <fmt/format.h>

#include "market/random.h"

namespace omnify::sandbox::market {
namespace {

constexpr std::uint64_t kCustomerKey = 53;
constexpr std::uint64_t kPersonKey = 54;
constexpr std::uint64_t kFirstId = 7'000'000'000'000ULL;
constexpr unsigned kSourceBits = 28;
constexpr double kGuestShare = 0.06;
constexpr double kReturningShare = 0.36;
constexpr double kStaysShare = 0.62;  // after each further order

constexpr std::array<std::string_view, 20> kFirstNames{"Ada",  "Ben",  "Chloe", "David", "Emma", "Farid", "Greta",
                                                       "Hugo", "Ines", "Jonas", "Kaori", "Liam", "Mona",  "Noah",
                                                       "Olga", "Paul", "Rosa",  "Sven",  "Tess", "Yuki"};
constexpr std::array<std::string_view, 20> kLastNames{
    "Abel",   "Berger", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hoshi", "Ito",   "Jansen",
    "Keller", "Lopez",  "Meyer", "Nguyen", "Olsen", "Park",    "Quinn",  "Rossi", "Smith", "Tanaka"};

std::uint64_t key_for(std::uint64_t seed, std::uint64_t stream, const Shop& shop, const CustomerRef& customer) {
  return key_of(seed, stream, shop.index, customer.first.time_since_epoch().count(), customer.source);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

bool is_guest(std::uint64_t seed, const Shop& shop, const CustomerRef& customer) noexcept {
  return Draw(key_for(seed, kCustomerKey, shop, customer)).chance(kGuestShare);
}

Returns returns_of(std::uint64_t seed, const Shop& shop, const CustomerRef& customer) noexcept {
  Returns returns;
  Draw draw(key_for(seed, kCustomerKey, shop, customer));
  if (draw.chance(kGuestShare) || !draw.chance(kReturningShare)) return returns;
  const double gap = draw.uniform(16, 80);
  double age = 0;
  do {
    age += 1.0 + draw.exponential(gap);
    if (age > static_cast<double>(kMemory.count())) break;
    returns.ages[returns.count++] = static_cast<std::uint16_t>(age);
  } while (returns.count < Returns::kMost && draw.chance(kStaysShare));
  return returns;
}

Person person_of(std::uint64_t seed, const Shop& shop, const CustomerRef& customer) {
  Draw draw(key_for(seed, kPersonKey, shop, customer));
  Person person;
  person.first_name = kFirstNames[draw.below(kFirstNames.size())];
  person.last_name = kLastNames[draw.below(kLastNames.size())];
  const auto id = customer_id(shop, customer) - kFirstId;
  person.email = fmt::format("{}.{}.{:x}@example.com", lower(person.first_name), lower(person.last_name), id);
  person.phone = fmt::format("+1555{:07}", draw.below(10'000'000));
  person.subscribed = draw.chance(0.4);
  return person;
}

std::uint64_t customer_id(const Shop& shop, const CustomerRef& customer) noexcept {
  const auto day = static_cast<std::uint64_t>((customer.first - shop.opened).count());
  return kFirstId + (day << kSourceBits) + customer.source;
}

CustomerRef customer_of_id(const Shop& shop, std::uint64_t id) noexcept {
  if (id < kFirstId) return {shop.opened - std::chrono::days{1}, 0};
  const auto rest = id - kFirstId;
  const auto source = static_cast<std::uint32_t>(rest & ((1ULL << kSourceBits) - 1));
  return {shop.opened + std::chrono::days(rest >> kSourceBits), source};
}

}  // namespace omnify::sandbox::market
