// Google Ads behind the one interface of all platforms.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "platforms/connector.h"
#include "platforms/google/client.h"
#include "platforms/google/reports.h"

namespace omnify::platforms::google {

[[nodiscard]] Description description();

/// "123-456-7890" and " 1234567890 " → "1234567890"; nothing when it is not ten digits.
[[nodiscard]] std::optional<std::string> normalise_account_id(std::string_view text);

class GoogleConnector : public Connector {
 public:
  /// `account`: the ten digits.
  GoogleConnector(http::Client& http, AdsAccess access, std::string account);

  Task<AccountRow> fetch_account() override;
  Task<EntityRows> fetch_entities() override;
  /// Ads first, then asset groups. A report whose page token Google has forgotten begins anew.
  Task<> fetch_facts(Day first, Day last, FactSink sink) override;
  Task<std::vector<AccountDay>> fetch_account_days(Day first, Day last) override;

 private:
  /// Where a query goes on.
  struct Place {
    std::string query;
    std::optional<std::string> page_token = {};
    int restarts = 0;
    bool restarted = false;  ///< by the last call: what was read before comes again
  };
  /// Purchases by day and ad, of one range of days.
  struct Purchase {
    FactRow row;
    bool delivered = false;  ///< its row has gone out
  };
  using Purchases = std::map<std::pair<Day, std::string>, Purchase>;
  struct Range {
    Day first;
    Day last;
    bool measured;  ///< where nothing measures purchases they are not zero but unknown
  };

  /// Place by reference: it is a local of the awaiting coroutine.
  Task<std::string> fetch_page(Place& place);
  template <class Row, class Parse>
  Task<std::vector<Row>> fetch_list(std::string_view query, std::string_view what, Parse parse);
  /// `seen`: there are some. Else the account's conversion actions tell; those of a manager do not show there.
  Task<bool> measures_purchases(bool seen);
  Task<Purchases> fetch_purchases(ReportLevel level, Day first, Day last);
  Task<> fetch_delivery(ReportLevel level, Range range, Purchases purchases, FactSink sink);
  Task<std::map<Day, AccountDay>> fetch_days(std::string query);
  static Task<> deliver(std::vector<FactRow> rows, FactSink sink);

  AdsClient client_;
  std::optional<bool> measures_purchases_;
};

}  // namespace omnify::platforms::google
