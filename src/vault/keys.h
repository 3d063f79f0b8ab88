// Where the encryption keys of an installation come from.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "crypto/fernet.h"

namespace omnify::vault {

/// The file of a data folder that holds "key1,key2", mode 0600.
inline constexpr std::string_view kKeyFile = "encryption.keys";

/// From `setting` (OMNIFY_ENCRYPTION_KEYS) when it is not empty, else from the data folder. Throws
/// Error{invalid_request} that says how to make a key when there is neither, and refuses a key file that others may
/// read.
[[nodiscard]] crypto::FernetKeys load_keys(const std::string& setting, const std::filesystem::path& data);

/// Writes a new key into the data folder unless there is one, atomically and readable by its owner only.
void ensure_key_file(const std::filesystem::path& data);

}  // namespace omnify::vault
