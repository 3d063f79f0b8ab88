// Files and folders that only their owner may read, and that are either old or new, never half.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace omnify::app {

/// Makes the folder and its parents; the folder itself with mode 0700. Throws Error{unavailable} with a sentence that
/// names the folder: no right, a file in its place, a full disk.
void make_private_folder(const std::filesystem::path& folder);

/// Writes a file of mode 0600 under a temporary name, then renames it. Throws Error{unavailable} with a sentence.
void write_private_file(const std::filesystem::path& path, std::string_view content);

/// The whole file; empty when there is none.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Throws Error{unavailable} unless the file system of `folder` has `bytes` free.
void require_space(const std::filesystem::path& folder, std::uintmax_t bytes);

/// The folder of the running program.
[[nodiscard]] std::filesystem::path program_folder();

}  // namespace omnify::app
