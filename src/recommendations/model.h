// Recommendations as the API shows them.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/json.h"
#include "base/uuid.h"

namespace omnify::recommendations {

enum class Category { budget, creative, targeting };
BOOST_DESCRIBE_ENUM(Category, budget, creative, targeting)

enum class Grade { high, medium, low };
BOOST_DESCRIBE_ENUM(Grade, high, medium, low)

struct EvidenceRow {
  std::string label;
  std::string value;
  std::optional<std::string> comparison;
};
BOOST_DESCRIBE_STRUCT(EvidenceRow, (), (label, value, comparison))

/// Money gained by following the advice, with the central interval of the given confidence. `measure` is "revenue"
/// (more of it for the same spend) or "spend" (net of what is lost: less of it for the same result).
struct ExpectedEffect {
  std::string measure;
  std::string per = "month";
  Decimal value;
  Decimal low;
  Decimal high;
  double confidence = 0.8;
};
BOOST_DESCRIBE_STRUCT(ExpectedEffect, (), (measure, per, value, low, high, confidence))

struct Recommendation {
  Uuid id;  ///< the same advice on the same things keeps its id
  Category category = Category::budget;
  std::string title;
  std::string explanation;
  Grade impact = Grade::low;
  Grade effort = Grade::low;
  std::optional<CampaignId> campaign_id;
  std::optional<std::string> campaign_name;
  std::optional<std::string> platform;
  std::vector<EvidenceRow> evidence;
  ExpectedEffect expected;
};
BOOST_DESCRIBE_STRUCT(Recommendation, (),
                      (id, category, title, explanation, impact, effort, campaign_id, campaign_name, platform, evidence,
                       expected))

struct RecommendationList {
  Day as_of;  ///< the last complete day
  std::string currency;
  std::vector<Recommendation> items;  ///< largest expected effect first
  std::optional<std::string> note;    ///< why it is empty
};
BOOST_DESCRIBE_STRUCT(RecommendationList, (), (as_of, currency, items, note))

}  // namespace omnify::recommendations
