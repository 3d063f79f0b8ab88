#include "platforms/tiktok/errors.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>

namespace omnify::platforms::tiktok {
namespace {

using std::chrono::seconds;

/// TikTok never says how long, so this is the longest of its rules: over its limit of a minute an app is stopped for
/// five.
constexpr seconds kSuspension{300};

/// The first rule that fits decides. An empty sentence: what TikTok says itself.
struct Rule {
  std::int64_t first_code;
  std::int64_t last_code;
  ErrorClass kind;
  std::string_view sentence;
};

constexpr std::string_view kBusy = "TikTok is not answering properly at the moment.";
constexpr std::string_view kAppLimit = "TikTok's limit for the app behind the access token is reached.";
constexpr std::string_view kAccountLimit = "TikTok's limit for this ad account is reached.";
constexpr std::string_view kPermission =
    "The access token may not read this ad account. Check the account's number, or authorise the app again and enter "
    "the new token.";
constexpr std::string_view kToken = "TikTok does not accept the access token. Enter a new one.";
constexpr std::string_view kExpired = "The access token has expired. Enter a new one.";
constexpr std::string_view kApp =
    "TikTok does not accept the app behind the access token. Enter a token of an app that is approved.";
constexpr std::string_view kVersion =
    "TikTok has retired the API version in use. Update OmniFy or set a newer version.";

constexpr auto kRules = std::to_array<Rule>({
    {20001, 20001, ErrorClass::retry, "TikTok answered only in part."},
    {40001, 40001, ErrorClass::reconnect, kPermission},
    {40003, 40003, ErrorClass::reconnect, kPermission},
    {40006, 40006, ErrorClass::permanent, kVersion},
    {40016, 40016, ErrorClass::slow_down, kAppLimit},
    {40051, 40051, ErrorClass::permanent, kVersion},
    {40100, 40100, ErrorClass::slow_down, kAppLimit},
    {40102, 40103, ErrorClass::reconnect, kExpired},
    {40104, 40105, ErrorClass::reconnect, kToken},
    {40106, 40106, ErrorClass::reconnect, kPermission},
    {40107, 40107, ErrorClass::reconnect, kToken},
    {40110, 40110, ErrorClass::reconnect, kToken},
    {40113, 40113, ErrorClass::reconnect, kApp},
    {40118, 40118, ErrorClass::reconnect,
     "TikTok opens this function to chosen advertisers only. Ask TikTok to allow it for this account."},
    {40119, 40119, ErrorClass::reconnect, kPermission},
    {40124, 40125, ErrorClass::reconnect, kApp},
    {40130, 40131, ErrorClass::reconnect,
     "The access token lacks a permission. Authorise the app again with Ads management and Reporting, and enter the "
     "new token."},
    {40132, 40133, ErrorClass::slow_down, kAccountLimit},
    {40201, 40202, ErrorClass::retry, kBusy},
    {40300, 40301, ErrorClass::reconnect, kPermission},
    {40901, 40901, ErrorClass::retry, kBusy},
    {41000, 41000, ErrorClass::permanent, "TikTok does not answer calls from the server's country."},
    {50000, 59999, ErrorClass::retry, kBusy},
    {60001, 60001, ErrorClass::retry, "TikTok is under maintenance at the moment."},
    {61000, 61000, ErrorClass::slow_down, kAppLimit},
});

std::string words(std::string_view sentence, const Envelope& envelope) {
  if (!sentence.empty()) return std::string(sentence);
  if (envelope.message.empty()) return fmt::format("TikTok refused the request: error {}.", envelope.code);
  return fmt::format("TikTok refused the request: {}", envelope.message);
}

}  // namespace

std::optional<Envelope> parse_envelope(const std::string& body) {
  namespace ondemand = simdjson::ondemand;
  Envelope envelope;
  bool has_code = false;
  try {
    ondemand::parser parser;
    const simdjson::padded_string padded(body);
    ondemand::document document = parser.iterate(padded);
    for (auto field : document.get_object()) {
      const std::string_view key = field.unescaped_key();
      if (key == "code") {
        envelope.code = field.value().get_int64();
        has_code = true;
      } else if (key == "message") {
        const std::string_view message = field.value().get_string();
        envelope.message = message;
      } else if (key == "request_id") {
        const std::string_view id = field.value().get_string();
        envelope.request_id = id;
      }
    }
  } catch (const simdjson::simdjson_error&) {
    return std::nullopt;
  }
  if (!has_code) return std::nullopt;
  return envelope;
}

Verdict classify(const Envelope& envelope) {
  for (const auto& rule : kRules) {
    if (envelope.code < rule.first_code || envelope.code > rule.last_code) continue;
    const bool limited = rule.kind == ErrorClass::slow_down;
    return {.kind = rule.kind,
            .wait = limited ? kSuspension : seconds(0),
            .sentence = words(rule.sentence, envelope),
            .app_wide = limited && (envelope.code == 40100 || envelope.code == 61000)};
  }
  return {.kind = ErrorClass::permanent, .sentence = words("", envelope)};
}

Verdict classify_status(int http_status) {
  if (http_status == 429) {
    return {.kind = ErrorClass::slow_down, .wait = kSuspension, .sentence = std::string(kAppLimit), .app_wide = true};
  }
  if (http_status >= 500 || http_status == 408) return {.kind = ErrorClass::retry, .sentence = std::string(kBusy)};
  return {.kind = ErrorClass::permanent, .sentence = fmt::format("TikTok answered with HTTP status {}.", http_status)};
}

}  // namespace omnify::platforms::tiktok
