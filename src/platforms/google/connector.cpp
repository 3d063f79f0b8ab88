#include "platforms/google/connector.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "platforms/entities.h"
#include "platforms/google/entities.h"

namespace omnify::platforms::google {
namespace {

using std::chrono::seconds;

/// A report that loses its place so often does not get anywhere.
constexpr int kRestarts = 3;
constexpr std::size_t kCustomerIdDigits = 10;

/// Only purchases that came without delivery on the same day: a late click, or credit that was shared.
template <class Purchases>
std::vector<FactRow> undelivered(Purchases& purchases) {
  std::vector<FactRow> rows;
  for (auto& [key, purchase] : purchases) {
    if (!purchase.delivered) rows.push_back(std::move(purchase.row));
  }
  return rows;
}

}  // namespace

Description description() {
  return {
      .platform = "google",
      .label = "Google Ads",
      .account_label = "Customer ID",
      .account_help = "The ten digits at the top of Google Ads, with or without dashes. Not a manager account's.",
      .fields = {{.name = "client_id",
                  .label = "OAuth client ID",
                  .help = "From the Google Cloud console → Credentials; its project needs the Google Ads API enabled.",
                  .secret = false,
                  .required = true},
                 {.name = "client_secret",
                  .label = "OAuth client secret",
                  .help = "Of the same client.",
                  .secret = true,
                  .required = true},
                 {.name = "refresh_token",
                  .label = "Refresh token",
                  .help = "Made for this client with the scope https://www.googleapis.com/auth/adwords. It begins "
                          "with 1//.",
                  .secret = true,
                  .required = true},
                 {.name = "developer_token",
                  .label = "Developer token",
                  .help = "Only if you still have one: Google no longer asks for it.",
                  .secret = true,
                  .required = false},
                 {.name = "login_customer_id",
                  .label = "Manager account ID",
                  .help = "Only if your access to the account runs through a manager account.",
                  .secret = false,
                  .required = false}},
      .lookback_days = 30,
      .retention_days = 1120,
      .window_days = 14};
}

std::optional<std::string> normalise_account_id(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if (c < '0' || c > '9') return std::nullopt;
    digits += c;
  }
  if (digits.size() != kCustomerIdDigits) return std::nullopt;
  return digits;
}

GoogleConnector::GoogleConnector(http::Client& http, AdsAccess access, std::string account)
    : client_(http, std::move(access), std::move(account)) {
  client_.on_wait([this](std::string sentence) { report(std::move(sentence)); });
}

Task<AccountRow> GoogleConnector::fetch_account() {
  co_return parse_account(co_await client_.search(std::string(kAccountQuery), std::nullopt));
}

Task<std::string> GoogleConnector::fetch_page(Place& place) {
  place.restarted = false;
  for (;;) {
    try {
      co_return co_await client_.search(place.query, place.page_token);
    } catch (const CallFailure& failure) {
      if (failure.kind() != ErrorClass::restart || ++place.restarts > kRestarts) throw;
    }
    place.page_token.reset();
    place.restarted = true;
  }
}

template <class Row, class Parse>
Task<std::vector<Row>> GoogleConnector::fetch_list(std::string_view query, std::string_view what, Parse parse) {
  std::vector<Row> rows;
  Place place{.query = std::string(query)};
  do {
    auto page = parse(co_await fetch_page(place));
    if (place.restarted) rows.clear();
    std::ranges::move(page.rows, std::back_inserter(rows));
    place.page_token = std::move(page.page_token);
    report(fmt::format("Reading {} ({})", what, rows.size()));
  } while (place.page_token);
  co_return rows;
}

Task<EntityRows> GoogleConnector::fetch_entities() {
  EntityRows rows;
  rows.campaigns = co_await fetch_list<CampaignRow>(kCampaignQuery, "campaigns", parse_campaigns);
  rows.ad_sets = co_await fetch_list<AdSetRow>(kAdGroupQuery, "ad groups", parse_ad_groups);
  rows.ads = co_await fetch_list<AdRow>(kAdQuery, "ads", parse_ads);
  auto asset_groups = co_await fetch_list<AdSetRow>(kAssetGroupQuery, "asset groups", parse_asset_groups);
  for (const auto& group : asset_groups) rows.ads.push_back(ad_of_asset_group(group));
  std::ranges::move(asset_groups, std::back_inserter(rows.ad_sets));
  end_with_parents(rows);
  co_return rows;
}

