#include "platforms/meta/errors.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/parse.hpp>

#include "platforms/entities.h"

namespace omnify::platforms::meta {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kAny = -1;

/// The first rule that fits decides. Seven-digit subcodes also occur in the place of the code. An empty sentence: what
/// Meta says itself.
struct Rule {
  std::int64_t first_code;
  std::int64_t last_code;
  std::int64_t subcode;
  ErrorClass kind;
  seconds wait;
  std::string_view sentence;
};

constexpr std::string_view kBusy = "Meta is not answering properly at the moment.";
constexpr std::string_view kAccountLimit = "Meta's limit for this ad account is reached.";
constexpr std::string_view kAppLimit = "Meta's limit for the app behind the access token is reached.";
constexpr std::string_view kTooMuch = "Meta finds the report too large for one answer.";
constexpr std::string_view kPermission =
    "The access token may not read this ad account. Grant it ads_read on the account and enter the new token.";
constexpr std::string_view kLogIn = "Meta wants the owner of the access token to log in at facebook.com first.";
constexpr std::string_view kProof =
    "Meta wants proof of the app secret. Enter the app secret of the app that the access token was made for.";
constexpr std::string_view kVersion = "Meta has retired the API version in use. Update OmniFy or set a newer version.";

constexpr auto kRules = std::to_array<Rule>({
    {-2, -2, kAny, ErrorClass::retry, seconds(0), "Meta could not make the report."},
    {-3, -3, kAny, ErrorClass::too_large, seconds(0), kTooMuch},
    {1, 2, 99, ErrorClass::retry, seconds(0), kBusy},
    {2, 2, 1504038, ErrorClass::too_large, seconds(0), kTooMuch},
    {2, 2, 1504041, ErrorClass::permanent, seconds(0), "Meta refuses this combination of figures."},
    {2, 2, 1504042, ErrorClass::permanent, seconds(0), "Meta refuses a custom figure of this report."},
    {1, 2, kAny, ErrorClass::retry, seconds(0), kBusy},
    {3, 3, kAny, ErrorClass::reconnect, seconds(0), kPermission},
    {4, 4, kAny, ErrorClass::slow_down, seconds(300), kAppLimit},
    {10, 10, kAny, ErrorClass::reconnect, seconds(0), kPermission},
    {17, 17, 1885172, ErrorClass::permanent, seconds(0), "Meta allows ten changes of a spend cap a day."},
    {17, 17, kAny, ErrorClass::slow_down, seconds(300), kAccountLimit},
    {32, 32, kAny, ErrorClass::slow_down, seconds(300), kAccountLimit},
    {100, 100, 33, ErrorClass::absent, seconds(0), "Meta does not find at the moment what it has named before."},
    {100, 100, 1487534, ErrorClass::too_large, seconds(0), kTooMuch},
    {100, 100, 1504018, ErrorClass::too_large, seconds(0), kTooMuch},
    {100, 100, 3191001, ErrorClass::reconnect, seconds(0), kPermission},
    {100, 100, kAny, ErrorClass::permanent, seconds(0), ""},
    {102, 102, kAny, ErrorClass::reconnect, seconds(0), "Meta no longer accepts the access token. Enter a new one."},
    {104, 104, kAny, ErrorClass::reconnect, seconds(0), kProof},
    {190, 190, 458, ErrorClass::reconnect, seconds(0),
     "The app was removed from the Facebook account that gave the access token. Enter a new one."},
    {190, 190, 459, ErrorClass::reconnect, seconds(0), kLogIn},
    {190, 190, 460, ErrorClass::reconnect, seconds(0),
     "The access token ended because the password was changed. Enter a new one."},
    {190, 190, 463, ErrorClass::reconnect, seconds(0), "The access token has expired. Enter a new one."},
    {190, 190, 464, ErrorClass::reconnect, seconds(0), kLogIn},
    {190, 190, 467, ErrorClass::reconnect, seconds(0), "The access token was revoked. Enter a new one."},
    {190, 190, 492, ErrorClass::reconnect, seconds(0),
     "The owner of the access token lost the role on the Page. Restore it or enter another token."},
    {190, 190, kAny, ErrorClass::reconnect, seconds(0), "Meta does not accept the access token. Enter a new one."},
    {200, 299, kAny, ErrorClass::reconnect, seconds(0), kPermission},
    {341, 341, kAny, ErrorClass::slow_down, seconds(300), kAppLimit},
    {368, 368, kAny, ErrorClass::permanent, seconds(0), "Meta has blocked this account for a policy reason for now."},
    {613, 613, 1487632, ErrorClass::slow_down, seconds(3600), "Meta allows four budget changes an hour per ad set."},
    {613, 613, kAny, ErrorClass::slow_down, seconds(300), kAccountLimit},
    {2635, 2635, kAny, ErrorClass::permanent, seconds(0), kVersion},
    {3018, 3018, kAny, ErrorClass::permanent, seconds(0), "Meta keeps figures for 37 months only."},
    {80000, 80014, kAny, ErrorClass::slow_down, seconds(300), kAccountLimit},
    {kAny, kAny, 1504018, ErrorClass::too_large, seconds(0), kTooMuch},
    {kAny, kAny, 1487534, ErrorClass::too_large, seconds(0), kTooMuch},
});

bool fits(const Rule& rule, const GraphError& error) {
  if (rule.first_code == kAny) return error.subcode == rule.subcode || error.code == rule.subcode;
  if (error.code < rule.first_code || error.code > rule.last_code) return false;
  return rule.subcode == kAny || error.subcode == rule.subcode;
}

std::string words(const Rule* rule, const GraphError& error) {
  if (rule != nullptr && !rule->sentence.empty()) return std::string(rule->sentence);
  const auto& said = error.user_message.empty() ? error.message : error.user_message;
  return fmt::format("Meta refused the request: {}", said.empty() ? fmt::format("error {}.", error.code) : said);
}

std::int64_t integer(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return 0;
  boost::system::error_code failure;
  const auto number = value->to_number<std::int64_t>(failure);
  return failure ? 0 : number;
}

}  // namespace

