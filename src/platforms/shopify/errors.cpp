#include "platforms/shopify/errors.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace omnify::platforms::shopify {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Where Shopify does not say how long.
constexpr seconds kUsualWait{5};

constexpr std::string_view kBusy = "Shopify is not answering properly at the moment.";
constexpr std::string_view kToken = "Shopify does not accept the access token. Connect the shop again.";
constexpr std::string_view kLimit = "Shopify's limit for the app in this shop is reached.";
constexpr std::string_view kIncomplete = "Shopify sent an answer that is not complete.";

struct StatusRule {
  int status;
  ErrorClass kind;
  std::string_view sentence;
};

constexpr auto kStatusRules = std::to_array<StatusRule>({
    {401, ErrorClass::reconnect, kToken},
    {402, ErrorClass::permanent, "The shop is frozen: its owner has to settle a bill with Shopify."},
    {403, ErrorClass::reconnect, "The app may not read this shop. Connect the shop again."},
    {404, ErrorClass::reconnect, "There is no such shop at Shopify. Check its address."},
    {423, ErrorClass::permanent, "Shopify has locked the shop."},
    {429, ErrorClass::slow_down, kLimit},
    {430, ErrorClass::permanent, "Shopify refused the request as a security risk."},
});

struct CodeRule {
  std::string_view code;
  ErrorClass kind;
  std::string_view sentence;
};

constexpr auto kCodeRules = std::to_array<CodeRule>({
    {"THROTTLED", ErrorClass::slow_down, kLimit},
    {"INTERNAL_SERVER_ERROR", ErrorClass::retry, kBusy},
    {"ACCESS_DENIED", ErrorClass::reconnect, "The app lacks a permission in this shop. Connect the shop again."},
    {"SHOP_INACTIVE", ErrorClass::permanent, "The shop is not active."},
});

Verdict classify_code(std::string_view code, std::string_view message) {
  const auto rule = std::ranges::find(kCodeRules, code, &CodeRule::code);
  if (rule != kCodeRules.end()) return {.kind = rule->kind, .sentence = std::string(rule->sentence)};
  return {.kind = ErrorClass::permanent, .sentence = fmt::format("Shopify refused the request: {}", message)};
}

/// The first entry decides: the others follow from it.
std::optional<Verdict> read_failure(const simdjson::dom::element& document) {
  simdjson::dom::array errors;
  if (document["errors"].get(errors) != simdjson::SUCCESS) return std::nullopt;
  for (const auto error : errors) {
    std::string_view message;
    std::string_view code;
    if (error["message"].get(message) != simdjson::SUCCESS) message = "no reason given";
    if (error["extensions"]["code"].get(code) != simdjson::SUCCESS) code = "";
    return classify_code(code, message);
  }
  return std::nullopt;
}

std::optional<Points> read_points(const simdjson::dom::element& document) {
  const auto cost = document["extensions"]["cost"];
  Points points;
  const bool known = cost["requestedQueryCost"].get(points.requested) == simdjson::SUCCESS &&
                     cost["throttleStatus"]["currentlyAvailable"].get(points.available) == simdjson::SUCCESS &&
                     cost["throttleStatus"]["restoreRate"].get(points.restored) == simdjson::SUCCESS;
  return known ? std::optional(points) : std::nullopt;
}

}  // namespace

milliseconds Points::wait() const noexcept {
  if (requested <= available) return milliseconds(0);
  if (restored <= 0) return kUsualWait;
  return milliseconds(static_cast<std::int64_t>(std::ceil((requested - available) / restored * 1000)));
}

Envelope read_envelope(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(body).get(document) != simdjson::SUCCESS || !document.is_object()) {
    throw CallFailure({.kind = ErrorClass::retry, .sentence = std::string(kIncomplete)});
  }
  Envelope envelope{read_failure(document), read_points(document)};
  if (envelope.failure && envelope.failure->kind == ErrorClass::slow_down) {
    envelope.failure->wait = envelope.points ? envelope.points->wait() : kUsualWait;
  }
  return envelope;
}

Verdict classify_status(int status, std::optional<double> retry_after) {
  const auto rule = std::ranges::find(kStatusRules, status, &StatusRule::status);
  if (rule != kStatusRules.end()) {
    const milliseconds wait(
        static_cast<std::int64_t>(retry_after.value_or(static_cast<double>(kUsualWait.count())) * 1000));
    return {.kind = rule->kind,
            .wait = rule->kind == ErrorClass::slow_down ? wait : milliseconds(0),
            .sentence = std::string(rule->sentence)};
  }
  if (status >= 500 || status == 408) return {.kind = ErrorClass::retry, .sentence = std::string(kBusy)};
  return {.kind = ErrorClass::permanent, .sentence = fmt::format("Shopify answered with HTTP status {}.", status)};
}

}  // namespace omnify::platforms::shopify
