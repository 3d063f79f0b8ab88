// A connector for a connection, with the credentials that the vault has for it.
#pragma once

#include <memory>

#include "sync/service.h"
#include "sync/store.h"

namespace omnify::sync {

/// Throws Error{upstream_reconnect} when no credentials are stored.
Task<std::unique_ptr<platforms::Connector>> open_connector(const ServiceParts& parts, OrganizationId organization,
                                                           ConnectionRow connection);

}  // namespace omnify::sync
