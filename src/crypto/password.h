// Passwords: Argon2id hashes in the PHC string form, and the policy for new ones.
//
// `hash_password` and `verify_password` block for tens of milliseconds and take 19 MiB each: call them on the CPU pool,
// never on an I/O thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace omnify::crypto {

inline constexpr std::size_t kMinPasswordCharacters = 8;
inline constexpr std::size_t kMaxPasswordBytes = 256;

/// "$argon2id$v=19$m=19456,t=2,p=1$salt$hash" with a random salt. The password's exact bytes count: no trimming.
/// Throws Error(invalid_field) for one longer than kMaxPasswordBytes. Blocking.
[[nodiscard]] std::string hash_password(std::string_view password);

/// False for a wrong password and for a hash that is not an Argon2id PHC string. Blocking.
[[nodiscard]] bool verify_password(std::string_view password, const std::string& hash);

/// The hash was made with other parameters than today's: hash again at the next good login.
[[nodiscard]] bool needs_rehash(std::string_view hash) noexcept;

/// The hash of a discarded random password under today's parameters. Verify against it for an unknown user, so that
/// the time of the answer does not tell who exists.
[[nodiscard]] const std::string& dummy_password_hash();

/// Why a new password is refused, as a sentence for the user; nothing when it is accepted. `context` holds words that
/// are too easy to guess here: the product's, the organization's, the mail address. Any other composition is allowed.
[[nodiscard]] std::optional<std::string> password_objection(std::string_view password,
                                                            std::span<const std::string_view> context = {});

}  // namespace omnify::crypto
