// The metrics of a report's row. Source: TikTok API for Business, "Supported metrics" of integrated reports (v1.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "market/model.h"
#include "tiktok/objects.h"

namespace omnify::sandbox::tiktok {

/// What one row is about.
struct MetricContext {
  const Subject& entity;
  const market::Numbers& numbers;
};

/// Every value travels as a string; nothing is what the platform shows as "-".
using MetricReader = std::optional<std::string> (*)(const MetricContext&);

struct Metric {
  Level level = Level::advertiser;  ///< from which on it exists: an ad group's name from the level of ad groups
  MetricReader read = nullptr;
};

/// Nothing for a name that the platform does not have.
[[nodiscard]] const Metric* find_metric(std::string_view name);

}  // namespace omnify::sandbox::tiktok
