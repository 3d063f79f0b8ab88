#include "http/egress.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "http/message.h"

namespace omnify::http {
namespace {

struct Range {
  std::uint32_t network;
  int bits;
};

/// IANA IPv4 special-purpose registry: everything that is not globally reachable.
constexpr Range kForbidden[] = {
    {0x00000000, 8},   // this network
    {0x0a000000, 8},   // private
    {0x64400000, 10},  // carrier-grade NAT
    {0x7f000000, 8},   // loopback
    {0xa9fe0000, 16},  // link-local, with the metadata services of clouds
    {0xac100000, 12},  // private
    {0xc0000000, 24},  // protocol assignments
    {0xc0000200, 24},  // documentation
    {0xc0586300, 24},  // 6to4 relays
    {0xc0a80000, 16},  // private
    {0xc6120000, 15},  // benchmarks
    {0xc6336400, 24},  // documentation
    {0xcb007100, 24},  // documentation
    {0xe0000000, 4},   // multicast
    {0xf0000000, 4},   // reserved, broadcast
};

using Bytes = std::array<std::uint8_t, 16>;

bool is_forbidden_v4(std::uint32_t address) noexcept {
  for (const auto& range : kForbidden) {
    if (((address ^ range.network) >> (32 - range.bits)) == 0) return true;
  }
  return false;
}

std::uint32_t v4_at(const Bytes& bytes, std::size_t offset) noexcept {
  return (std::uint32_t{bytes[offset]} << 24) | (std::uint32_t{bytes[offset + 1]} << 16) |
         (std::uint32_t{bytes[offset + 2]} << 8) | std::uint32_t{bytes[offset + 3]};
}

bool starts_with(const Bytes& bytes, std::initializer_list<std::uint8_t> prefix) noexcept {
  return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_mapped(const Bytes& bytes) noexcept { return starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}); }

bool is_forbidden_v6(const Bytes& bytes) noexcept {
  if (is_mapped(bytes)) return is_forbidden_v4(v4_at(bytes, 12));
  if (starts_with(bytes, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return is_forbidden_v4(v4_at(bytes, 12));
  if (starts_with(bytes, {0x20, 0x02})) return is_forbidden_v4(v4_at(bytes, 2));  // 6to4
  if (starts_with(bytes, {0x20, 0x01, 0x0d, 0xb8})) return true;                  // documentation
  if (starts_with(bytes, {0x20, 0x01, 0x00, 0x00})) return true;                  // Teredo
  // Of all IPv6 only 2000::/3 is global unicast: ::, ::1, fc00::/7, fe80::/10, ff00::/8 and what may come are not.
  return (bytes[0] & 0xe0) != 0x20;
}

Bytes bytes_of(const sockaddr& address) noexcept {
  Bytes bytes{};
  sockaddr_in6 full{};
  std::memcpy(&full, &address, sizeof full);
  std::memcpy(bytes.data(), &full.sin6_addr, bytes.size());
  return bytes;
}

std::uint32_t v4_of(const sockaddr& address) noexcept {
  sockaddr_in full{};
  std::memcpy(&full, &address, sizeof full);
  return ntohl(full.sin_addr.s_addr);
}

struct FreeUrl {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

[[noreturn]] void refuse(std::string_view why) {
  throw Error(Code::upstream_permanent, fmt::format("This address may not be fetched: {}.", why));
}

std::string part(const Url& url, CURLUPart what, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url.get(), what, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

bool is_address(const std::string& host) {
  in_addr v4{};
  in6_addr v6{};
  return inet_pton(AF_INET, host.c_str(), &v4) == 1 || inet_pton(AF_INET6, host.c_str(), &v6) == 1;
}

bool is_loopback_host(const std::string& host) {
  if (host == "localhost") return true;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
  return host == "::1";
}

bool is_listed(const Destination& destination, const EgressPolicy& policy) {
  const bool v6 = destination.host.find(':') != std::string::npos;
  const auto name = v6 ? fmt::format("[{}]:{}", destination.host, destination.port)
                       : fmt::format("{}:{}", destination.host, destination.port);
  return std::any_of(policy.allowed.begin(), policy.allowed.end(),
                     [&](const std::string& entry) { return equal_ignoring_case(entry, name); });
}

Destination parse_url(const std::string& text) {
  const Url url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) refuse("it is not a URL");
  if (!part(url, CURLUPART_USER).empty() || !part(url, CURLUPART_PASSWORD).empty()) refuse("it holds a user name");
  Destination out;
  out.scheme = part(url, CURLUPART_SCHEME);
  out.host = part(url, CURLUPART_HOST);
  for (auto& c : out.host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
  if (out.host.ends_with('.')) out.host.pop_back();
  const auto port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (out.host.empty() || port.empty()) refuse("it names no host");
  out.port = static_cast<std::uint16_t>(std::stoul(port));
  return out;
}

}  // namespace

bool is_forbidden_address(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) return is_forbidden_v4(v4_of(address));
  if (address.sa_family == AF_INET6) return is_forbidden_v6(bytes_of(address));
  return true;
}

bool is_loopback_address(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) return (v4_of(address) >> 24) == 127;
  if (address.sa_family != AF_INET6) return false;
  const auto bytes = bytes_of(address);
  if (is_mapped(bytes)) return bytes[12] == 127;
  Bytes loopback{};
  loopback[15] = 1;
  return bytes == loopback;
}

bool is_forbidden_address(std::string_view text) {
  const std::string copy(text);
  in_addr v4{};
  if (inet_pton(AF_INET, copy.c_str(), &v4) == 1) return is_forbidden_v4(ntohl(v4.s_addr));
  Bytes bytes{};
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return is_forbidden_v6(bytes);
  return true;
}

Destination check_destination(const std::string& url, const EgressPolicy& policy) {
  auto destination = parse_url(url);
  if (destination.scheme != "https" && destination.scheme != "http") refuse("only https is allowed");
  destination.trusted = is_listed(destination, policy);
  if (destination.trusted) return destination;
  if (policy.allow_loopback && is_loopback_host(destination.host)) return destination;
  if (destination.scheme != "https") refuse("only https is allowed");
  if (is_address(destination.host)) refuse("it names a number in place of a host");
  if (destination.port != 443) refuse("only port 443 is allowed");
  return destination;
}

}  // namespace omnify::http
