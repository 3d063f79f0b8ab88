// The migrations that migrations.cmake put into the program.
#pragma once

#include <span>
#include <string_view>

namespace omnify::database {

struct EmbeddedMigration {
  int version = 0;            ///< from 1, without gaps
  std::string_view name;      ///< 0001_foundation
  std::string_view checksum;  ///< SHA-256 of the file, in hexadecimal
  std::string_view sql;
};

[[nodiscard]] std::span<const EmbeddedMigration> embedded_migrations() noexcept;

}  // namespace omnify::database
