#include "market/shop_journey.h"

#include <fmt/format.h>

#include "market/random.h"

namespace omnify::sandbox::market {
namespace {

constexpr std::uint64_t kJourneyKey = 91;
constexpr double kNoJourneyShare = 0.03;
constexpr double kLostShare = 0.17;         // parameters that an in-app browser or a redirect dropped
constexpr double kClickIdLostShare = 0.25;  // click ids that a browser removed, where the rest remained
constexpr double kLeavesAndComesBack = 0.35;

struct Source {
  std::string_view name;      ///< as the shop's report shows it
  std::string_view referrer;  ///< empty: none
  std::string_view utm_source;
  std::string_view utm_medium;
};

/// Visits that no ad began.
constexpr std::array<Source, 5> kUnpaid{{{"direct", "", "", ""},
                                         {"Google", "https://www.google.com/", "", ""},
                                         {"email", "", "newsletter", "email"},
                                         {"direct", "", "", ""},
                                         {"Instagram", "https://l.instagram.com/", "", ""}}};

struct PaidSource {
  Source source;
  std::string_view click_id;
};

const PaidSource& paid_source(Platform platform) {
  static constexpr std::array<PaidSource, kPlatforms> kSources{
      {{{"Facebook", "https://l.facebook.com/", "facebook", "paid_social"}, "fbclid"},
       {{"Google", "https://www.google.com/", "google", "cpc"}, "gclid"},
       {{"TikTok", "https://www.tiktok.com/", "tiktok", "paid_social"}, "ttclid"}}};
  return kSources[static_cast<std::size_t>(platform)];
}

std::string page_of(const Order& order) {
  const auto& shop = *order.shop;
  const auto& variant = shop.variants[order.lines.front().variant];
  return fmt::format("https://{}/products/{}", shop.domain, shop.products[variant.product].handle);
}

Visit unpaid_visit(const Order& order, Draw& draw) {
  const auto& source = kUnpaid[draw.below(kUnpaid.size())];
  Visit visit;
  visit.source = source.name;
  visit.referrer = source.referrer;
  visit.landing_page = page_of(order);
  if (source.utm_source.empty()) return visit;
  visit.utm_source = source.utm_source;
  visit.utm_medium = source.utm_medium;
  visit.utm_campaign = fmt::format("week-{}", order.day.time_since_epoch().count() / 7 % 52 + 1);
  visit.landing_page += fmt::format("?utm_source={}&utm_medium={}&utm_campaign={}", visit.utm_source, visit.utm_medium,
                                    visit.utm_campaign);
  return visit;
}

Visit paid_visit(const Order& order, const World& world, const CampaignRef& ref, Draw& draw) {
  const auto& paid = paid_source(ref.platform);
  const auto& account = *order.shop->accounts[static_cast<std::size_t>(ref.platform)];
  Visit visit;
  visit.source = paid.source.name;
  visit.referrer = paid.source.referrer;
  visit.landing_page = page_of(order);
  const bool lost = draw.chance(kLostShare);
  const bool unnamed = draw.chance(kClickIdLostShare);
  const auto click = draw.bits();
  if (lost) return visit;
  visit.paid = true;
  visit.utm_source = paid.source.utm_source;
  visit.utm_medium = paid.source.utm_medium;
  visit.utm_campaign = std::to_string(world.object_id(account, Kind::campaign, ref.campaign));
  visit.landing_page += fmt::format("?utm_source={}&utm_medium={}&utm_campaign={}", visit.utm_source, visit.utm_medium,
                                    visit.utm_campaign);
  if (!unnamed) visit.landing_page += fmt::format("&{}=sim_{:016x}", paid.click_id, click);
  return visit;
}

}  // namespace

void fill_journey(Order& order, const World& world, const std::optional<CampaignRef>& clicked) {
  Draw draw(key_of(order.key, kJourneyKey));
  if (draw.chance(kNoJourneyShare)) return;
  const auto spread = [&](double low, double high) {
    return std::chrono::floor<std::chrono::seconds>(
        std::chrono::duration<double, std::ratio<3600>>(draw.uniform(low, high)));
  };
  auto entry = clicked ? paid_visit(order, world, *clicked, draw) : unpaid_visit(order, draw);
  const bool twice = draw.chance(kLeavesAndComesBack);
  entry.at = order.life.processed - (twice ? spread(2, 24.0 * 6) : spread(0.05, 0.8));
  order.first_visit = entry;
  order.last_visit = std::move(entry);
  if (!twice) return;
  // Who comes back mostly does so through another door, and hides the first one from last-click reports.
  if (draw.chance(0.6)) order.last_visit = unpaid_visit(order, draw);
  order.last_visit->at = order.life.processed - spread(0.05, 0.8);
}

}  // namespace omnify::sandbox::market
