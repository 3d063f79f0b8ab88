// The one interface between the product and an ad platform. Everything platform-specific lives in platforms/<name>.
#pragma once

#include <boost/describe.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/task.h"
#include "platforms/facts.h"

namespace omnify::platforms {

/// A field that the user fills in to connect; the form in the interface is made from these.
struct CredentialField {
  std::string name;   ///< key in the vault: "access_token"
  std::string label;  ///< "Access token"
  std::string help;   ///< where to get it
  bool secret = true;
  bool required = true;
};
BOOST_DESCRIBE_STRUCT(CredentialField, (), (name, label, help, secret, required))

struct Description {
  std::string platform;       ///< "meta"
  std::string label;          ///< "Meta Ads"
  std::string account_label;  ///< "Ad account ID"
  std::string account_help;
  std::vector<CredentialField> fields;
  int lookback_days = 28;     ///< later syncs read this many days again, because platforms restate them
  int retention_days = 1120;  ///< how far back the platform answers
  int window_days = 7;        ///< days per fetch_facts call: newest windows are fetched first
};

/// Receives rows in batches of at most `kBatchRows` while the connector is still reading: memory stays flat. `Sink` is
/// a coroutine owned by the caller for the whole call.
inline constexpr std::size_t kBatchRows = 1000;
using FactSink = std::function<Task<>(std::vector<FactRow>)>;
/// What the connector does at the moment, in words for the user ("Waiting 2 min: Meta's rate limit").
using ActivitySink = std::function<void(std::string)>;

/// One account under one set of credentials. Errors: Error{upstream_retry | upstream_slow_down | upstream_reconnect |
/// upstream_permanent} with a sentence for the user; the connector has already retried what passes within seconds.
class Connector {
 public:
  virtual ~Connector() = default;
  /// Proves that the credentials reach the account; the account's name, currency and zone.
  virtual Task<AccountRow> fetch_account() = 0;
  virtual Task<EntityRows> fetch_entities() = 0;
  /// All facts of the closed range of local days, in any order, each (ad, day) once; one that the connector had to ask
  /// for anew may come again.
  virtual Task<> fetch_facts(Day first, Day last, FactSink sink) = 0;
  /// The account's days of the closed range, each once and in any order. A day without a row is zero.
  virtual Task<std::vector<AccountDay>> fetch_account_days(Day first, Day last) = 0;
  void on_activity(ActivitySink sink) { activity_ = std::move(sink); }

 protected:
  void report(std::string activity) {
    if (activity_) activity_(std::move(activity));
  }

 private:
  ActivitySink activity_;
};

}  // namespace omnify::platforms
