#include "control/control.h"

#include <fmt/format.h>

#include <charconv>

#include "base/json.h"
#include "crypto/digest.h"
#include "crypto/random.h"

namespace omnify::sandbox::control {
namespace {

struct AccountView {
  std::string id;  ///< bare digits
  std::string name;
  std::string currency;
  std::string time_zone;
};
BOOST_DESCRIBE_STRUCT(AccountView, (), (id, name, currency, time_zone))

struct TiktokView {
  std::string url;
  std::string access_token;
  std::string app_id;
  std::string app_secret;
  std::vector<AccountView> accounts;
};
BOOST_DESCRIBE_STRUCT(TiktokView, (), (url, access_token, app_id, app_secret, accounts))
struct GoogleView {
  std::string url;
  std::string token_url;
  std::string client_id;
  std::string client_secret;
  std::string refresh_token;
  std::string developer_token;
  std::string login_customer_id;
  std::vector<AccountView> accounts;
};
BOOST_DESCRIBE_STRUCT(GoogleView, (),
                      (url, token_url, client_id, client_secret, refresh_token, developer_token, login_customer_id,
                       accounts))

struct AccessView {
  std::string url;
  std::string control_url;
  std::string access_token;
  std::string app_id;
  std::string app_secret;
  std::vector<AccountView> accounts;
  Day epoch;
  Instant now;
  std::optional<TiktokView> tiktok;
  std::optional<GoogleView> google;
  boost::json::value shopify = nullptr;
};
BOOST_DESCRIBE_STRUCT(AccessView, (),
                      (url, control_url, access_token, app_id, app_secret, accounts, epoch, now, tiktok, google,
                       shopify))

struct AdvanceRequest {
  std::int64_t days = 0;
};
BOOST_DESCRIBE_STRUCT(AdvanceRequest, (), (days))

struct NowView {
  Instant now;
};
BOOST_DESCRIBE_STRUCT(NowView, (), (now))

struct FaultRequest {
  std::string platform;
  std::optional<std::string> account;
  faults::Kind kind = faults::Kind::server_error;
  std::optional<std::int64_t> count;
  std::optional<std::int64_t> seconds;
  std::optional<std::int64_t> milliseconds;
  std::optional<std::int64_t> code;
};
BOOST_DESCRIBE_STRUCT(FaultRequest, (), (platform, account, kind, count, seconds, milliseconds, code))

enum class TokenState { valid, expired, revoked, password_changed, no_permission };
BOOST_DESCRIBE_ENUM(TokenState, valid, expired, revoked, password_changed, no_permission)

struct TokenRequest {
  std::optional<std::string> platform;  ///< "meta" without it
  TokenState state = TokenState::valid;
  std::optional<std::vector<std::string>> accounts;
  std::optional<std::int64_t> expires_in_seconds;
};
BOOST_DESCRIBE_STRUCT(TokenRequest, (), (platform, state, accounts, expires_in_seconds))

struct TokenView {
  std::string access_token;
};
BOOST_DESCRIBE_STRUCT(TokenView, (), (access_token))

struct RefreshTokenView {
  std::string refresh_token;
};
BOOST_DESCRIBE_STRUCT(RefreshTokenView, (), (refresh_token))

struct AppRequest {
  bool require_proof = false;
};
BOOST_DESCRIBE_STRUCT(AppRequest, (), (require_proof))

struct DoneView {
  bool done = true;
};
BOOST_DESCRIBE_STRUCT(DoneView, (), (done))

/// Amounts are decimal strings in major units of the account's currency.
struct TotalsView {
  std::string day;  ///< "total" for the sum
  std::string spend;
  std::int64_t impressions = 0;
  std::int64_t clicks = 0;
  std::int64_t link_clicks = 0;
  std::int64_t purchases = 0;
  std::string revenue;
  std::int64_t leads = 0;
};
BOOST_DESCRIBE_STRUCT(TotalsView, (), (day, spend, impressions, clicks, link_clicks, purchases, revenue, leads))

struct TruthView {
  std::string account;
  std::string currency;
  std::vector<TotalsView> days;
  TotalsView total;
};
BOOST_DESCRIBE_STRUCT(TruthView, (), (account, currency, days, total))

template <class T>
std::string write_text(const T& value) {
  std::string text;
  json::write(text, value);
  return text;
}

std::uint64_t account_number(std::string_view text) {
  if (text.starts_with("act_")) text.remove_prefix(4);
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) {
    throw Error(Code::invalid_request, "An account is named by its digits, with or without act_.");
  }
  return number;
}

std::vector<std::uint64_t> account_numbers(const std::optional<std::vector<std::string>>& texts) {
  std::vector<std::uint64_t> numbers;
  for (const auto& text : texts.value_or(std::vector<std::string>{})) numbers.push_back(account_number(text));
  return numbers;
}

Day read_day(const wire::Request& request, std::string_view name, std::optional<Day> otherwise) {
  const auto text = wire::find(request.query, name);
  if (!text && otherwise) return *otherwise;
  const auto day = text ? parse_day(*text) : std::nullopt;
  if (!day) throw Error(Code::invalid_request, fmt::format("The parameter {} must be a day as YYYY-MM-DD.", name));
  return *day;
}

std::vector<AccountView> accounts_of(const market::World& world, market::Platform platform) {
  std::vector<AccountView> views;
  for (const auto& account : world.accounts()) {
    if (account.platform != platform) continue;
    views.push_back(
        {std::to_string(account.id), account.name, std::string(account.currency.text()), account.time_zone});
  }
  return views;
}

TotalsView totals_view(const market::Account& account, std::string label, const market::Numbers& numbers) {
  const auto amount = [&](std::int64_t minor) {
    return format_decimal(minor * (kMicrosPerUnit / account.minor_units));
  };
  const auto purchases = numbers.purchases.attributed();
  return {std::move(label),    amount(numbers.spend), numbers.impressions,     numbers.clicks,
          numbers.link_clicks, purchases.count,       amount(purchases.value), numbers.leads.attributed().count};
}

wire::Reply failure_reply(const Error& error) {
  wire::Reply reply;
  reply.status = traits(error.code()).http_status;
  json::write(reply.body, std::map<std::string, std::string>{{"error", error.detail()}});
  return reply;
}

}  // namespace

