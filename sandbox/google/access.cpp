#include "google/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "google/failure.h"
#include "market/random.h"

namespace omnify::sandbox::google {
namespace {

constexpr std::string_view kRefreshPrefix = "1//0";
constexpr std::string_view kAccessPrefix = "ya29.";
constexpr std::string_view kScope = "https://www.googleapis.com/auth/adwords";
constexpr std::int64_t kLifetime = 3599;
constexpr std::size_t kSignatureBytes = 20;
constexpr auto kNoPadding = crypto::Base64Padding::absent;

std::int64_t unix_seconds(Instant instant) {
  return std::chrono::duration_cast<std::chrono::seconds>(instant.time_since_epoch()).count();
}

std::string digest_text(std::uint64_t seed, std::string_view what) {
  return crypto::hex(crypto::as_view(crypto::sha256(fmt::format("omnify-sandbox google {} {}", what, seed))));
}

template <class Number>
Number number(std::string_view text) {
  Number value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

wire::Reply refusal(int status, std::string_view error, std::string_view description) {
  wire::Reply reply;
  reply.status = status;
  reply.body = boost::json::serialize(boost::json::object{{"error", error}, {"error_description", description}});
  return reply;
}

}  // namespace

bool Grant::reaches(std::uint64_t account) const noexcept {
  return ads_user && (accounts.empty() || std::find(accounts.begin(), accounts.end(), account) != accounts.end());
}

Access::Access(std::uint64_t seed) {
  const auto digits = market::key_of(seed, 41U);
  client_id_ = fmt::format("{}-{}.apps.googleusercontent.com", 700'000'000'000ULL + digits % 90'000'000'000ULL,
                           digest_text(seed, "client").substr(0, 32));
  client_secret_ = "GOCSPX-" + digest_text(seed, "secret").substr(0, 28);
  developer_token_ = digest_text(seed, "developer").substr(0, 22);
  manager_ = 4'100'000'000ULL + digits % 100'000'000ULL;
  Grant grant;
  grant.serial = 1;
  refresh_token_ = issue_refresh_token(grant);
}

std::string Access::seal(std::string_view prefix, const Grant& grant, std::int64_t issued) const {
  const auto payload = fmt::format("{}.{}.{}.{}.{}", grant.serial, issued, grant.dead ? 1 : 0, grant.ads_user ? 1 : 0,
                                   fmt::join(grant.accounts, ","));
  const auto digest = crypto::hmac_sha256(client_secret_, fmt::format("{}{}", prefix, payload));
  const auto bytes = std::string(crypto::as_view(digest).substr(0, kSignatureBytes)) + payload;
  return fmt::format("{}{}", prefix, crypto::base64url_encode(bytes, kNoPadding));
}

std::optional<Access::Decoded> Access::open(std::string_view prefix, std::string_view token) const {
  if (!token.starts_with(prefix)) return std::nullopt;
  const auto bytes = crypto::base64url_decode(token.substr(prefix.size()), kNoPadding);
  if (!bytes || bytes->size() <= kSignatureBytes) return std::nullopt;
  const auto payload = std::string_view(*bytes).substr(kSignatureBytes);
  const auto digest = crypto::hmac_sha256(client_secret_, fmt::format("{}{}", prefix, payload));
  if (!crypto::constant_time_equal(crypto::as_view(digest).substr(0, kSignatureBytes),
                                   bytes->substr(0, kSignatureBytes))) {
    return std::nullopt;
  }
  const auto parts = split(payload, '.');
  Decoded out;
  out.grant.serial = number<std::uint64_t>(parts[0]);
  out.issued = number<std::int64_t>(parts[1]);
  out.grant.dead = parts[2] == "1";
  out.grant.ads_user = parts[3] == "1";
  for (const auto account : split(parts[4], ',')) {
    if (!account.empty()) out.grant.accounts.push_back(number<std::uint64_t>(account));
  }
  return out;
}

std::string Access::issue_refresh_token(const Grant& grant) const { return seal(kRefreshPrefix, grant, 0); }

std::string Access::issue_access_token(const Grant& grant, Instant now) const {
  return seal(kAccessPrefix, grant, unix_seconds(now));
}

wire::Reply Access::exchange(const wire::Request& request, Instant now) const {
  const auto type = wire::find(request.headers, "content-type").value_or("");
  if (request.method != "POST" || !type.starts_with("application/x-www-form-urlencoded")) {
    return refusal(400, "invalid_request", "The request must be a POST of a form.");
  }
  const auto form = wire::parse_form(request.body);
  const auto given = [&](std::string_view name) { return wire::find(form, name).value_or(""); };
  for (const auto* name : {"grant_type", "client_id", "client_secret", "refresh_token"}) {
    if (given(name).empty()) {
      return refusal(400, "invalid_request", fmt::format("Missing required parameter: {}", name));
    }
  }
  if (given("grant_type") != "refresh_token") return refusal(400, "unsupported_grant_type", "Invalid grant_type");
  if (given("client_id") != client_id_) return refusal(401, "invalid_client", "The OAuth client was not found.");
  if (given("client_secret") != client_secret_) return refusal(401, "invalid_client", "Unauthorized");
  const auto refresh = open(kRefreshPrefix, given("refresh_token"));
  if (!refresh) return refusal(400, "invalid_grant", "Bad Request");
  if (refresh->grant.dead) return refusal(400, "invalid_grant", "Token has been expired or revoked.");
  wire::Reply reply;
  reply.body = boost::json::serialize(boost::json::object{{"access_token", issue_access_token(refresh->grant, now)},
                                                          {"expires_in", kLifetime},
                                                          {"scope", kScope},
                                                          {"token_type", "Bearer"}});
  return reply;
}

Grant Access::authenticate(const wire::Request& request, Instant now) const {
  const auto header = wire::find(request.headers, "authorization").value_or("");
  if (!header.starts_with("Bearer ")) throw unauthenticated("", "");
  const auto token = open(kAccessPrefix, header.substr(7));
  if (!token) throw unauthenticated("", "");
  if (unix_seconds(now) - token->issued >= kLifetime) {
    throw unauthenticated("OAUTH_TOKEN_EXPIRED", "OAuth token in the header has expired.");
  }
  if (!token->grant.ads_user) {
    throw unauthenticated(
        "NOT_ADS_USER", "User in the cookie is not a valid Ads user. Sign up for Google Ads with this account first.");
  }
  return token->grant;
}

}  // namespace omnify::sandbox::google
