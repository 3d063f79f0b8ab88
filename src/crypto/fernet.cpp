#include "crypto/fernet.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/error.h"
#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "crypto/random.h"

namespace omnify::crypto {
namespace {

// Layout: version 1, timestamp 8 (big endian), IV 16, ciphertext of whole blocks, HMAC 32.
constexpr std::uint8_t kVersion = 0x80;
constexpr std::size_t kTimestampOffset = 1;
constexpr std::size_t kIvOffset = 9;
constexpr std::size_t kCiphertextOffset = 25;
constexpr std::size_t kBlockSize = 16;
constexpr std::size_t kHmacSize = 32;
constexpr std::size_t kSmallestToken = kCiphertextOffset + kBlockSize + kHmacSize;
constexpr std::uint64_t kMaxClockSkewSeconds = 60;
constexpr std::size_t kKeySize = 32;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype([](EVP_CIPHER_CTX* c) { EVP_CIPHER_CTX_free(c); })>;

struct Opened {
  std::string plaintext;
  std::uint64_t timestamp = 0;
};

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string_view view_of(const std::array<std::uint8_t, 16>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

CipherContext cipher_context() {
  CipherContext context(EVP_CIPHER_CTX_new());
  if (!context) throw std::bad_alloc();
  return context;
}

std::string encrypt_blocks(const FernetKey& key, std::string_view plaintext, std::string_view iv) {
  const CipherContext context = cipher_context();
  std::string out(plaintext.size() + kBlockSize, '\0');
  auto* target = reinterpret_cast<unsigned char*>(out.data());
  int written = 0;
  int last = 0;
  if (EVP_EncryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key.encryption.data(), bytes_of(iv)) != 1 ||
      EVP_EncryptUpdate(context.get(), target, &written, bytes_of(plaintext), static_cast<int>(plaintext.size())) !=
          1 ||
      EVP_EncryptFinal_ex(context.get(), target + written, &last) != 1) {
    throw std::runtime_error("AES-128-CBC encryption failed");
  }
  out.resize(static_cast<std::size_t>(written + last));
  return out;
}

std::optional<std::string> decrypt_blocks(const FernetKey& key, std::string_view ciphertext, std::string_view iv) {
  const CipherContext context = cipher_context();
  std::string out(ciphertext.size() + kBlockSize, '\0');
  auto* target = reinterpret_cast<unsigned char*>(out.data());
  int written = 0;
  int last = 0;
  if (EVP_DecryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key.encryption.data(), bytes_of(iv)) != 1 ||
      EVP_DecryptUpdate(context.get(), target, &written, bytes_of(ciphertext), static_cast<int>(ciphertext.size())) !=
          1 ||
      EVP_DecryptFinal_ex(context.get(), target + written, &last) != 1) {
    return std::nullopt;
  }
  out.resize(static_cast<std::size_t>(written + last));
  return out;
}

std::string seal(const FernetKey& key, std::string_view plaintext, std::uint64_t timestamp, std::string_view iv) {
  if (plaintext.size() > static_cast<std::size_t>(INT32_MAX) - kBlockSize) {
    throw Error(Code::too_large, "The secret is too large to be encrypted.");
  }
  std::string token(1, static_cast<char>(kVersion));
  for (int shift = 56; shift >= 0; shift -= 8) token += static_cast<char>((timestamp >> shift) & 0xFFU);
  token += iv;
  token += encrypt_blocks(key, plaintext, iv);
  token += as_view(hmac_sha256(view_of(key.signing), token));
  return base64url_encode(token, Base64Padding::required);
}

/// Nothing is decrypted before the HMAC holds: padding errors must not become an oracle.
std::optional<std::string> open_with(const FernetKey& key, std::string_view token) {
  const std::string_view signed_part = token.substr(0, token.size() - kHmacSize);
  const Digest expected = hmac_sha256(view_of(key.signing), signed_part);
  if (!constant_time_equal(as_view(expected), token.substr(signed_part.size()))) return std::nullopt;
  const std::string_view ciphertext = signed_part.substr(kCiphertextOffset);
  if (ciphertext.size() % kBlockSize != 0) return std::nullopt;
  return decrypt_blocks(key, ciphertext, signed_part.substr(kIvOffset, kBlockSize));
}

std::uint64_t timestamp_of(std::string_view token) {
  std::uint64_t timestamp = 0;
  for (const char byte : token.substr(kTimestampOffset, kIvOffset - kTimestampOffset)) {
    timestamp = (timestamp << 8U) | static_cast<std::uint8_t>(byte);
  }
  return timestamp;
}

/// Compares differences only: timestamp + ttl could wrap.
bool is_fresh(std::uint64_t timestamp, std::chrono::seconds ttl, FernetKeys::Time now) {
  const auto current = static_cast<std::uint64_t>(now.time_since_epoch().count());
  if (timestamp > current) return timestamp - current <= kMaxClockSkewSeconds;
  return current - timestamp <= static_cast<std::uint64_t>(std::max<std::chrono::seconds::rep>(ttl.count(), 0));
}

[[noreturn]] void refuse() {
  throw Error(Code::internal, "The encrypted value cannot be read with the configured encryption keys.");
}

Opened open(const std::vector<FernetKey>& keys, std::string_view text, std::optional<std::chrono::seconds> ttl,
            FernetKeys::Time now) {
  const auto token = base64url_decode(text, Base64Padding::required);
  if (!token || token->size() < kSmallestToken || token->size() > INT32_MAX) refuse();
  if (static_cast<std::uint8_t>(token->front()) != kVersion) refuse();
  const std::uint64_t timestamp = timestamp_of(*token);
  if (ttl && !is_fresh(timestamp, *ttl, now)) refuse();
  for (const FernetKey& key : keys) {
    if (auto plaintext = open_with(key, *token)) return {std::move(*plaintext), timestamp};
  }
  refuse();
}

FernetKey parse_key(std::string_view text, std::size_t position) {
  auto bytes = base64url_decode(text, Base64Padding::required);
  if (!bytes || bytes->size() != kKeySize) {
    throw Error(
        Code::invalid_field,
        fmt::format("Encryption key {} is not 32 bytes in base64url (44 characters ending in \"=\").", position));
  }
  FernetKey key;
  std::copy_n(bytes->begin(), key.signing.size(), key.signing.begin());
  std::copy_n(bytes->begin() + key.signing.size(), key.encryption.size(), key.encryption.begin());
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return key;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// 48 bits of a digest over a random 256-bit key: enough to tell keys apart, useless to find one.
std::string fingerprint(const FernetKey& key) {
  std::string input = "omnify fernet key id:";
  input += view_of(key.signing);
  input += view_of(key.encryption);
  const std::string id = sha256_hex(input).substr(0, 12);
  OPENSSL_cleanse(input.data(), input.size());
  return id;
}

}  // namespace

FernetKey::~FernetKey() {
  OPENSSL_cleanse(signing.data(), signing.size());
  OPENSSL_cleanse(encryption.data(), encryption.size());
}

FernetKeys FernetKeys::parse(std::string_view text) {
  if (trimmed(text).empty()) throw Error(Code::invalid_field, "At least one encryption key is needed.");
  FernetKeys keys;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    keys.keys_.push_back(parse_key(trimmed(text.substr(start, end - start)), keys.keys_.size() + 1));
    start = end + 1;
  }
  return keys;
}

