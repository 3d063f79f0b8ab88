// HTTP between a test and a server of its own.
#pragma once

#include "http/client.h"
#include "http/server.h"

namespace omnify::support {

/// A client that may reach this machine.
inline http::ClientOptions local_client() {
  http::ClientOptions options;
  options.egress.allow_loopback = true;
  return options;
}

/// A server on any free port that does not log what it is asked.
inline http::ServerOptions quiet_server() {
  http::ServerOptions options;
  options.access_log = false;
  return options;
}

}  // namespace omnify::support
