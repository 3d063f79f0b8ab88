// Digests, message authentication and the ids made from them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/uuid.h"
#include "crypto/encoding.h"

namespace omnify::crypto {

using Digest = std::array<std::uint8_t, 32>;

/// The bytes of a digest as text functions take them.
[[nodiscard]] std::string_view as_view(const Digest& digest) noexcept;

[[nodiscard]] Digest sha256(std::string_view data);
[[nodiscard]] std::string sha256_hex(std::string_view data);
[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view data);

/// Takes the same time wherever the inputs differ; only their lengths may show.
[[nodiscard]] bool constant_time_equal(std::string_view left, std::string_view right) noexcept;

/// The same id for the same namespace and name, on every machine: RFC 9562 version 8 over SHA-256. For the ids of
/// things that come from outside, so that loading them again finds them again.
[[nodiscard]] Uuid derived_uuid(const Uuid& name_space, std::string_view name);

}  // namespace omnify::crypto
