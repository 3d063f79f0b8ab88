#include "platforms/meta/connector.h"

#include <fmt/format.h>

#include <algorithm>

#include "platforms/entities.h"
#include "platforms/meta/entities.h"
#include "platforms/meta/reports.h"

namespace omnify::platforms::meta {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kInsightsPage = 500;
constexpr std::int64_t kEntitiesPage = 100;
constexpr std::int64_t kSmallestPage = 10;
constexpr seconds kInsightsTimeout{60};

constexpr std::string_view kNoAccount =
    "Meta does not show this ad account to the access token. Check the account's number and the token's access.";

// Everything that was ever there: old days belong to archived and deleted ads too.
constexpr std::string_view kCampaignStatuses = R"(["ACTIVE","PAUSED","ARCHIVED","DELETED","IN_PROCESS","WITH_ISSUES"])";
constexpr std::string_view kAdSetStatuses =
    R"(["ACTIVE","PAUSED","ARCHIVED","DELETED","IN_PROCESS","WITH_ISSUES","CAMPAIGN_PAUSED"])";
constexpr std::string_view kAdStatuses =
    R"(["ACTIVE","PAUSED","ARCHIVED","DELETED","IN_PROCESS","WITH_ISSUES","CAMPAIGN_PAUSED","ADSET_PAUSED",)"
    R"("PENDING_REVIEW","PREAPPROVED","DISAPPROVED","PENDING_BILLING_INFO"])";

http::Parameters daily_parameters(std::string_view level, std::string_view fields, Day first, Day last) {
  return {{"level", std::string(level)},
          {"time_increment", "1"},
          {"time_range", fmt::format(R"({{"since":"{}","until":"{}"}})", format_day(first), format_day(last))},
          {"fields", std::string(fields)}};
}

}  // namespace

Description description() {
  return {.platform = "meta",
          .label = "Meta Ads",
          .account_label = "Ad account ID",
          .account_help = "The number in Ads Manager, with or without act_ before it.",
          .fields = {{.name = "access_token",
                      .label = "Access token",
                      .help = "A system user's token with ads_read, from Business settings → System users.",
                      .secret = true,
                      .required = true},
                     {.name = "app_secret",
                      .label = "App secret",
                      .help = "Only if the app requires proof for its calls: App settings → Basic.",
                      .secret = true,
                      .required = false}},
          .lookback_days = 28,
          .retention_days = 1120,
          .window_days = 7};
}