void Control::set_urls(std::string platform_url, std::string control_url) {
  url_ = std::move(platform_url);
  control_url_ = std::move(control_url);
}

void Control::set_tiktok(tiktok::Access& access, std::string url) {
  tiktok_ = &access;
  tiktok_url_ = std::move(url);
}

void Control::set_google(const google::Access& access, std::string url) {
  google_ = &access;
  google_url_ = std::move(url);
}

wire::Reply Control::handle(const wire::Request& request) {
  const auto header = wire::find(request.headers, "authorization").value_or("");
  if (!crypto::constant_time_equal(header, "Bearer " + token_)) {
    return failure_reply(Error(Code::unauthenticated, "The control token is missing or wrong."));
  }
  try {
    wire::Reply reply;
    reply.body = dispatch(request);
    return reply;
  } catch (const Error& error) {
    return failure_reply(error);
  }
}

std::string Control::dispatch(const wire::Request& request) {
  const auto asks = [&](std::string_view method, std::string_view path) {
    return request.method == method && request.path == path;
  };
  if (asks("GET", "/control/access")) return access_document();
  if (asks("GET", "/control/truth")) return truth(request);
  if (asks("POST", "/control/advance")) return advance(request);
  if (asks("POST", "/control/faults")) return add_fault(request);
  if (asks("POST", "/control/tokens")) return make_token(request);
  if (asks("POST", "/control/app")) return change_app(request);
  if (asks("GET", "/control/schema")) return ShopifyControl::schema();
  if (asks("POST", "/control/webhooks")) return shopify().send_webhooks(request.body);
  if (asks("POST", "/control/uninstall")) return shopify().uninstall(request.body);
  if (asks("DELETE", "/control/faults")) {
    faults_.clear();
    return write_text(DoneView{});
  }
  throw Error(Code::not_found, "The control interface has no such operation.");
}

std::string Control::access_document() const {
  AccessView view{url_,
                  control_url_,
                  access_.default_token(),
                  access_.app_id(),
                  access_.app_secret(),
                  {},
                  world_.epoch(),
                  clock_.now(),
                  {},
                  {}};
  view.accounts = accounts_of(world_, market::Platform::meta);
  if (tiktok_ != nullptr) {
    view.tiktok = TiktokView{tiktok_url_, tiktok_->default_token(), tiktok_->app_id(), tiktok_->secret(),
                             accounts_of(world_, market::Platform::tiktok)};
  }
  if (google_ != nullptr) {
    view.google = GoogleView{google_url_,
                             google_url_ + std::string(google::kTokenPath),
                             google_->client_id(),
                             google_->client_secret(),
                             google_->refresh_token(),
                             google_->developer_token(),
                             std::to_string(google_->manager()),
                             accounts_of(world_, market::Platform::google)};
  }
  if (shopify_ != nullptr) view.shopify = shopify_->access_document();
  return write_text(view);
}

std::string Control::advance(const wire::Request& request) {
  const auto wanted = json::parse<AdvanceRequest>(request.body);
  if (wanted.days < 0 || wanted.days > 3650) throw Error::field("/days", "Days must be between 0 and 3650.");
  clock_.advance(std::chrono::days(wanted.days));
  return write_text(NowView{clock_.now()});
}

const ShopifyControl& Control::shopify() const {
  if (shopify_ == nullptr) throw Error(Code::not_found, "Shopify's API is not served.");
  return *shopify_;
}

