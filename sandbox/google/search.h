// The rows that answer a plan, page by page, without computing more of the market than a page needs.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "google/plan.h"

namespace omnify::sandbox::google {

/// Whose rows, and when.
struct Customer {
  const market::World* world = nullptr;
  const market::Account* account = nullptr;  ///< null: the manager
  std::uint64_t manager = 0;
  Instant now{};
  [[nodiscard]] std::uint64_t id() const noexcept { return account == nullptr ? manager : account->id; }
};

/// Where a page begins. With ORDER BY only `sent` counts.
struct Position {
  std::uint32_t entity = 0;
  std::uint32_t skip = 0;  ///< rows of that entity which are behind us
  std::int64_t sent = 0;
};

struct Page {
  std::vector<boost::json::object> rows;
  std::optional<Position> next;
};

[[nodiscard]] Page read_page(const Plan& plan, const Customer& customer, const Position& position, std::size_t size);

/// All rows together: how many, and the sums of their metrics as one row.
struct Summary {
  std::int64_t rows = 0;
  boost::json::object row;
};
[[nodiscard]] Summary summarise(const Plan& plan, const Customer& customer);

/// "campaign.id,metrics.costMicros": the selected paths as a FieldMask.
[[nodiscard]] std::string field_mask(const Plan& plan);

}  // namespace omnify::sandbox::google