std::string FernetKeys::generate_key() { return base64url_encode(random_bytes(kKeySize), Base64Padding::required); }

std::string FernetKeys::key_id() const { return fingerprint(keys_.front()); }

std::vector<std::string> FernetKeys::key_ids() const {
  std::vector<std::string> ids(keys_.size());
  std::ranges::transform(keys_, ids.begin(), fingerprint);
  return ids;
}

std::string FernetKeys::encrypt(std::string_view plaintext, Time now) const {
  return seal(keys_.front(), plaintext, static_cast<std::uint64_t>(now.time_since_epoch().count()),
              random_bytes(kBlockSize));
}

std::string FernetKeys::encrypt_with_iv(std::string_view plaintext, Time now, const Iv& iv) const {
  return seal(keys_.front(), plaintext, static_cast<std::uint64_t>(now.time_since_epoch().count()), view_of(iv));
}

std::string FernetKeys::decrypt(std::string_view token, std::optional<std::chrono::seconds> ttl, Time now) const {
  return open(keys_, token, ttl, now).plaintext;
}

std::string FernetKeys::rotate(std::string_view token) const {
  Opened opened = open(keys_, token, std::nullopt, Time{});
  std::string rotated = seal(keys_.front(), opened.plaintext, opened.timestamp, random_bytes(kBlockSize));
  OPENSSL_cleanse(opened.plaintext.data(), opened.plaintext.size());
  return rotated;
}

}  // namespace omnify::crypto