std::string Control::truth(const wire::Request& request) const {
  if (wire::find(request.query, "shop")) return shopify().truth(request);
  const auto* account = world_.find_account(account_number(wire::find(request.query, "account").value_or("")));
  if (account == nullptr) throw Error(Code::not_found, "There is no such account.");
  const auto moment = market::local_moment(account->time_zone, clock_.now());
  const auto day = wire::find(request.query, "day") ? std::optional(read_day(request, "day", {})) : std::nullopt;
  const Day first = read_day(request, "first", day);
  const Day last = std::min(read_day(request, "last", day), moment.today);
  TruthView view{std::to_string(account->id), std::string(account->currency.text()), {}, {}};
  market::Numbers total;
  for (Day at = first; at <= last; at += std::chrono::days{1}) {
    market::Numbers sum;
    for (std::uint32_t ad = 0; ad < account->ads.size(); ++ad) sum += world_.observe(*account, ad, at, moment);
    view.days.push_back(totals_view(*account, format_day(at), sum));
    total += sum;
  }
  view.total = totals_view(*account, "total", total);
  return write_text(view);
}

std::string Control::add_fault(const wire::Request& request) {
  const auto wanted = json::parse<FaultRequest>(request.body);
  faults::Fault fault{wanted.platform, wanted.account.value_or(""), wanted.kind, wanted.count, {}};
  if (fault.account.starts_with("act_")) fault.account.erase(0, 4);
  if (wanted.seconds) fault.until = omnify::now() + std::chrono::seconds(*wanted.seconds);
  if (!wanted.seconds && !wanted.count) fault.count = 1;
  fault.milliseconds = wanted.milliseconds.value_or(1000);
  fault.code = wanted.code.value_or(0);
  faults_.add(std::move(fault));
  return write_text(DoneView{});
}

std::string Control::make_token(const wire::Request& request) {
  // Tokens of shops have a form of their own.
  const auto document = json::parse_document(request.body);
  const auto* platform = document.is_object() ? document.as_object().if_contains("platform") : nullptr;
  if (platform != nullptr && *platform == "shopify") return shopify().make_token(request.body);
  const auto wanted = json::parse<TokenRequest>(request.body);
  if (wanted.platform == "tiktok") return make_tiktok_token(request);
  if (wanted.platform == "google") return make_google_token(request);
  if (wanted.platform && wanted.platform != "meta") throw Error::field("/platform", "There is no such platform.");
  meta::Token token;
  for (const char byte : crypto::random_bytes(7)) token.serial = token.serial * 256 + static_cast<unsigned char>(byte);
  token.user_id = 122'000'000'000'002ULL;
  token.issued = clock_.now();
  token.scopes = {"ads_read"};
  token.expires = clock_.now() + std::chrono::seconds(wanted.expires_in_seconds.value_or(60 * 86'400));
  if (wanted.state == TokenState::no_permission) token.scopes = {"public_profile"};
  if (wanted.state == TokenState::expired) {
    token.issued -= std::chrono::days(60);
    token.expires = clock_.now() - std::chrono::hours(1);
  }
  token.accounts = account_numbers(wanted.accounts);
  const auto value = access_.issue(std::move(token));
  if (wanted.state == TokenState::revoked) access_.revoke(value, 467);
  if (wanted.state == TokenState::password_changed) access_.revoke(value, 460);
  return write_text(TokenView{value});
}

std::string Control::make_tiktok_token(const wire::Request& request) {
  if (tiktok_ == nullptr) throw Error(Code::not_found, "TikTok's API is not served.");
  const auto wanted = json::parse<TokenRequest>(request.body);
  tiktok::Grant grant;
  grant.accounts = account_numbers(wanted.accounts);
  if (wanted.state == TokenState::no_permission) grant.scopes.clear();
  auto state = tiktok::TokenState::valid;
  if (wanted.state == TokenState::expired) state = tiktok::TokenState::expired;
  // A new password of the person who agreed ends the agreement, too.
  if (wanted.state == TokenState::revoked || wanted.state == TokenState::password_changed) {
    state = tiktok::TokenState::revoked;
  }
  return write_text(TokenView{tiktok_->issue(std::move(grant), state)});
}

/// Of a refresh token the platform says only whether it is dead.
std::string Control::make_google_token(const wire::Request& request) const {
  if (google_ == nullptr) throw Error(Code::not_found, "Google Ads is not served.");
  const auto wanted = json::parse<TokenRequest>(request.body);
  google::Grant grant;
  grant.serial = 2;
  grant.dead = wanted.state != TokenState::valid && wanted.state != TokenState::no_permission;
  grant.ads_user = wanted.state != TokenState::no_permission;
  grant.accounts = account_numbers(wanted.accounts);
  return write_text(RefreshTokenView{google_->issue_refresh_token(grant)});
}

std::string Control::change_app(const wire::Request& request) {
  access_.require_proof(json::parse<AppRequest>(request.body).require_proof);
  return write_text(DoneView{});
}

}  // namespace omnify::sandbox::control
