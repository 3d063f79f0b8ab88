// The tables behind find_field, one per kind of object.
#pragma once

#include <span>
#include <string_view>

#include "google/fields.h"

namespace omnify::sandbox::google {

[[nodiscard]] std::span<const Field> account_fields() noexcept;
[[nodiscard]] std::span<const Field> campaign_fields() noexcept;
[[nodiscard]] std::span<const Field> ad_fields() noexcept;
[[nodiscard]] std::span<const Field> metric_fields() noexcept;

/// Unions of Resource bits.
inline constexpr unsigned kCustomer = 1;
inline constexpr unsigned kClient = 2;
inline constexpr unsigned kCampaign = 4;
inline constexpr unsigned kBudget = 8;
inline constexpr unsigned kAdGroup = 16;
inline constexpr unsigned kAd = 32;
inline constexpr unsigned kAssetGroup = 64;
inline constexpr unsigned kAction = 128;
inline constexpr unsigned kEverywhere = 255;
inline constexpr unsigned kBelowCampaign = kAdGroup | kAd | kAssetGroup;

inline FieldValue nothing(const Context&) { return nullptr; }

}  // namespace omnify::sandbox::google
