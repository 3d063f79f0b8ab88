#include "market/shop_catalogue.h"

#include <fmt/format.h>

#include "market/random.h"

namespace omnify::sandbox::market {
namespace {

using std::chrono::days;

constexpr std::uint64_t kShopKey = 51;
constexpr std::uint64_t kProductKey = 52;
constexpr days kHistory{800};  // before the epoch
/// A shop with thousands of campaigns is still one that this emulator can list.
constexpr double kMostOrganic = 1200;

struct Region {
  std::string_view currency;
  std::string_view country;
  bool taxes_included;
  double tax_rate;
  std::string_view foreign_currency;
  std::int64_t foreign_minor_units;
  double foreign_rate;
};

constexpr std::array<Region, 6> kRegions{{{"USD", "US", false, 0.0725, "CAD", 100, 1.36},
                                          {"EUR", "DE", true, 0.19, "CHF", 100, 0.95},
                                          {"JPY", "JP", true, 0.10, "USD", 100, 0.00667},
                                          {"GBP", "GB", true, 0.20, "EUR", 100, 1.15},
                                          {"AUD", "AU", true, 0.10, "JPY", 1, 100.0},
                                          {"CAD", "CA", false, 0.13, "USD", 100, 0.735}}};

constexpr std::array<std::string_view, 10> kQualities{"Classic", "Nordic",   "Everyday", "Studio",  "Trail",
                                                      "Cloud",   "Heritage", "Urban",    "Compact", "Signature"};
constexpr std::array<std::string_view, 12> kThings{"Backpack", "Lamp",   "Grinder", "Jersey", "Serum",    "Skillet",
                                                   "Planter",  "Jacket", "Speaker", "Romper", "Notebook", "Bottle"};
constexpr std::array<std::string_view, 4> kColours{"Sand", "Forest", "Slate", "Rust"};

const Region& region_of(const Account& account) {
  for (const auto& region : kRegions) {
    if (region.currency == account.currency.text()) return region;
  }
  return kRegions[0];
}

std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (out.ends_with('-')) out.pop_back();
  return out;
}

/// What shops write on a price tag: just under a whole amount, or whole hundreds where there is no minor unit.
std::int64_t price_tag(double dollars, const Shop& shop) {
  if (shop.minor_units == 1) return std::max<std::int64_t>(100, std::llround(dollars * shop.price_level / 100) * 100);
  return std::max<std::int64_t>(2, std::llround(dollars * shop.price_level)) * shop.minor_units - shop.minor_units / 20;
}

void add_product(Shop& shop, std::uint64_t seed, Day epoch) {
  const auto index = static_cast<std::uint32_t>(shop.products.size());
  Draw draw(key_of(seed, kProductKey, shop.index, index));
  Product product;
  product.type = kThings[draw.below(kThings.size())];
  product.title = fmt::format("{} {} {}", kQualities[draw.below(kQualities.size())], product.type, index + 1);
  product.handle = slug(product.title);
  product.first_variant = static_cast<std::uint32_t>(shop.variants.size());
  product.variant_count = 1 + static_cast<std::uint32_t>(draw.below(kColours.size()));
  product.created = std::max(shop.opened, epoch - days(draw.below(900)));
  const double dollars = std::clamp(42 * draw.spread(0.6), 9.0, 240.0);
  const double cost = draw.uniform(0.24, 0.58);
  for (std::uint32_t i = 0; i < product.variant_count; ++i) {
    Variant variant;
    variant.product = index;
    variant.title = product.variant_count == 1 ? "Default Title" : std::string(kColours[i]);
    variant.sku = fmt::format("{:02}-{:03}-{}", shop.index, index + 1, i + 1);
    variant.price = price_tag(dollars * (i == 3 ? 1.15 : 1.0), shop);
    variant.unit_cost = std::llround(static_cast<double>(variant.price) * cost);
    shop.variants.push_back(std::move(variant));
  }
  shop.products.push_back(std::move(product));
}

void add_gift_card(Shop& shop) {
  const auto index = static_cast<std::uint32_t>(shop.products.size());
  const auto variant = static_cast<std::uint32_t>(shop.variants.size());
  shop.products.push_back({"Gift Card", "gift-card", "Gift Cards", variant, 1, true, shop.opened});
  const auto value = std::llround(50 * shop.price_level) * shop.minor_units;
  shop.variants.push_back({index, "Default Title", fmt::format("{:02}-GIFT", shop.index), value, 0});
}

Shop make_shop(const World& world, std::uint32_t client, std::uint32_t clients) {
  Shop shop;
  for (std::size_t platform = 0; platform < kPlatforms; ++platform) {
    shop.accounts[platform] = &world.accounts()[platform * clients + client];
  }
  const auto& account = *shop.accounts[0];
  const auto& region = region_of(account);
  Draw draw(key_of(world.seed(), kShopKey, client));
  shop.index = client;
  shop.id = 60'000'000'000ULL + mix(world.seed()) % 10'000 * 100'000 + client;
  shop.name = account.name;
  shop.domain = slug(account.name) + ".myshopify.com";
  shop.country = region.country;
  shop.currency = account.currency;
  shop.minor_units = account.minor_units;
  shop.time_zone = account.time_zone;
  shop.price_level = account.price_level;
  shop.taxes_included = region.taxes_included;
  shop.tax_rate = region.tax_rate;
  shop.foreign_currency = Currency::parse(region.foreign_currency).value_or(Currency{});
  shop.foreign_minor_units = region.foreign_minor_units;
  shop.foreign_rate = region.foreign_rate;
  shop.opened = world.epoch() - kHistory;
  shop.organic = std::min(kMostOrganic, static_cast<double>(account.campaigns.size()) * draw.uniform(5, 8));
  shop.growth = draw.uniform(0.02, 0.3);
  const auto products = 18 + draw.below(25);
  for (std::uint64_t i = 0; i < products; ++i) add_product(shop, world.seed(), world.epoch());
  add_gift_card(shop);
  return shop;
}

}  // namespace

std::vector<Shop> make_shops(const World& world) {
  std::vector<Shop> shops;
  const auto clients = static_cast<std::uint32_t>(world.accounts().size() / kPlatforms);
  for (std::uint32_t client = 0; client < clients; ++client) shops.push_back(make_shop(world, client, clients));
  return shops;
}

}  // namespace omnify::sandbox::market
