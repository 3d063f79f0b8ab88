// Secrets: unguessable values from OpenSSL's generator, which the operating system seeds. Ids come from Uuid::random.
#pragma once

#include <cstddef>
#include <string>

namespace omnify::crypto {

[[nodiscard]] std::string random_bytes(std::size_t count);

/// base64url without padding of `bytes` random bytes: 16 for a session or link, 20 or more for an API key.
[[nodiscard]] std::string random_token(std::size_t bytes);

}  // namespace omnify::crypto
