#include "crypto/password.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

#include <argon2.h>
#include <fmt/format.h>

#include "base/error.h"
#include "crypto/common_passwords.h"
#include "crypto/random.h"

namespace omnify::crypto {
namespace {

// One of the parameter sets that OWASP accepts as equal in strength: the one with the least memory per login.
constexpr std::uint32_t kMemoryKib = 19456;
constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kHashSize = 32;
constexpr std::string_view kPhcPrefix = "$argon2id$v=19$m=19456,t=2,p=1$";
constexpr std::size_t kShortestContextWord = 4;

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

/// Code points of UTF-8 text: every byte that does not continue one.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U; }));
}

bool one_repeated_byte(std::string_view text) { return text.find_first_not_of(text.front()) == std::string_view::npos; }

}  // namespace

std::string hash_password(std::string_view password) {
  if (password.size() > kMaxPasswordBytes) {
    throw Error(Code::invalid_field, fmt::format("A password may have at most {} bytes.", kMaxPasswordBytes));
  }
  const std::string salt = random_bytes(kSaltSize);
  std::string encoded(argon2_encodedlen(kPasses, kMemoryKib, kLanes, kSaltSize, kHashSize, Argon2_id), '\0');
  const int status = argon2id_hash_encoded(kPasses, kMemoryKib, kLanes, password.data(), password.size(), salt.data(),
                                           salt.size(), kHashSize, encoded.data(), encoded.size());
  if (status != ARGON2_OK) throw std::runtime_error(argon2_error_message(status));
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool verify_password(std::string_view password, const std::string& hash) {
  if (password.size() > kMaxPasswordBytes) return false;
  const int status = argon2id_verify(hash.c_str(), password.data(), password.size());
  if (status == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  return status == ARGON2_OK;
}

bool needs_rehash(std::string_view hash) noexcept { return !hash.starts_with(kPhcPrefix); }

const std::string& dummy_password_hash() {
  static const std::string kHash =
      "$argon2id$v=19$m=19456,t=2,p=1$6eSGn1S+jx6fdMR8kkLF9A$uXTBDEMr7dYL6l5w2wrIpT0g2wc3ZWATJFKi01hrLGk";
  return kHash;
}

std::optional<std::string> password_objection(std::string_view password, std::span<const std::string_view> context) {
  if (characters(password) < kMinPasswordCharacters) {
    return fmt::format("A password needs at least {} characters.", kMinPasswordCharacters);
  }
  if (password.size() > kMaxPasswordBytes) {
    return fmt::format("A password may have at most {} bytes.", kMaxPasswordBytes);
  }
  const std::string lower = lower_ascii(password);
  if (is_common_password(lower) || one_repeated_byte(lower)) {
    return "This password is among the first that anyone would try. Choose another.";
  }
  for (const std::string_view word : context) {
    const bool half_of_it = word.size() >= kShortestContextWord && word.size() * 2 >= lower.size();
    if (half_of_it && lower.find(lower_ascii(word)) != std::string::npos) {
      return "This password is mostly a name that is known here. Choose another.";
    }
  }
  return std::nullopt;
}

}  // namespace omnify::crypto
