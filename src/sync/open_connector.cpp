#include "sync/open_connector.h"

#include "base/error.h"

namespace omnify::sync {

Task<std::unique_ptr<platforms::Connector>> open_connector(const ServiceParts& parts, OrganizationId organization,
                                                           ConnectionRow connection) {
  auto credentials = co_await parts.credentials.read(organization, connection.id);
  if (credentials.empty()) {
    throw Error(Code::upstream_reconnect, "No credentials are stored for this connection. Enter them.");
  }
  co_return parts.connectors(connection.platform, connection.external_account_id, std::move(credentials));
}

}  // namespace omnify::sync
