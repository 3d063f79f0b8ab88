// Makes the accounts of a world from its seed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "market/model.h"

namespace omnify::sandbox::market {

/// Each advertiser has an account on every platform. small: three advertisers, 24 campaigns in the first's Meta
/// account. agency: 52 advertisers, one of them with 3,000 campaigns. large: one account with well over 1,000 ads, and
/// small ones.
enum class Size { small, agency, large };

[[nodiscard]] std::optional<Size> parse_size(std::string_view text) noexcept;

/// `epoch` is the day that the stories are told for: what is to be noticed is noticeable on it.
[[nodiscard]] std::vector<Account> make_accounts(std::uint64_t seed, Size size, Day epoch);

}  // namespace omnify::sandbox::market
