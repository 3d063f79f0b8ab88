// What a connector delivers and the loader stores: one row per ad and day, and the entities that the rows belong to.
// Shared by every source: a platform's API and a file.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/money.h"

namespace omnify::platforms {

/// As the interface shows it; a platform's own states map to these three.
enum class EntityStatus { active, paused, ended };
BOOST_DESCRIBE_ENUM(EntityStatus, active, paused, ended)

/// External ids are the platform's own, as text. Amounts are in micros of `currency` (ISO 4217).
struct AccountRow {
  std::string external_id;
  std::string name;
  Currency currency;
  std::string time_zone;  ///< IANA name; the zone of the account's days
};

struct CampaignRow {
  std::string external_id;
  std::string name;
  EntityStatus status = EntityStatus::active;
  std::optional<std::string> objective;
  std::optional<Micros> daily_budget;  ///< micros; empty where the ad sets have the budget, or unknown
};

struct AdSetRow {
  std::string external_id;
  std::string campaign_external_id;
  std::string name;
  EntityStatus status = EntityStatus::active;
};

struct AdRow {
  std::string external_id;
  std::string ad_set_external_id;
  std::string name;
  EntityStatus status = EntityStatus::active;
  std::optional<std::string> creative_external_id;
  std::optional<std::string> creative_title;
  std::optional<std::string> creative_body;
};

/// `day` is the account's local day. `conversions` in millionths (platforms report fractions); both it and `revenue`
/// are empty where the platform does not report them, which is not zero.
struct FactRow {
  Day day;
  std::string campaign_external_id;
  std::string ad_set_external_id;
  std::string ad_external_id;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  Micros spend = 0;
  std::optional<Micros> conversions;
  std::optional<Micros> revenue;
};

/// What a platform says of an account as a whole on one of its local days, asked for at the account's own level and not
/// summed by us: the control figures of a reconciliation. Units as in FactRow.
struct AccountDay {
  Day day;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  Micros spend = 0;
  std::optional<Micros> conversions = std::nullopt;
  std::optional<Micros> revenue = std::nullopt;
};

/// The entities of one account; children name their parents by external id.
struct EntityRows {
  std::vector<CampaignRow> campaigns;
  std::vector<AdSetRow> ad_sets;
  std::vector<AdRow> ads;
};

}  // namespace omnify::platforms
