// The most used passwords of public breach statistics that the minimum length does not already refuse.
#pragma once

#include <string_view>

namespace omnify::crypto {

/// `lower_case` is the password with its ASCII letters lowered.
[[nodiscard]] bool is_common_password(std::string_view lower_case) noexcept;

}  // namespace omnify::crypto
