#include "shopify/access.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "crypto/random.h"

namespace omnify::sandbox::shopify {
namespace {

constexpr std::chrono::hours kCodeLife{1};
constexpr std::chrono::seconds kCredentialsLife{86'399};

std::string digits_of(std::string_view text) { return crypto::sha256_hex(text).substr(0, 32); }

std::string scope_text(const Grant& grant) { return fmt::format("{}", fmt::join(grant.scopes, ",")); }

}  // namespace

const std::set<std::string, std::less<>>& all_scopes() {
  static const std::set<std::string, std::less<>> kScopes{"read_all_orders",       "read_customers", "read_inventory",
                                                          "read_marketing_events", "read_orders",    "read_products",
                                                          "read_reports"};
  return kScopes;
}

std::set<std::string, std::less<>> parse_scopes(std::string_view text) {
  std::set<std::string, std::less<>> scopes;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(", "), text.size());
    std::string scope(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (scope.starts_with("write_")) scope.replace(0, 5, "read");
    if (all_scopes().contains(scope)) scopes.insert(std::move(scope));
  }
  return scopes;
}

Access::Access(std::uint64_t seed)
    : client_id_(digits_of(fmt::format("omnify-sandbox shopify app {}", seed))),
      client_secret_("shpss_" + digits_of(fmt::format("omnify-sandbox shopify secret {}", seed))),
      default_token_("shpat_" + digits_of(fmt::format("omnify-sandbox shopify token {}", seed))) {
  Grant grant;
  grant.scopes = all_scopes();
  tokens_.emplace(default_token_, Token{std::move(grant), {}});
}

bool Access::knows_app(std::string_view client_id, std::string_view secret) const noexcept {
  return client_id == client_id_ && crypto::constant_time_equal(secret, client_secret_);
}

std::string Access::issue(Grant grant, std::optional<Instant> expires) {
  auto value = "shpat_" + crypto::hex(crypto::random_bytes(16));
  uninstalled_.erase(grant.shop);
  tokens_.emplace(value, Token{std::move(grant), expires});
  return value;
}

std::string Access::issue_code(Grant grant, Instant now) {
  auto value = crypto::hex(crypto::random_bytes(16));
  codes_.emplace(value, AuthCode{std::move(grant), now});
  return value;
}

TokenPair Access::make_pair(const Grant& grant, std::string predecessor, Instant now) {
  TokenPair pair;
  pair.access_token = issue(grant, now + kAccessLife);
  pair.refresh_token = "shprt_" + crypto::hex(crypto::random_bytes(16));
  pair.scope = scope_text(grant);
  pair.expires_in = kAccessLife.count();
  pair.refresh_expires_in = std::chrono::seconds(kRefreshLife).count();
  refreshes_.emplace(*pair.refresh_token, Refresh{grant, now + kRefreshLife, {}, std::move(predecessor)});
  return pair;
}

std::optional<TokenPair> Access::exchange_code(std::string_view code, std::string_view shop, bool expiring,
                                               Instant now) {
  const auto found = codes_.find(code);
  if (found == codes_.end() || found->second.grant.shop != shop) return std::nullopt;
  const auto [grant, issued] = found->second;
  codes_.erase(found);
  if (now - issued >= kCodeLife) return std::nullopt;
  if (expiring) return make_pair(grant, "", now);
  return TokenPair{issue(grant), {}, scope_text(grant), {}, {}};
}

std::optional<TokenPair> Access::refresh(std::string_view token, std::string_view shop, Instant now) {
  const auto found = refreshes_.find(token);
  if (found == refreshes_.end()) return std::nullopt;
  auto& entry = found->second;
  const bool over = now >= entry.expires || (entry.first_used && now >= *entry.first_used + kRefreshGrace);
  if (over || entry.grant.shop != shop) return std::nullopt;
  // Whoever uses the new token has received it: the old one has done its duty.
  refreshes_.erase(std::exchange(entry.predecessor, ""));
  if (!entry.first_used) entry.first_used = now;
  return make_pair(Grant(entry.grant), std::string(token), now);
}

std::optional<TokenPair> Access::migrate(std::string_view token, std::string_view shop, Instant now) {
  const auto found = tokens_.find(token);
  if (found == tokens_.end() || found->second.expires || token == default_token_) return std::nullopt;
  if (found->second.grant.shop != shop) return std::nullopt;
  const auto grant = found->second.grant;
  tokens_.erase(found);
  return make_pair(grant, "", now);
}

TokenPair Access::client_credentials(std::string_view shop, Instant now) {
  Grant grant{std::string(shop), all_scopes(), true};
  const auto scope = scope_text(grant);
  return {issue(std::move(grant), now + kCredentialsLife), {}, scope, kCredentialsLife.count(), {}};
}

const Grant* Access::find(std::string_view token, std::string_view shop, Instant now) const {
  const auto found = tokens_.find(token);
  if (found == tokens_.end() || uninstalled_.contains(shop)) return nullptr;
  if (found->second.expires && now >= *found->second.expires) return nullptr;
  return found->second.grant.sees(shop) ? &found->second.grant : nullptr;
}

void Access::expire(std::string_view token) {
  if (const auto found = tokens_.find(token); found != tokens_.end()) found->second.expires = Instant{};
}

void Access::uninstall(std::string_view shop) {
  uninstalled_.emplace(shop);
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.grant.shop == shop; });
  std::erase_if(refreshes_, [&](const auto& entry) { return entry.second.grant.shop == shop; });
  std::erase_if(codes_, [&](const auto& entry) { return entry.second.grant.shop == shop; });
}

std::string Access::sign_query(const wire::Fields& query) const {
  auto sorted = query;
  std::erase_if(sorted, [](const auto& field) { return field.first == "hmac" || field.first == "signature"; });
  std::ranges::sort(sorted);
  std::string text;
  for (const auto& [name, value] : sorted) {
    if (!text.empty()) text += '&';
    text += wire::url_encode(name) + "=" + wire::url_encode(value);
  }
  return crypto::hex(crypto::as_view(crypto::hmac_sha256(client_secret_, text)));
}

}  // namespace omnify::sandbox::shopify
