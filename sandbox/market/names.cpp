#include "market/names.h"

#include <fmt/format.h>

#include <array>

namespace omnify::sandbox::market {
namespace {

constexpr std::array<std::string_view, 12> kAdvertisers{
    "Alder & Finch Outdoor", "Nordlicht Wohnen",  "Hoshi Coffee",      "Meridian Cycles",
    "Calla Skincare",        "Tidewater Kitchen", "Brightleaf Garden", "Fernweh Rucksack",
    "Lumen Audio",           "Juniper Kids",      "Stonebridge Books", "Velo Nord"};
constexpr std::array<std::string_view, 8> kSeasons{"Evergreen", "Spring Launch", "Summer Sale",  "Autumn Collection",
                                                   "Bundles",   "New Arrivals",  "Best Sellers", "Gift Guide"};
constexpr std::array<std::string_view, 6> kStages{"Prospecting", "Retargeting", "Broad",
                                                  "Lookalike",   "Advantage+",  "Loyalty"};
constexpr std::array<std::string_view, 12> kAudiences{"Broad 18-65+",
                                                      "Lookalike 1% purchasers",
                                                      "Lookalike 3% add to cart",
                                                      "Interest: outdoor",
                                                      "Interest: design",
                                                      "Interest: coffee",
                                                      "Visitors 30 days",
                                                      "Cart abandoners 14 days",
                                                      "Past customers 180 d",
                                                      "Engaged followers",
                                                      "Women 25-44",
                                                      "Men 25-44"};
constexpr std::array<AdText, 16> kTexts{{
    {"Made to last, priced to love", "Free delivery on your first order, and 60 days to change your mind."},
    {"The one everybody asks about", "Rated 4.8 of 5 by more than twelve thousand customers."},
    {"Back in stock – for now", "It sold out twice this year. Get yours before the weekend."},
    {"20% off, this week only", "Use the code at checkout. Ends Sunday at midnight."},
    {"Built by people who use it", "Every detail was tested outdoors, in rain, for a year."},
    {"Your mornings, upgraded", "A small change that you will notice every single day."},
    {"See how it is made", "Two minutes in our workshop, from the first cut to the box."},
    {"Less plastic, more joy", "Packed in paper, shipped by rail wherever there is one."},
    {"A gift they will keep", "Wrapped by hand, with your own words on the card."},
    {"Find your size in a minute", "Answer three questions and we will do the rest."},
    {"Try it for 30 nights", "If it is not for you, we collect it for free."},
    {"New colours are here", "Four new tones, the same fabric that you know."},
    {"What our customers build", "Real homes, real pictures, no studio."},
    {"Designed in the north", "Quiet shapes and honest materials since 2009."},
    {"Save with the bundle", "Three favourites together, a quarter less to pay."},
    {"Join forty thousand others", "Tips every second Friday, and first access to each launch."},
}};

std::string_view objective_word(Objective objective) {
  switch (objective) {
    case Objective::sales:
      return "Sales";
    case Objective::leads:
      return "Leads";
    case Objective::traffic:
      return "Traffic";
    case Objective::awareness:
      return "Awareness";
    case Objective::engagement:
      return "Engagement";
    case Objective::app:
      return "App";
  }
  return "";
}

template <class List>
auto pick(const List& list, Draw& draw) {
  return list[draw.below(list.size())];
}

}  // namespace

std::string account_name(std::uint32_t index) {
  const auto name = kAdvertisers[index % kAdvertisers.size()];
  const auto round = index / kAdvertisers.size();
  return round == 0 ? std::string(name) : fmt::format("{} {}", name, round + 1);
}

std::string campaign_name(Objective objective, std::uint32_t index, Draw& draw) {
  const auto stage = pick(kStages, draw);
  const auto season = pick(kSeasons, draw);
  return fmt::format("{} | {} | {} | {:03}", objective_word(objective), stage, season, index + 1);
}

std::string_view audience_name(std::uint32_t audience) noexcept { return kAudiences[audience % kAudiences.size()]; }
std::uint32_t audience_count() noexcept { return kAudiences.size(); }
AdText ad_text(std::uint32_t text) noexcept { return kTexts[text % kTexts.size()]; }
std::uint32_t ad_text_count() noexcept { return kTexts.size(); }

}  // namespace omnify::sandbox::market
