#include "crypto/digest.h"

#include <algorithm>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace omnify::crypto {

std::string_view as_view(const Digest& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest sha256(std::string_view data) {
  Digest digest{};
  if (EVP_Digest(data.data(), data.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 failed");
  }
  return digest;
}

std::string sha256_hex(std::string_view data) { return hex(as_view(sha256(data))); }

Digest hmac_sha256(std::string_view key, std::string_view data) {
  Digest digest{};
  std::size_t length = 0;
  // A null key pointer would mean "the key of the call before" to OpenSSL.
  const void* key_bytes = key.empty() ? "" : key.data();
  const auto* input = reinterpret_cast<const unsigned char*>(data.data());
  if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key_bytes, key.size(), input, data.size(), digest.data(),
                digest.size(), &length) == nullptr ||
      length != digest.size()) {
    throw std::runtime_error("HMAC-SHA-256 failed");
  }
  return digest;
}

bool constant_time_equal(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

Uuid derived_uuid(const Uuid& name_space, std::string_view name) {
  std::string input(reinterpret_cast<const char*>(name_space.bytes.data()), name_space.bytes.size());
  input += name;
  const Digest digest = sha256(input);
  Uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x80U);  // version 8
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);  // variant of RFC 9562
  return id;
}

}  // namespace omnify::crypto
