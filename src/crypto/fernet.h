// Fernet tokens (github.com/fernet/spec): AES-128-CBC and HMAC-SHA-256 under a list of keys, so that keys can be
// changed without losing what older ones encrypted.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omnify::crypto {

/// The bytes of one key; wiped from memory when it goes.
struct FernetKey {
  std::array<std::uint8_t, 16> signing{};
  std::array<std::uint8_t, 16> encryption{};

  FernetKey() = default;
  FernetKey(const FernetKey&) = default;
  FernetKey& operator=(const FernetKey&) = default;
  ~FernetKey();
};

/// At least one key: the first encrypts, all are tried in order to decrypt. Immutable, usable from any thread.
class FernetKeys {
 public:
  using Time = std::chrono::sys_seconds;
  using Iv = std::array<std::uint8_t, 16>;

  /// From "key1,key2", each 32 bytes in base64url with padding (44 characters), the form of OMNIFY_ENCRYPTION_KEYS.
  /// Throws Error(invalid_field) that names the position, never the text, of a bad key.
  static FernetKeys parse(std::string_view text);

  /// A new random key in the form that `parse` reads.
  static std::string generate_key();

  /// A short public fingerprint of the encrypting key, to be stored beside a token: a token itself does not tell.
  [[nodiscard]] std::string key_id() const;

  /// The fingerprints of all keys, in their order.
  [[nodiscard]] std::vector<std::string> key_ids() const;

  [[nodiscard]] std::string encrypt(std::string_view plaintext, Time now) const;

  /// With the IV given: for the acceptance vectors. An IV must never be used twice or be predictable.
  [[nodiscard]] std::string encrypt_with_iv(std::string_view plaintext, Time now, const Iv& iv) const;

  /// The plaintext. With a `ttl`, refuses tokens older than it, and tokens from more than 60 s in the future; without
  /// one the time is not looked at. Throws the same Error for every failure, so that nothing can be learned from it.
  [[nodiscard]] std::string decrypt(std::string_view token, std::optional<std::chrono::seconds> ttl, Time now) const;
  [[nodiscard]] std::string decrypt(std::string_view token) const { return decrypt(token, std::nullopt, Time{}); }

  /// The same plaintext and timestamp under the first key, with a fresh IV. Throws as `decrypt`.
  [[nodiscard]] std::string rotate(std::string_view token) const;

 private:
  FernetKeys() = default;

  std::vector<FernetKey> keys_;
};

}  // namespace omnify::crypto
