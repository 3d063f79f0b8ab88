// TikTok Ads behind the one interface of all platforms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platforms/connector.h"
#include "platforms/tiktok/client.h"
#include "platforms/tiktok/entities.h"

namespace omnify::platforms::tiktok {

[[nodiscard]] Description description();

/// " 7123456789012345678 " → "7123456789012345678"; nothing when it is not a number.
[[nodiscard]] std::optional<std::string> normalise_account_id(std::string_view text);

class TiktokConnector : public Connector {
 public:
  /// `account`: the advertiser id.
  TiktokConnector(http::Client& http, BusinessAccess access, std::string account);

  Task<AccountRow> fetch_account() override;
  Task<EntityRows> fetch_entities() override;
  /// Asks for the whole account; where that is more ads than TikTok puts into one report, for its campaigns by the
  /// hundred, then for fewer of them, then for ad groups.
  Task<> fetch_facts(Day first, Day last, FactSink sink) override;
  Task<std::vector<AccountDay>> fetch_account_days(Day first, Day last) override;

 private:
  /// What one report covers: of the account, all, or what lies below some objects.
  struct Slice {
    enum class Level { account, campaigns, ad_groups };
    Level level = Level::account;
    std::vector<std::string> ids;
    Day first;
    Day last;
  };
  enum class Fetched { all, truncated };

  /// Every page of one of the lists: "campaign", "adgroup", "ad".
  template <class Row, class Parse>
  Task<std::vector<Row>> fetch_list(std::string kind, std::string fields, std::string filtering, Parse parse);
  Task<> fetch_slice(Slice slice, FactSink sink);
  Task<> split(Slice slice, FactSink sink);
  Task<Fetched> fetch_pages(Slice slice, FactSink sink);
  [[nodiscard]] http::Parameters report_parameters(const Slice& slice) const;

  BusinessClient client_;
  std::string account_;
};

}  // namespace omnify::platforms::tiktok
