// Credentials of connections, encrypted under the keys of the installation.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/uuid.h"
#include "crypto/fernet.h"

namespace omnify::database {
class Database;
}

namespace omnify::vault {

/// What may be shown of a stored secret: which field, and its ends.
struct MaskedCredential {
  ConnectionId connection;
  std::string field;
  std::string masked;
};

/// "EAAB…wxyz". Shorter than 12 bytes: only dots, because the ends would give most of it away.
[[nodiscard]] std::string masked(std::string_view secret);

/// A token is bound to its organization, connection and field: they are part of what is encrypted and are compared when
/// it is read, so that a row copied elsewhere in the database opens nothing.
class Vault {
 public:
  Vault(database::Database& database, crypto::FernetKeys keys) : database_(database), keys_(std::move(keys)) {}

  /// Adds or replaces the named fields; others stay. The connection must exist. Secrets are never logged.
  Task<> store(OrganizationId organization, ConnectionId connection, std::map<std::string, std::string> fields);

  /// All fields of the connection. Throws Error{upstream_reconnect} when one cannot be decrypted under today's keys:
  /// only new credentials help.
  Task<std::map<std::string, std::string>> read(OrganizationId organization, ConnectionId connection);

  /// Of all connections of the organization, by connection and field.
  Task<std::vector<MaskedCredential>> list(OrganizationId organization);

  Task<> remove(OrganizationId organization, ConnectionId connection);

 private:
  database::Database& database_;
  crypto::FernetKeys keys_;
};

}  // namespace omnify::vault