std::optional<std::string> normalise_account_id(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  if (text.size() > 4 && http::equal_ignoring_case(text.substr(0, 4), "act_")) text.remove_prefix(4);
  if (text.empty() || text.size() > 20 || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  return std::string(text);
}

MetaConnector::MetaConnector(http::Client& http, GraphAccess access, std::string account)
    : client_(http, std::move(access)), account_("act_" + std::move(account)) {
  client_.on_wait([this](std::string sentence) { report(std::move(sentence)); });
}

Task<AccountRow> MetaConnector::fetch_account() {
  const GraphRequest request{
      .path = account_, .parameters = {{"fields", std::string(kAccountFields)}}, .absence_counts = true};
  try {
    co_return parse_account(co_await client_.call(request));
  } catch (const CallFailure& failure) {
    if (failure.kind() != ErrorClass::absent) throw;
  }
  throw CallFailure({ErrorClass::reconnect, seconds(0), std::string(kNoAccount)});
}

Task<std::string> MetaConnector::fetch_page(GraphRequest request, Place& place) {
  for (;;) {
    auto sized = request;
    sized.parameters.add("limit", std::to_string(place.limit));
    // Never the URL in paging.next: it holds the access token and lacks the proof.
    if (place.after) sized.parameters.add("after", *place.after);
    try {
      co_return co_await client_.call(std::move(sized));
    } catch (const CallFailure& failure) {
      const bool too_large = failure.kind() == ErrorClass::too_large && !place.divisible;
      if (!too_large && failure.kind() != ErrorClass::reduce) throw;
      if (place.limit <= kSmallestPage) throw CallFailure({ErrorClass::too_large, seconds(0), failure.detail()});
    }
    place.limit = std::max(place.limit / 2, kSmallestPage);
  }
}

template <class Row, class Parse>
Task<std::vector<Row>> MetaConnector::fetch_list(std::string node, std::string edge, std::string_view fields,
                                                 std::string_view statuses, Parse parse) {
  const GraphRequest request{
      .path = node + "/" + edge,
      .parameters = {{"fields", std::string(fields)}, {"effective_status", std::string(statuses)}}};
  std::vector<Row> rows;
  Place place{.limit = kEntitiesPage, .divisible = false};
  do {
    auto page = parse(co_await fetch_page(request, place));
    std::ranges::move(page.rows, std::back_inserter(rows));
    place.after = std::move(page.after);
    report(fmt::format("Reading {} ({})", edge, rows.size()));
  } while (place.after);
  co_return rows;
}

Task<EntityRows> MetaConnector::fetch_entities() {
  const auto account = co_await fetch_account();
  const auto time = now();
  EntityRows rows;
  rows.campaigns = co_await fetch_list<CampaignRow>(
      account_, "campaigns", kCampaignFields, kCampaignStatuses,
      [currency = account.currency, time](const std::string& body) { return parse_campaigns(body, currency, time); });
  rows.ad_sets = co_await fetch_list<AdSetRow>(account_, "adsets", kAdSetFields, kAdSetStatuses,
                                               [time](const std::string& body) { return parse_ad_sets(body, time); });
  rows.ads = co_await fetch_list<AdRow>(account_, "ads", kAdFields, kAdStatuses,
                                        [](const std::string& body) { return parse_ads(body); });
  end_with_parents(rows);
  co_return rows;
}

Task<> MetaConnector::fetch_pages(GraphRequest request, FactSink sink) {
  request.timeout = kInsightsTimeout;
  Place place{.limit = kInsightsPage, .divisible = true};
  do {
    auto page = parse_insights(co_await fetch_page(request, place));
    place.after = std::move(page.after);
    if (!page.rows.empty()) co_await sink(std::move(page.rows));
  } while (place.after);
}

Task<MetaConnector::Fetched> MetaConnector::fetch_directly(Range range, FactSink sink) {
  try {
    co_await fetch_pages({.path = range.node + "/insights",
                          .parameters = daily_parameters("ad", kInsightFields, range.first, range.last)},
                         std::move(sink));
  } catch (const CallFailure& failure) {
    if (failure.kind() != ErrorClass::too_large) throw;
    co_return Fetched::too_large;
  }
  co_return Fetched::all;
}

Task<MetaConnector::Fetched> MetaConnector::fetch_report(Range range, FactSink sink) {
  try {
    GraphRequest order{.path = range.node + "/insights",
                       .parameters = daily_parameters("ad", kInsightFields, range.first, range.last)};
    const auto id =
        co_await make_report(client_, std::move(order), [this](std::string activity) { report(std::move(activity)); });
    // Without fields: others than the report's own would be refused.
    co_await fetch_pages({.path = id + "/insights"}, std::move(sink));
  } catch (const CallFailure& failure) {
    if (failure.kind() != ErrorClass::too_large) throw;
    co_return Fetched::too_large;
  }
  co_return Fetched::all;
}

Task<> MetaConnector::split(Range range, FactSink sink) {
  if (range.first == range.last) co_return co_await split_node(std::move(range), std::move(sink));
  const Day middle = range.first + (range.last - range.first) / 2;
  co_await fetch_range({range.level, range.node, middle + std::chrono::days(1), range.last}, sink);
  co_await fetch_range({range.level, range.node, range.first, middle}, sink);
}

Task<> MetaConnector::split_node(Range range, FactSink sink) {
  if (range.level == Level::ad_set) {
    throw Error(Code::upstream_permanent, fmt::format("Meta cannot report the ad set {} on {}: it is too large.",
                                                      range.node, format_day(range.first)));
  }
  const bool whole = range.level == Level::account;
  const auto parts = co_await fetch_list<std::string>(range.node, whole ? "campaigns" : "adsets", "id",
                                                      whole ? kCampaignStatuses : kAdSetStatuses, parse_ids);
  for (const auto& part : parts) {
    co_await fetch_range({whole ? Level::campaign : Level::ad_set, part, range.first, range.last}, sink);
  }
}

Task<> MetaConnector::fetch_range(Range range, FactSink sink) {
  if (co_await fetch_directly(range, sink) == Fetched::all) co_return;
  if (co_await fetch_report(range, sink) == Fetched::all) co_return;
  report("Meta finds the report too large: asking for it in parts");
  co_await split(std::move(range), std::move(sink));
}

Task<> MetaConnector::fetch_facts(Day first, Day last, FactSink sink) {
  co_await fetch_range({Level::account, account_, first, last}, std::move(sink));
}

Task<std::vector<AccountDay>> MetaConnector::fetch_account_days(Day first, Day last) {
  const GraphRequest request{.path = account_ + "/insights",
                             .parameters = daily_parameters("account", kAccountDayFields, first, last),
                             .timeout = kInsightsTimeout};
  std::vector<AccountDay> days;
  Place place{.limit = kInsightsPage, .divisible = false};
  do {
    auto page = parse_account_days(co_await fetch_page(request, place));
    place.after = std::move(page.after);
    std::ranges::move(page.rows, std::back_inserter(days));
  } while (place.after);
  co_return days;
}

}  // namespace omnify::platforms::meta