std::optional<GraphError> parse_error(std::string_view body) {
  boost::system::error_code failure;
  const auto document = boost::json::parse(body, failure);
  if (failure || !document.is_object()) return std::nullopt;
  const auto* found = document.get_object().if_contains("error");
  const auto* object = found != nullptr ? found->if_object() : nullptr;
  if (object == nullptr) return std::nullopt;
  const auto* transient = object->if_contains("is_transient");
  return GraphError{.code = integer(*object, "code"),
                    .subcode = integer(*object, "error_subcode"),
                    .transient = transient != nullptr && transient->is_bool() && transient->get_bool(),
                    .message = text_in(*object, "message").value_or(""),
                    .user_message = text_in(*object, "error_user_msg").value_or(""),
                    .trace_id = text_in(*object, "fbtrace_id").value_or("")};
}

Verdict classify(const GraphError& error) {
  if (error.code == 1 && error.message.find("reduce the amount of data") != std::string::npos) {
    return {ErrorClass::reduce, seconds(0), std::string(kTooMuch)};
  }
  if (error.code == 100 && error.message.find("appsecret_proof") != std::string::npos) {
    return {ErrorClass::reconnect, seconds(0), std::string(kProof)};
  }
  for (const auto& rule : kRules) {
    if (!fits(rule, error)) continue;
    if (error.transient && rule.kind == ErrorClass::permanent) break;
    return {rule.kind, rule.wait, words(&rule, error)};
  }
  if (error.transient) return {ErrorClass::retry, seconds(0), std::string(kBusy)};
  return {ErrorClass::permanent, seconds(0), words(nullptr, error)};
}

Verdict classify_status(int http_status) {
  if (http_status == 429) return {ErrorClass::slow_down, seconds(300), std::string(kAppLimit)};
  if (http_status >= 500 || http_status == 408) return {ErrorClass::retry, seconds(0), std::string(kBusy)};
  return {ErrorClass::permanent, seconds(0), fmt::format("Meta answered with HTTP status {}.", http_status)};
}

}  // namespace omnify::platforms::meta
