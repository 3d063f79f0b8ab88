#include "meta/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "market/random.h"
#include "meta/failure.h"

namespace omnify::sandbox::meta {
namespace {

constexpr std::string_view kPrefix = "EAA";
constexpr std::size_t kSignatureBytes = 20;
constexpr auto kNoPadding = crypto::Base64Padding::absent;

std::int64_t unix_seconds(Instant instant) {
  return std::chrono::duration_cast<std::chrono::seconds>(instant.time_since_epoch()).count();
}
Instant from_seconds(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

std::string signature(std::string_view secret, std::string_view payload) {
  return std::string(crypto::as_view(crypto::hmac_sha256(secret, payload)).substr(0, kSignatureBytes));
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

template <class Number>
Number number(std::string_view text) {
  Number value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string payload_of(const Token& token) {
  return fmt::format("{}.{}.{}.{}.{}.{}.{}", static_cast<int>(token.type), token.serial, token.user_id,
                     unix_seconds(token.issued), token.expires ? unix_seconds(*token.expires) : 0,
                     fmt::join(token.accounts, ","), fmt::join(token.scopes, ","));
}

Token parse_payload(std::string_view payload) {
  const auto parts = split(payload, '.');
  Token token;
  token.type = static_cast<TokenType>(number<int>(parts[0]));
  token.serial = number<std::uint64_t>(parts[1]);
  token.user_id = number<std::uint64_t>(parts[2]);
  token.issued = from_seconds(number<std::int64_t>(parts[3]));
  if (const auto expires = number<std::int64_t>(parts[4]); expires != 0) token.expires = from_seconds(expires);
  for (const auto account : split(parts[5], ',')) {
    if (!account.empty()) token.accounts.push_back(number<std::uint64_t>(account));
  }
  for (const auto scope : split(parts[6], ',')) token.scopes.emplace_back(scope);
  return token;
}

std::string_view revocation_text(std::int64_t subcode) {
  if (subcode == 460) {
    return "The session has been invalidated because the user changed their password or Facebook has changed the "
           "session "
           "for security reasons.";
  }
  if (subcode == 458) return "The user has not authorized the application.";
  return "The session is invalid because the user logged out.";
}

std::optional<std::string_view> token_in(const wire::Request& request, const wire::Fields& parameters) {
  if (const auto value = wire::find(parameters, "access_token"); value && !value->empty()) return value;
  const auto header = wire::find(request.headers, "authorization");
  if (header && header->starts_with("Bearer ")) return header->substr(7);
  return std::nullopt;
}

}  // namespace

bool Token::sees(std::uint64_t account) const noexcept {
  return accounts.empty() || std::find(accounts.begin(), accounts.end(), account) != accounts.end();
}

bool Token::may_read_ads() const noexcept {
  return std::any_of(scopes.begin(), scopes.end(),
                     [](const auto& scope) { return scope == "ads_read" || scope == "ads_management"; });
}

Access::Access(std::uint64_t seed) {
  app_id_ = std::to_string(410'000'000'000'000ULL + market::key_of(seed, 31U) % 10'000'000'000'000ULL);
  app_secret_ = crypto::hex(crypto::as_view(crypto::sha256(fmt::format("omnify-sandbox app {}", seed)))).substr(0, 32);
  Token token;
  token.type = TokenType::system_user;
  token.serial = 1;
  token.user_id = 122'000'000'000'001ULL;
  token.issued = Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  token.scopes = {"ads_read", "ads_management", "business_management"};
  default_token_ = issue(std::move(token));
}

std::string Access::issue(Token facts) const {
  const auto payload = payload_of(facts);
  return std::string(kPrefix) + crypto::base64url_encode(signature(app_secret_, payload) + payload, kNoPadding);
}

std::optional<Token> Access::decode(std::string_view value) const {
  if (!value.starts_with(kPrefix)) return std::nullopt;
  const auto bytes = crypto::base64url_decode(value.substr(kPrefix.size()), kNoPadding);
  if (!bytes || bytes->size() <= kSignatureBytes) return std::nullopt;
  const auto payload = std::string_view(*bytes).substr(kSignatureBytes);
  if (!crypto::constant_time_equal(signature(app_secret_, payload), bytes->substr(0, kSignatureBytes))) {
    return std::nullopt;
  }
  auto token = parse_payload(payload);
  token.value = value;
  return token;
}

Token Access::check(std::string_view value, Instant now) const {
  if (value == app_token()) {
    Token token;
    token.value = value;
    token.type = TokenType::app;
    return token;
  }
  auto token = decode(value);
  if (!token) throw Failure(400, 190, "Invalid OAuth access token - Cannot parse access token");
  if (const auto found = revoked_.find(value); found != revoked_.end()) {
    throw invalid_token(found->second, revocation_text(found->second));
  }
  if (token->expires && *token->expires <= now) {
    throw invalid_token(463, fmt::format("Session has expired on {}. The current time is {}.",
                                         format_instant(*token->expires), format_instant(now)));
  }
  return *token;
}

Token Access::authenticate(const wire::Request& request, const wire::Fields& parameters, Instant now) const {
  const auto value = token_in(request, parameters);
  if (!value) {
    throw Failure(400, 104, "An access token is required to request this resource.");
  }
  auto token = check(*value, now);
  check_proof(*value, parameters);
  return token;
}

void Access::check_proof(std::string_view token, const wire::Fields& parameters) const {
  const auto proof = wire::find(parameters, "appsecret_proof");
  if (!proof) {
    if (!proof_required_) return;
    throw Failure(400, 100, "API calls from the server require an appsecret_proof argument")
        .with_type("GraphMethodException");
  }
  const auto expected = crypto::hex(crypto::as_view(crypto::hmac_sha256(app_secret_, token)));
  if (crypto::constant_time_equal(*proof, expected)) return;
  throw Failure(400, 100, "Invalid appsecret_proof provided in the API argument").with_type("GraphMethodException");
}

}  // namespace omnify::sandbox::meta