Task<bool> GoogleConnector::measures_purchases(bool seen) {
  if (seen) measures_purchases_ = true;
  if (!measures_purchases_) {
    measures_purchases_ = counts_purchases(co_await client_.search(std::string(kPurchaseActionQuery), std::nullopt));
  }
  co_return *measures_purchases_;
}

Task<GoogleConnector::Purchases> GoogleConnector::fetch_purchases(ReportLevel level, Day first, Day last) {
  Purchases purchases;
  Place place{.query = purchases_query(level, first, last)};
  do {
    auto page = parse_report(co_await fetch_page(place));
    if (place.restarted) purchases.clear();
    for (auto& row : page.rows) {
      row.conversions = row.conversions.value_or(0);
      row.revenue = row.revenue.value_or(0);
      std::pair key(row.day, row.ad_external_id);
      purchases.insert_or_assign(std::move(key), Purchase{std::move(row)});
    }
    place.page_token = std::move(page.page_token);
  } while (place.page_token);
  co_return purchases;
}

Task<> GoogleConnector::deliver(std::vector<FactRow> rows, FactSink sink) {
  if (rows.size() <= kBatchRows) {
    if (!rows.empty()) co_await sink(std::move(rows));
    co_return;
  }
  for (std::size_t at = 0; at < rows.size(); at += kBatchRows) {
    const auto end = std::min(at + kBatchRows, rows.size());
    std::vector<FactRow> batch(std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(at)),
                               std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(end)));
    co_await sink(std::move(batch));
  }
}

Task<> GoogleConnector::fetch_delivery(ReportLevel level, Range range, Purchases purchases, FactSink sink) {
  Place place{.query = delivery_query(level, range.first, range.last)};
  do {
    auto page = parse_report(co_await fetch_page(place));
    for (auto& row : page.rows) {
      if (range.measured) row.conversions = row.revenue = 0;
      const auto found = purchases.find({row.day, row.ad_external_id});
      if (found == purchases.end()) continue;
      row.conversions = found->second.row.conversions;
      row.revenue = found->second.row.revenue;
      found->second.delivered = true;
    }
    place.page_token = std::move(page.page_token);
    co_await deliver(std::move(page.rows), sink);
  } while (place.page_token);
  co_await deliver(undelivered(purchases), std::move(sink));
}

Task<> GoogleConnector::fetch_facts(Day first, Day last, FactSink sink) {
  auto of_ads = co_await fetch_purchases(ReportLevel::ads, first, last);
  auto of_groups = co_await fetch_purchases(ReportLevel::asset_groups, first, last);
  const bool measured = co_await measures_purchases(!of_ads.empty() || !of_groups.empty());
  const Range range{first, last, measured};
  co_await fetch_delivery(ReportLevel::ads, range, std::move(of_ads), sink);
  co_await fetch_delivery(ReportLevel::asset_groups, range, std::move(of_groups), std::move(sink));
}

Task<std::map<Day, AccountDay>> GoogleConnector::fetch_days(std::string query) {
  std::map<Day, AccountDay> days;
  Place place{.query = std::move(query)};
  do {
    auto page = parse_account_days(co_await fetch_page(place));
    for (const auto& row : page.rows) days.insert_or_assign(row.day, row);
    place.page_token = std::move(page.page_token);
  } while (place.page_token);
  co_return days;
}

Task<std::vector<AccountDay>> GoogleConnector::fetch_account_days(Day first, Day last) {
  const auto purchases = co_await fetch_days(purchases_query(ReportLevel::account, first, last));
  const bool measured = co_await measures_purchases(!purchases.empty());
  auto days = co_await fetch_days(delivery_query(ReportLevel::account, first, last));
  if (measured) {
    for (auto& [day, row] : days) row.conversions = row.revenue = 0;
  }
  for (const auto& [day, bought] : purchases) {
    auto& row = days.try_emplace(day, AccountDay{.day = day}).first->second;
    row.conversions = bought.conversions.value_or(0);
    row.revenue = bought.revenue.value_or(0);
  }
  std::vector<AccountDay> out;
  for (const auto& [day, row] : days) out.push_back(row);
  co_return out;
}

}  // namespace omnify::platforms::google
