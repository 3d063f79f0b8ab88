#include "platforms/tiktok/connector.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "platforms/tiktok/reports.h"

namespace omnify::platforms::tiktok {
namespace {

constexpr std::int64_t kPageSize = 1000;  // the most that TikTok gives
static_assert(kPageSize <= static_cast<std::int64_t>(kBatchRows));
constexpr std::chrono::days kLongestReport{30};  // with a row a day
constexpr std::size_t kMostIds = 100;            // in a filter
constexpr std::chrono::seconds kReportTimeout{60};

// Without it, deleted objects are left out, and with them the days on which they spent.
constexpr std::string_view kEverything = R"({"primary_status":"STATUS_ALL"})";

constexpr std::string_view kNoAccount =
    "TikTok does not show this ad account to the access token. Check the account's number and the token's access.";

boost::json::array array_of(const std::vector<std::string>& texts) {
  return boost::json::array(texts.begin(), texts.end());
}

/// A list as the text that TikTok wants within a filter.
boost::json::object in_filter(std::string_view field, const std::vector<std::string>& values) {
  return {{"field_name", field}, {"filter_type", "IN"}, {"filter_value", boost::json::serialize(array_of(values))}};
}

}  // namespace

Description description() {
  return {.platform = "tiktok",
          .label = "TikTok Ads",
          .account_label = "Advertiser ID",
          .account_help = "The number of the ad account in TikTok Ads Manager, about 19 digits.",
          .fields = {{.name = "access_token",
                      .label = "Access token",
                      .help = "A long-term token of an app for the Marketing API that may manage ads and read reports: "
                              "TikTok API for Business → My Apps.",
                      .secret = true,
                      .required = true},
                     {.name = "app_id",
                      .label = "App ID",
                      .help = "Only if the tokens are from several apps: connections of one app share TikTok's limits.",
                      .secret = false,
                      .required = false}},
          .lookback_days = 28,
          .retention_days = 365,
          .window_days = 7};
}

std::optional<std::string> normalise_account_id(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  if (text.size() > 20 || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return std::string(text);
}

TiktokConnector::TiktokConnector(http::Client& http, BusinessAccess access, std::string account)
    : client_(http, std::move(access)), account_(std::move(account)) {
  client_.on_wait([this](std::string sentence) { report(std::move(sentence)); });
}

Task<AccountRow> TiktokConnector::fetch_account() {
  const BusinessRequest request{
      .path = "advertiser/info",
      .parameters = {{"advertiser_ids", boost::json::serialize(boost::json::array{boost::json::value(account_)})},
                     {"fields", std::string(kAccountFields)}}};
  const auto answer = co_await client_.call(request);
  auto account = parse_account(answer.body);
  if (!account) throw CallFailure({.kind = ErrorClass::reconnect, .sentence = std::string(kNoAccount)});
  co_return std::move(*account);
}

template <class Row, class Parse>
Task<std::vector<Row>> TiktokConnector::fetch_list(std::string kind, std::string fields, std::string filtering,
                                                   Parse parse) {
  const BusinessRequest request{.path = kind + "/get",
                                .parameters = {{"advertiser_id", account_},
                                               {"fields", std::move(fields)},
                                               {"filtering", std::move(filtering)},
                                               {"page_size", std::to_string(kPageSize)}}};
  std::vector<Row> rows;
  std::int64_t pages = 1;
  for (std::int64_t number = 1; number <= pages; ++number) {
    auto paged = request;
    paged.parameters.add("page", std::to_string(number));
    const auto answer = co_await client_.call(std::move(paged));
    EntityPage<Row> page = parse(answer.body);
    pages = page.pages;
    std::ranges::move(page.rows, std::back_inserter(rows));
    report(fmt::format("Reading {}s ({})", kind, rows.size()));
  }
  co_return rows;
}

Task<EntityRows> TiktokConnector::fetch_entities() {
  const std::string everything(kEverything);
  EntityRows rows;
  rows.campaigns =
      co_await fetch_list<CampaignRow>("campaign", std::string(kCampaignFields), everything, &parse_campaigns);
  rows.ad_sets = co_await fetch_list<AdSetRow>("adgroup", std::string(kAdGroupFields), everything, &parse_ad_groups);
  rows.ads = co_await fetch_list<AdRow>("ad", std::string(kAdFields), everything, &parse_ads);
  settle_ends(rows);
  co_return rows;
}

http::Parameters TiktokConnector::report_parameters(const Slice& slice) const {
  boost::json::array filters{in_filter("ad_status", {"STATUS_ALL"})};
  if (slice.level != Slice::Level::account) {
    filters.push_back(in_filter(slice.level == Slice::Level::campaigns ? "campaign_ids" : "adgroup_ids", slice.ids));
  }
  return {{"advertiser_id", account_},
          {"report_type", "BASIC"},
          {"service_type", "AUCTION"},
          {"data_level", "AUCTION_AD"},
          {"dimensions", R"(["ad_id","stat_time_day"])"},
          {"metrics", std::string(kReportMetrics)},
          {"start_date", format_day(slice.first)},
          {"end_date", format_day(slice.last)},
          {"filtering", boost::json::serialize(filters)},
          {"page_size", std::to_string(kPageSize)}};
}

Task<TiktokConnector::Fetched> TiktokConnector::fetch_pages(Slice slice, FactSink sink) {
  const BusinessRequest request{
      .path = "report/integrated/get", .parameters = report_parameters(slice), .timeout = kReportTimeout};
  std::int64_t pages = 1;
  for (std::int64_t number = 1; number <= pages; ++number) {
    auto paged = request;
    paged.parameters.add("page", std::to_string(number));
    auto answer = co_await client_.call(std::move(paged));
    if (answer.truncated) co_return Fetched::truncated;
    auto page = parse_report(std::move(answer.body));
    pages = page.pages;
    if (pages > 1) report(fmt::format("Reading the report (page {} of {})", number, pages));
    if (!page.rows.empty()) co_await sink(std::move(page.rows));
  }
  co_return Fetched::all;
}

Task<> TiktokConnector::split(Slice slice, FactSink sink) {
  using Level = Slice::Level;
  if (slice.level == Level::ad_groups && slice.ids.size() == 1) {
    throw Error(Code::upstream_permanent,
                fmt::format("TikTok cannot report the ad group {}: it has too many ads.", slice.ids.front()));
  }
  auto level = slice.level;
  auto part = (slice.ids.size() + 1) / 2;
  auto ids = slice.ids;
  if (ids.size() <= 1) {
    const bool whole = level == Level::account;
    const boost::json::object of_campaign{{"primary_status", "STATUS_ALL"}, {"campaign_ids", array_of(ids)}};
    const std::string name = whole ? "campaign_id" : "adgroup_id";
    ids = co_await fetch_list<std::string>(whole ? "campaign" : "adgroup", fmt::format(R"(["{}"])", name),
                                           whole ? std::string(kEverything) : boost::json::serialize(of_campaign),
                                           [name](std::string_view body) { return parse_ids(body, name); });
    level = whole ? Level::campaigns : Level::ad_groups;
    part = kMostIds;
  }
  for (std::size_t at = 0; at < ids.size(); at += part) {
    const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = ids.begin() + static_cast<std::ptrdiff_t>(std::min(at + part, ids.size()));
    co_await fetch_slice({level, std::vector<std::string>(begin, end), slice.first, slice.last}, sink);
  }
}

Task<> TiktokConnector::fetch_slice(Slice slice, FactSink sink) {
  if (co_await fetch_pages(slice, sink) == Fetched::all) co_return;
  report("TikTok has more ads than fit into one report: asking for them in parts");
  co_await split(std::move(slice), std::move(sink));
}

Task<> TiktokConnector::fetch_facts(Day first, Day last, FactSink sink) {
  for (Day begin = first; begin <= last; begin += kLongestReport) {
    const Day end = std::min(last, begin + kLongestReport - std::chrono::days(1));
    co_await fetch_slice({Slice::Level::account, {}, begin, end}, sink);
  }
}

Task<std::vector<AccountDay>> TiktokConnector::fetch_account_days(Day first, Day last) {
  std::vector<AccountDay> days;
  for (Day begin = first; begin <= last; begin += kLongestReport) {
    const Day end = std::min(last, begin + kLongestReport - std::chrono::days(1));
    const BusinessRequest request{.path = "report/integrated/get",
                                  .parameters = {{"advertiser_id", account_},
                                                 {"report_type", "BASIC"},
                                                 {"service_type", "AUCTION"},
                                                 {"data_level", "AUCTION_ADVERTISER"},
                                                 {"dimensions", R"(["advertiser_id","stat_time_day"])"},
                                                 {"metrics", std::string(kAccountDayMetrics)},
                                                 {"start_date", format_day(begin)},
                                                 {"end_date", format_day(end)},
                                                 // A row a day: one page.
                                                 {"page_size", std::to_string(kPageSize)}},
                                  .timeout = kReportTimeout};
    auto answer = co_await client_.call(request);
    std::ranges::move(parse_account_days(std::move(answer.body)).rows, std::back_inserter(days));
  }
  co_return days;
}

}  // namespace omnify::platforms::tiktok
