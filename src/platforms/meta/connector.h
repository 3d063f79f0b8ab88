// Meta Ads (Facebook and Instagram) behind the one interface of all platforms.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "platforms/connector.h"
#include "platforms/meta/client.h"
#include "platforms/meta/insights.h"

namespace omnify::platforms::meta {

[[nodiscard]] Description description();

/// "act_12", "ACT_12" and " 12 " → "12"; nothing when it is not a number.
[[nodiscard]] std::optional<std::string> normalise_account_id(std::string_view text);

class MetaConnector : public Connector {
 public:
  /// `account`: the digits, without act_.
  MetaConnector(http::Client& http, GraphAccess access, std::string account);

  Task<AccountRow> fetch_account() override;
  Task<EntityRows> fetch_entities() override;
  /// Asks directly first; what is too large for that as a background report; what is too large for a report in halves
  /// of its days; a single day that is still too large campaign by campaign, and a campaign ad set by ad set.
  Task<> fetch_facts(Day first, Day last, FactSink sink) override;
  Task<std::vector<AccountDay>> fetch_account_days(Day first, Day last) override;

 private:
  enum class Level { account, campaign, ad_set };
  struct Range {
    Level level;
    std::string node;  ///< "act_12", or an object's id
    Day first;
    Day last;
  };
  enum class Fetched { all, too_large };
  /// Where a list of pages goes on.
  struct Place {
    std::int64_t limit;
    bool divisible;  ///< what is too large is asked for in parts; else in smaller pages
    std::optional<std::string> after = {};
  };

  template <class Row, class Parse>
  Task<std::vector<Row>> fetch_list(std::string node, std::string edge, std::string_view fields,
                                    std::string_view statuses, Parse parse);
  Task<> fetch_range(Range range, FactSink sink);
  Task<> split(Range range, FactSink sink);
  Task<> split_node(Range range, FactSink sink);
  Task<Fetched> fetch_directly(Range range, FactSink sink);
  Task<Fetched> fetch_report(Range range, FactSink sink);
  Task<> fetch_pages(GraphRequest request, FactSink sink);
  /// Halves the limit of `place` while Meta asks for less.
  Task<std::string> fetch_page(GraphRequest request, Place& place);

  GraphClient client_;
  std::string account_;
};

}  // namespace omnify::platforms::meta
