// Daily figures of ads, of asset groups and of the account: the queries, and their pages read without building a tree.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/facts.h"

namespace omnify::platforms::google {

/// Performance Max campaigns have asset groups in the place of ad groups and ads.
enum class ReportLevel { ads, asset_groups, account };

/// Impressions, clicks and cost by day.
[[nodiscard]] std::string delivery_query(ReportLevel level, Day first, Day last);
/// Conversions by day, of the category PURCHASE alone: metrics.conversions as such counts leads and calls too. A query
/// of its own, because clicks and cost cannot be selected beside a conversion category.
[[nodiscard]] std::string purchases_query(ReportLevel level, Day first, Day last);

template <class Row>
struct ReportPage {
  std::vector<Row> rows;                  ///< conversions and revenue are set where the row has them
  std::optional<std::string> page_token;  ///< of the next page
};

/// "12~34", as in the resource name of an ad: Google promises that an ad's id is unique only together with that of its
/// ad group. Source: "API structure", object IDs.
[[nodiscard]] std::string ad_external_id(std::string_view ad_group, std::string_view ad);
/// The external id of the one ad that stands for an asset group: "assetGroups/12", as in its resource name.
[[nodiscard]] std::string asset_group_ad_id(std::string_view asset_group);

/// Of ads and asset groups. Absent figures are zero. Throws Error{upstream_retry} for a body that is not such a page.
[[nodiscard]] ReportPage<FactRow> parse_report(std::string body);
/// The same of the account.
[[nodiscard]] ReportPage<AccountDay> parse_account_days(std::string body);

}  // namespace omnify::platforms::google
