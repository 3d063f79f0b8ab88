// Where a connection's credentials come from: the vault, behind an interface, so that this room never sees a key.
#pragma once

#include <map>
#include <string>

#include "async/task.h"
#include "base/uuid.h"

namespace omnify::sync {

class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  /// Field name → value, decrypted; empty when none are stored.
  virtual Task<std::map<std::string, std::string>> read(OrganizationId organization, ConnectionId connection) = 0;
};

}  // namespace omnify::sync
