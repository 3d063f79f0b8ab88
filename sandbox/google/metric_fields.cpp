#include <boost/json.hpp>

#include "google/entity_fields.h"

namespace omnify::sandbox::google {
namespace {

using Value = FieldValue;

double micros_per_minor(const Context& c) {
  return static_cast<double>(kMicrosPerUnit) / static_cast<double>(c.account->minor_units);
}
double cost(const Context& c) { return static_cast<double>(c.figures.spend) * micros_per_minor(c); }
double count(const Credit& credit) { return static_cast<double>(credit.quarters) / 4.0; }
double major(const Context& c, const Credit& credit) {
  return static_cast<double>(credit.value) / static_cast<double>(c.account->minor_units);
}
/// Zero where there is nothing to divide by, as the platform has it.
Value share(double numerator, double denominator) { return denominator == 0 ? 0.0 : numerator / denominator; }

/// A row of a conversion category has that category's credit only.
Credit conversions(const Context& c) {
  Credit sum = c.figures.purchases;
  return sum += c.figures.leads;
}
Credit all_conversions(const Context& c) {
  Credit sum = conversions(c);
  return sum += c.figures.carts;
}
Value impressions(const Context& c) { return c.figures.impressions; }
Value conversion_count(const Context& c) { return count(conversions(c)); }
Value conversion_value(const Context& c) { return major(c, conversions(c)); }
Value all_count(const Context& c) { return count(all_conversions(c)); }
Value all_value(const Context& c) { return major(c, all_conversions(c)); }

using enum Type;
constexpr auto kMetric = Category::metric;
constexpr auto kSegment = Category::segment;
constexpr unsigned kReported = kCustomer | kCampaign | kBudget | kAdGroup | kAd | kAssetGroup;
constexpr unsigned kNotAssets = kReported & ~kAssetGroup;

constexpr Field kFields[] = {
    {"segments.date", kSegment, date, kReported,
     [](const Context& c) -> Value { return c.date ? Value(format_day(*c.date)) : Value(nullptr); }},
    {"segments.conversion_action_category", kSegment, enumeration, kReported,
     [](const Context& c) -> Value { return c.category; },
     "DEFAULT PAGE_VIEW PURCHASE SIGNUP DOWNLOAD ADD_TO_CART BEGIN_CHECKOUT SUBSCRIBE_PAID PHONE_CALL_LEAD "
     "IMPORTED_LEAD SUBMIT_LEAD_FORM BOOK_APPOINTMENT REQUEST_QUOTE GET_DIRECTIONS OUTBOUND_CLICK CONTACT ENGAGEMENT "
     "STORE_VISIT STORE_SALE QUALIFIED_LEAD CONVERTED_LEAD YOUTUBE_FOLLOW_ON_VIEWS"},
    {"metrics.impressions", kMetric, int64, kReported, impressions},
    {"metrics.clicks", kMetric, int64, kReported, [](const Context& c) -> Value { return c.figures.clicks; }},
    {"metrics.cost_micros", kMetric, int64, kReported,
     [](const Context& c) -> Value { return c.figures.spend * (kMicrosPerUnit / c.account->minor_units); }},
    {"metrics.interactions", kMetric, int64, kReported,
     [](const Context& c) -> Value { return c.figures.clicks + c.figures.engagements; }},
    {"metrics.engagements", kMetric, int64, kNotAssets,
     [](const Context& c) -> Value { return c.figures.engagements; }},
    {"metrics.video_trueview_views", kMetric, int64, kNotAssets,
     [](const Context& c) -> Value { return c.figures.video_views; }},
    {"metrics.ctr", kMetric, number, kReported,
     [](const Context& c) {
       return share(static_cast<double>(c.figures.clicks), static_cast<double>(c.figures.impressions));
     }},
    {"metrics.average_cpc", kMetric, number, kReported,
     [](const Context& c) { return share(cost(c), static_cast<double>(c.figures.clicks)); }},
    {"metrics.average_cpm", kMetric, number, kNotAssets,
     [](const Context& c) { return share(1000 * cost(c), static_cast<double>(c.figures.impressions)); }},
    {"metrics.average_cost", kMetric, number, kReported,
     [](const Context& c) { return share(cost(c), static_cast<double>(c.figures.clicks + c.figures.engagements)); }},
    {"metrics.conversions", kMetric, number, kReported, conversion_count, {}, true},
    {"metrics.conversions_value", kMetric, number, kReported, conversion_value, {}, true},
    {"metrics.all_conversions", kMetric, number, kReported, all_count, {}, true},
    {"metrics.all_conversions_value", kMetric, number, kReported, all_value, {}, true},
    {"metrics.view_through_conversions", kMetric, int64, kReported, [](const Context&) -> Value { return 0; }},
    {"metrics.cost_per_conversion", kMetric, number, kReported,
     [](const Context& c) { return share(cost(c), count(conversions(c))); }},
    {"metrics.video_quartile_p100_rate", kMetric, number, kCampaign | kAdGroup | kAd,
     [](const Context& c) -> Value { return c.figures.video_views > 0 ? 0.19 : 0.0; }},
    {"metrics.search_impression_share", kMetric, number, kCustomer | kCampaign | kAdGroup, nothing},
    {"metrics.search_top_impression_share", kMetric, number, kCampaign | kAdGroup, nothing},
    {"metrics.search_budget_lost_impression_share", kMetric, number, kCustomer | kCampaign, nothing},
    {"metrics.search_rank_lost_impression_share", kMetric, number, kCustomer | kCampaign | kAdGroup, nothing},
};

}  // namespace

std::span<const Field> metric_fields() noexcept { return kFields; }

}  // namespace omnify::sandbox::google
