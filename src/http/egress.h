// Where outgoing requests may go (SSRF guard). OWASP ASVS 5.0 1.3.6 and 15.3.2; ranges of the IANA special-purpose
// address registries.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace omnify::http {

struct EgressPolicy {
  /// "host:port" of the operator's choice: http and private addresses are then allowed for exactly these.
  std::vector<std::string> allowed = {};
  /// Any port of 127.0.0.0/8, ::1 and the name localhost, over http too: for the sandbox and tests.
  bool allow_loopback = false;
};

/// A URL as the transport will understand it (parsed by the same parser).
struct Destination {
  std::string scheme;
  std::string host;  ///< lower case; numeric IPv4 spellings in their dotted form, IPv6 without brackets
  std::uint16_t port = 0;
  bool trusted = false;  ///< on the list: its addresses are not checked
};

/// Throws Error{upstream_permanent} for a URL that may not be fetched: not https, user information, an IP literal in
/// any notation, a port other than 443, an unknown form.
[[nodiscard]] Destination check_destination(const std::string& url, const EgressPolicy& policy);

/// Loopback, private, link-local, multicast, reserved…, also as IPv4-mapped, NAT64 or 6to4 form. Unknown families are
/// forbidden.
[[nodiscard]] bool is_forbidden_address(const sockaddr& address) noexcept;
[[nodiscard]] bool is_loopback_address(const sockaddr& address) noexcept;
/// The same for the text form; a text that is no address is forbidden.
[[nodiscard]] bool is_forbidden_address(std::string_view text);

}  // namespace omnify::http
