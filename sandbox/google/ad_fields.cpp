#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>

#include "google/entity_fields.h"
#include "market/names.h"

namespace omnify::sandbox::google {
namespace {

using boost::json::array;
using boost::json::object;
using Value = FieldValue;

constexpr std::string_view kAdTypes =
    "TEXT_AD EXPANDED_TEXT_AD RESPONSIVE_SEARCH_AD RESPONSIVE_DISPLAY_AD VIDEO_AD VIDEO_RESPONSIVE_AD IMAGE_AD APP_AD "
    "DEMAND_GEN_MULTI_ASSET_AD DEMAND_GEN_CAROUSEL_AD DEMAND_GEN_VIDEO_RESPONSIVE_AD SHOPPING_PRODUCT_AD";
constexpr std::string_view kPrimary = "ELIGIBLE PAUSED REMOVED PENDING LIMITED NOT_ELIGIBLE";
constexpr std::string_view kStrength = "PENDING NO_ADS POOR AVERAGE GOOD EXCELLENT";

const market::Ad& ad(const Context& c) { return c.account->ads[c.index]; }
std::string_view channel(const Context& c) {
  const auto index = campaign_index(c);
  return channel_of(c.account->campaigns[index], index);
}

std::string_view ad_type(const Context& c) {
  if (channel(c) == "SEARCH") return "RESPONSIVE_SEARCH_AD";
  if (channel(c) == "DISPLAY") return "RESPONSIVE_DISPLAY_AD";
  if (channel(c) == "VIDEO") return "VIDEO_RESPONSIVE_AD";
  return channel(c) == "DEMAND_GEN" ? "DEMAND_GEN_MULTI_ASSET_AD" : "APP_AD";
}

/// The ad's own text, and the next ones of the market: an ad of this platform has several of each kind.
array texts(const Context& c, std::size_t count, bool bodies) {
  array list;
  for (std::size_t i = 0; i < count; ++i) {
    const auto text = market::ad_text(static_cast<std::uint32_t>((ad(c).text + i) % market::ad_text_count()));
    list.push_back(object{{"text", bodies ? text.body : text.title}});
  }
  return list;
}

/// Null for ads of another type, as every field of a oneof.
template <std::size_t Count, bool Bodies>
Value texts_of(const Context& c, std::string_view type) {
  if (ad_type(c) != type) return nullptr;
  return texts(c, Count, Bodies);
}

Value images(const Context& c, std::string_view type, std::uint64_t offset) {
  if (ad_type(c) != type) return nullptr;
  return array{object{{"asset", fmt::format("customers/{}/assets/{}", c.customer, c.account->id + offset + c.index)}}};
}

bool paused(const Context& c) { return ad(c).paused_on && c.today >= *ad(c).paused_on; }
Value primary(const Context& c) {
  if (paused(c)) return "PAUSED";
  return market::is_live(*c.account, ad(c), c.today) ? "ELIGIBLE" : "NOT_ELIGIBLE";
}
/// Responsive search ads have no names.
Value name(const Context& c) {
  if (ad_type(c) == "RESPONSIVE_SEARCH_AD" || ad_type(c) == "APP_AD") return nullptr;
  return fmt::format("{} {}", ad(c).format == market::Format::video ? "Video" : "Image",
                     market::ad_text(ad(c).text).title);
}
Value business(const Context& c, std::string_view type) {
  return ad_type(c) == type ? Value(c.account->name) : Value(nullptr);
}

constexpr std::string_view kSearch = "RESPONSIVE_SEARCH_AD";
constexpr std::string_view kDisplay = "RESPONSIVE_DISPLAY_AD";
constexpr std::string_view kVideo = "VIDEO_RESPONSIVE_AD";
constexpr std::string_view kDemand = "DEMAND_GEN_MULTI_ASSET_AD";
constexpr std::string_view kApp = "APP_AD";

using enum Type;
constexpr auto kAttribute = Category::attribute;

constexpr Field kFields[] = {
    {"ad_group_ad.resource_name", kAttribute, text, kAd,
     [](const Context& c) -> Value {
       return fmt::format("customers/{}/{}", c.customer, resource_name(c, "ad_group_ad"));
     }},
    {"ad_group_ad.ad_group", kAttribute, text, kAd,
     [](const Context& c) -> Value {
       return fmt::format("customers/{}/{}", c.customer, resource_name(c, "ad_group"));
     }},
    {"ad_group_ad.status", kAttribute, enumeration, kAd,
     [](const Context& c) -> Value { return paused(c) ? "PAUSED" : "ENABLED"; }, "ENABLED PAUSED REMOVED"},
    {"ad_group_ad.primary_status", kAttribute, enumeration, kAd, primary, kPrimary},
    {"ad_group_ad.ad_strength", kAttribute, enumeration, kAd, [](const Context&) -> Value { return "AVERAGE"; },
     kStrength},
    {"ad_group_ad.policy_summary.approval_status", kAttribute, enumeration, kAd,
     [](const Context&) -> Value { return "APPROVED"; }, "DISAPPROVED APPROVED_LIMITED APPROVED AREA_OF_INTEREST_ONLY"},
    {"ad_group_ad.policy_summary.review_status", kAttribute, enumeration, kAd,
     [](const Context&) -> Value { return "REVIEWED"; }, "REVIEW_IN_PROGRESS REVIEWED UNDER_APPEAL ELIGIBLE_MAY_SERVE"},
    {"ad_group_ad.ad.resource_name", kAttribute, text, kAd,
     [](const Context& c) -> Value { return fmt::format("customers/{}/{}", c.customer, resource_name(c, "ad")); }},
    {"ad_group_ad.ad.id", kAttribute, int64, kAd,
     [](const Context& c) -> Value { return c.world->object_id(*c.account, market::Kind::ad, c.index); }},
    {"ad_group_ad.ad.name", kAttribute, text, kAd, name},
    {"ad_group_ad.ad.type", kAttribute, enumeration, kAd, [](const Context& c) -> Value { return ad_type(c); },
     kAdTypes},
    {"ad_group_ad.ad.final_urls", kAttribute, list, kAd,
     [](const Context& c) -> Value {
       return array{fmt::format("https://shop.example/{}/offer", c.account->index + 1)};
     }},
    {"ad_group_ad.ad.expanded_text_ad.headline_part1", kAttribute, text, kAd, nothing},
    {"ad_group_ad.ad.expanded_text_ad.description", kAttribute, text, kAd, nothing},
    {"ad_group_ad.ad.responsive_search_ad.headlines", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<3, false>(c, kSearch); }},
    {"ad_group_ad.ad.responsive_search_ad.descriptions", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<2, true>(c, kSearch); }},
    {"ad_group_ad.ad.responsive_search_ad.path1", kAttribute, text, kAd,
     [](const Context& c) -> Value { return ad_type(c) == kSearch ? Value("offer") : Value(nullptr); }},
    {"ad_group_ad.ad.responsive_search_ad.path2", kAttribute, text, kAd, nothing},
    {"ad_group_ad.ad.responsive_display_ad.headlines", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<2, false>(c, kDisplay); }},
    {"ad_group_ad.ad.responsive_display_ad.long_headline", kAttribute, list, kAd,
     [](const Context& c) -> Value {
       return ad_type(c) == kDisplay ? Value(texts(c, 1, true).front()) : Value(nullptr);
     }},
    {"ad_group_ad.ad.responsive_display_ad.descriptions", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<2, true>(c, kDisplay); }},
    {"ad_group_ad.ad.responsive_display_ad.business_name", kAttribute, text, kAd,
     [](const Context& c) { return business(c, kDisplay); }},
    {"ad_group_ad.ad.responsive_display_ad.marketing_images", kAttribute, list, kAd,
     [](const Context& c) { return images(c, kDisplay, 10'000); }},
    {"ad_group_ad.ad.responsive_display_ad.square_marketing_images", kAttribute, list, kAd,
     [](const Context& c) { return images(c, kDisplay, 20'000); }},
    {"ad_group_ad.ad.image_ad.image_url", kAttribute, text, kAd, nothing},
    {"ad_group_ad.ad.image_ad.pixel_width", kAttribute, int64, kAd, nothing},
    {"ad_group_ad.ad.image_ad.pixel_height", kAttribute, int64, kAd, nothing},
    {"ad_group_ad.ad.video_ad.video.asset", kAttribute, text, kAd, nothing},
    {"ad_group_ad.ad.video_responsive_ad.headlines", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<1, false>(c, kVideo); }},
    {"ad_group_ad.ad.video_responsive_ad.long_headlines", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<1, true>(c, kVideo); }},
    {"ad_group_ad.ad.video_responsive_ad.descriptions", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<1, true>(c, kVideo); }},
    {"ad_group_ad.ad.demand_gen_multi_asset_ad.headlines", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<2, false>(c, kDemand); }},
    {"ad_group_ad.ad.demand_gen_multi_asset_ad.descriptions", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<2, true>(c, kDemand); }},
    {"ad_group_ad.ad.demand_gen_multi_asset_ad.business_name", kAttribute, text, kAd,
     [](const Context& c) { return business(c, kDemand); }},
    {"ad_group_ad.ad.demand_gen_multi_asset_ad.marketing_images", kAttribute, list, kAd,
     [](const Context& c) { return images(c, kDemand, 30'000); }},
    {"ad_group_ad.ad.app_ad.headlines", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<2, false>(c, kApp); }},
    {"ad_group_ad.ad.app_ad.descriptions", kAttribute, list, kAd,
     [](const Context& c) { return texts_of<1, true>(c, kApp); }},
};

}  // namespace

std::span<const Field> ad_fields() noexcept { return kFields; }

}  // namespace omnify::sandbox::google
