// Protection of cookie-authenticated requests against other sites (OWASP CSRF cheat sheet: Fetch Metadata, then Origin,
// and a request that no plain form can make).
#pragma once

#include <string>
#include <vector>

#include "http/message.h"

namespace omnify::http {

/// Throws Error{permission_denied} unless a state-changing request comes from our own pages:
/// - Sec-Fetch-Site is same-origin or none; else Origin is one of `origins` (empty: http or https and our own Host);
///   else neither header is there (no browser), and X-OmniFy-CSRF is set or no cookie was sent;
/// - and it is JSON, or has X-OmniFy-CSRF, or has no body type and is not a POST: nothing that a form could send.
/// GET, HEAD and OPTIONS pass. Requests with a bearer token and no cookie need no check: do not call it for them.
void check_csrf(const Request& request, const std::vector<std::string>& origins = {});

}  // namespace omnify::http
