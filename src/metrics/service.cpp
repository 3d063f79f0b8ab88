#include "metrics/service.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "database/database.h"
#include "metrics/campaign_list.h"
#include "metrics/exchange.h"
#include "metrics/overview.h"
#include "metrics/store.h"

namespace omnify::metrics {
namespace {

constexpr std::chrono::days kRestatedSince{7};

Cursor cursor_after(const store::ListedCampaign& last, const ListOrder& order) {
  Cursor cursor{.sort = order.sort, .direction = order.direction, .key = {}, .label = last.label, .id = last.row.id};
  if (last.key) cursor.key = std::bit_cast<std::int64_t>(*last.key);
  return cursor;
}

/// The previous period and this one, which follow each other.
Period both(const Period& period) { return {previous_period(period).first, period.last}; }

template <class Rows>
std::set<std::string> currencies_of(const Rows& rows) {
  std::set<std::string> out;
  for (const auto& row : rows) out.insert(row.currency);
  return out;
}

bool compares_money(CampaignSort sort) {
  return sort == CampaignSort::spend || sort == CampaignSort::revenue || sort == CampaignSort::cpc ||
         sort == CampaignSort::cpa;
}

}  // namespace

Task<OrganizationSettings> Service::settings(OrganizationId organization) {
  auto execution = store::settings(organization);
  const auto result = co_await database_.run(organization, execution.query, std::move(execution.params));
  co_return store::read_settings(result, clock_());
}

Task<ExchangeRates> Service::rates(std::set<std::string> currencies, std::string into, Period period) {
  currencies.insert(into);
  if (currencies.size() == 1) co_return ExchangeRates{};
  auto execution = store::rates({currencies.begin(), currencies.end()}, period);
  co_return store::read_rates(co_await database_.run_control(execution.query, std::move(execution.params)));
}

Task<store::FactorTable> Service::factors(OrganizationId organization, std::vector<std::string> foreign,
                                          Period period) {
  const auto into = (co_await settings(organization)).currency;
  const auto rates = co_await this->rates({foreign.begin(), foreign.end()}, into, period);
  foreign.push_back(into);
  co_return store::factor_table(rates, foreign, into, period);
}

Task<Overview> Service::overview(OrganizationId organization, RangeQuery range) {
  // With both ends given, which is the usual case, the range is known before the settings: one round trip.
  std::vector<database::Result> results;
  Period period{};
  OrganizationSettings settings;
  if (range.start && range.end) {
    period = checked_period(range.start, range.end, *range.end);
    auto executions = store::overview(organization, both(period));
    executions.push_back(store::settings(organization));
    results = co_await database_.run(organization, std::move(executions));
    settings = store::read_settings(results.back(), clock_());
  } else {
    settings = co_await this->settings(organization);
    period = checked_period(range.start, range.end, settings.today);
    results = co_await database_.run(organization, store::overview(organization, both(period)));
  }
  auto facts = store::read_overview(results);
  facts.rates = co_await rates(currencies_of(facts.days), settings.currency, both(period));
  facts.currency = settings.currency;
  facts.time_zone = settings.time_zone;
  facts.today = settings.today;
  co_return assemble(period, facts);
}

Task<Overview> Service::overview_as_known(OrganizationId organization, RangeQuery range, Instant as_of) {
  if (as_of > clock_()) throw Error::field("as_of", "This moment is still to come.");
  const auto settings = co_await this->settings(organization);
  const Day today = local_day(settings.time_zone, as_of);
  const auto period = checked_period(range.start, range.end, today);
  auto facts = store::read_overview(
      co_await database_.run(organization, store::overview_as_known(organization, both(period), as_of)));
  facts.rates = co_await rates(currencies_of(facts.days), settings.currency, both(period));
  facts.currency = settings.currency;
  facts.time_zone = settings.time_zone;
  facts.today = today;
  facts.last_synced_at.clear();
  auto overview = assemble(period, facts);
  overview.as_of = as_of;
  co_return overview;
}

Task<RestatedDays> Service::restated_days(OrganizationId organization, RestatedQuery query) {
  const auto moment = clock_();
  const auto since = query.since.value_or(moment - kRestatedSince);
  if (since > moment) throw Error::field("since", "This moment is still to come.");
  const auto settings = co_await this->settings(organization);
  const auto period = checked_period(query.start, query.end, settings.today);
  auto execution = store::restated_days(organization, period, since);
  const auto result = co_await database_.run(organization, execution.query, std::move(execution.params));
  co_return RestatedDays{period.first, period.last, since, store::read_restated_days(result)};
}

Task<CampaignPage> Service::campaigns(OrganizationId organization, CampaignQuery query) {
  const auto order = checked_order(query);
  store::ListFilter filter{.pattern = {}, .status = query.status, .platform = query.platform};
  if (query.search && !query.search->empty()) filter.pattern = search_pattern(*query.search);
  Day today = query.end.value_or(Day{});
  if (!query.start || !query.end) today = (co_await settings(organization)).today;
  const auto period = checked_period(query.start, query.end, today);
  auto executions = store::campaign_page(organization, period, filter, order);
  if (compares_money(order.sort)) executions.push_back(store::foreign_currencies(organization));
  const auto results = co_await database_.run(organization, std::move(executions));
  auto listed = store::read_campaigns(results.at(0));
  if (results.size() > 2 && !results[2].empty()) {
    const auto factors = co_await this->factors(organization, store::read_currencies(results[2]), period);
    auto page = store::converted_campaign_page(organization, period, filter, order, factors);
    listed = store::read_campaigns(co_await database_.run(organization, page.query, std::move(page.params)));
  }
  CampaignPage page;
  page.total = results.at(1).get<std::int64_t>(0, 0);
  const auto limit = static_cast<std::size_t>(order.limit);
  if (listed.size() > limit) {
    listed.resize(limit);
    page.next_cursor = encode(cursor_after(listed.back(), order));
  }
  page.items.reserve(listed.size());
  for (auto& one : listed) page.items.push_back(std::move(one.row));
  co_return page;
}

Task<CampaignFigures> Service::campaign(OrganizationId organization, CampaignId campaign, RangeQuery range) {
  const auto settings = co_await this->settings(organization);
  const auto period = checked_period(range.start, range.end, settings.today);
  const auto results = co_await database_.run(organization, store::campaign(organization, campaign, period));
  CampaignFigures out;
  out.campaign = store::read_campaign(results.at(0));
  const auto days = store::read_days(results.at(1));
  Sums current;
  Sums previous;
  for (const auto& [day, sums] : days) (period.contains(day) ? current : previous) += sums;
  set_measures(out.campaign, measures(current));
  out.campaign.change = change(previous, current);
  out.trend = trend(period, days, settings.today);
  out.ads = store::read_ads(results.at(2));
  co_return out;
}

Task<DailyTotals> Service::daily_totals(OrganizationId organization, Period period, std::string currency) {
  auto execution = store::daily_totals(organization, period);
  const auto rows =
      store::read_daily_totals(co_await database_.run(organization, execution.query, std::move(execution.params)));
  const auto rates = co_await this->rates(currencies_of(rows), currency, period);
  Conversion conversion(rates, std::move(currency));
  std::vector<DaySums> found;
  Sums total;
  for (const auto& row : rows) {
    const auto sums = conversion.convert(row.currency, row.day, row.sums);
    if (!sums) continue;
    found.push_back({row.day, *sums});
    total += *sums;
  }
  Sums nothing;
  if (total.conversions) nothing.conversions = 0;
  if (total.revenue) nothing.revenue = 0;
  DailyTotals out{.days = std::vector<Sums>(static_cast<std::size_t>(period.length()), nothing),
                  .converted = conversion.converted(),
                  .excluded = conversion.excluded()};
  for (const auto& [day, sums] : found) out.days[static_cast<std::size_t>((day - period.first).count())] += sums;
  co_return out;
}

Task<std::vector<CampaignSeries>> Service::campaign_series(OrganizationId organization, Period period,
                                                           std::vector<CampaignId> campaigns) {
  if (campaigns.empty()) co_return std::vector<CampaignSeries>{};
  const auto results = co_await database_.run(organization, store::campaign_series(organization, period, campaigns));
  co_return store::read_campaign_series(results, period);
}

Task<std::vector<CampaignSeries>> Service::largest_campaigns(OrganizationId organization, Period period,
                                                             std::int64_t limit) {
  auto executions = store::largest_campaigns(organization, period, limit);
  executions.push_back(store::foreign_currencies(organization));
  const auto results = co_await database_.run(organization, std::move(executions));
  if (results.at(2).empty()) co_return store::read_campaign_series(results, period);
  const auto factors = co_await this->factors(organization, store::read_currencies(results[2]), period);
  auto largest = store::largest_converted_campaigns(organization, period, limit, factors);
  const auto ids =
      store::read_campaign_ids(co_await database_.run(organization, largest.query, std::move(largest.params)));
  auto series = co_await campaign_series(organization, period, ids);
  std::unordered_map<CampaignId, std::size_t> place;
  for (std::size_t i = 0; i < ids.size(); ++i) place.emplace(ids[i], i);
  std::ranges::sort(series, {}, [&place](const CampaignSeries& one) { return place.at(one.id); });
  co_return series;
}

Task<std::vector<AdSeries>> Service::largest_ads(OrganizationId organization, Period period, std::int64_t limit) {
  const auto results = co_await database_.run(organization, store::largest_ads(organization, period, limit));
  co_return store::read_ad_series(results, period);
}

}  // namespace omnify::metrics
