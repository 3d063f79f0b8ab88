// Words for the simulated advertisers: campaign names, audiences, ad texts. No brand that exists.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "market/model.h"
#include "market/random.h"

namespace omnify::sandbox::market {

struct AdText {
  std::string_view title;
  std::string_view body;
};

[[nodiscard]] std::string account_name(std::uint32_t index);
[[nodiscard]] std::string campaign_name(Objective objective, std::uint32_t index, Draw& draw);
[[nodiscard]] std::string_view audience_name(std::uint32_t audience) noexcept;
[[nodiscard]] std::uint32_t audience_count() noexcept;
[[nodiscard]] AdText ad_text(std::uint32_t text) noexcept;
[[nodiscard]] std::uint32_t ad_text_count() noexcept;

}  // namespace omnify::sandbox::market
