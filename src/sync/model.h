// What the room shows: the described structs of the HTTP API.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/uuid.h"
#include "platforms/connector.h"

namespace omnify::sync {

/// active: all is well. reconnect: the platform no longer accepts the credentials, a person must act, nothing is
/// fetched until then. failing: the last sync failed, the next one tries again.
enum class ConnectionStatus { active, reconnect, failing };
BOOST_DESCRIBE_ENUM(ConnectionStatus, active, reconnect, failing)

enum class RunState { queued, running, succeeded, failed };
BOOST_DESCRIBE_ENUM(RunState, queued, running, succeeded, failed)

/// One fetch of a range of local days. Rows count from the last checkpoint: what a killed process did after it is done
/// again and not counted twice.
struct SyncRun {
  SyncRunId id;
  RunState state = RunState::queued;
  Day first_day;
  Day last_day;
  std::int64_t days_done = 0;
  std::int64_t days_total = 0;
  std::int64_t rows_loaded = 0;
  std::int64_t rows_changed = 0;
  std::string activity;
  std::optional<std::string> error;
  Instant created_at;
  std::optional<Instant> started_at;
  std::optional<Instant> finished_at;
};
BOOST_DESCRIBE_STRUCT(SyncRun, (),
                      (id, state, first_day, last_day, days_done, days_total, rows_loaded, rows_changed, activity,
                       error, created_at, started_at, finished_at))

enum class BackfillState { running, finished, failed };
BOOST_DESCRIBE_ENUM(BackfillState, running, finished, failed)

/// The days before the first sync, newest first. `seconds_left` is how long the rest takes at the pace so far, null
/// before the first day is done and when nothing is left. `error`: why it waits, or why it failed.
struct BackfillProgress {
  BackfillState state = BackfillState::running;
  Day first_day;
  Day last_day;
  std::int64_t days_done = 0;
  std::int64_t days_total = 0;
  std::optional<std::int64_t> seconds_left;
  std::optional<std::string> error;
};
BOOST_DESCRIBE_STRUCT(BackfillProgress, (), (state, first_day, last_day, days_done, days_total, seconds_left, error))

struct MaskedCredential {
  std::string field;
  std::string masked;
};
BOOST_DESCRIBE_STRUCT(MaskedCredential, (), (field, masked))

/// `currency` and `time_zone` are the account's, null until the first sync has read them. `credentials` comes from the
/// vault: this room leaves it empty. `sync` is the newest run; `backfill` is null until the first sync has succeeded
/// and where there is nothing to load.
struct Connection {
  ConnectionId id;
  std::string platform;
  std::string platform_label;
  std::string name;
  std::string external_account_id;
  std::optional<std::string> currency;
  std::optional<std::string> time_zone;
  ConnectionStatus status = ConnectionStatus::active;
  std::optional<std::string> last_error;
  std::optional<Instant> last_synced_at;
  std::optional<Instant> next_sync_at;
  std::optional<std::int64_t> sync_hours;  ///< between two syncs; null: what the server's settings say
  Instant created_at;
  std::vector<MaskedCredential> credentials;
  std::optional<SyncRun> sync;
  std::optional<BackfillProgress> backfill;
};
BOOST_DESCRIBE_STRUCT(Connection, (),
                      (id, platform, platform_label, name, external_account_id, currency, time_zone, status, last_error,
                       last_synced_at, next_sync_at, sync_hours, created_at, credentials, sync, backfill))

struct ConnectionList {
  std::vector<Connection> items;
};
BOOST_DESCRIBE_STRUCT(ConnectionList, (), (items))

/// Without a name, the connection is called after its platform and account.
struct NewConnection {
  static constexpr bool kRequest = true;
  std::string platform;
  std::optional<std::string> name;
  std::string external_account_id;
  std::map<std::string, std::string> credentials;
};
BOOST_DESCRIBE_STRUCT(NewConnection, (), (platform, name, external_account_id, credentials))

/// What is left out stays as it is. `sync_hours`: 1 to 24.
struct ConnectionChange {
  static constexpr bool kRequest = true;
  std::optional<std::string> name;
  std::optional<std::int64_t> sync_hours;
  std::optional<std::map<std::string, std::string>> credentials;
};
BOOST_DESCRIBE_STRUCT(ConnectionChange, (), (name, sync_hours, credentials))

/// Whether the credentials reach the account, in words; the account's facts when they do.
struct ConnectionTest {
  bool ok = false;
  std::string message;
  std::optional<std::string> account_name;
  std::optional<std::string> currency;
  std::optional<std::string> time_zone;
};
BOOST_DESCRIBE_STRUCT(ConnectionTest, (), (ok, message, account_name, currency, time_zone))

using platforms::CredentialField;

struct PlatformDescription {
  std::string platform;
  std::string label;
  std::string account_label;
  std::string account_help;
  std::vector<CredentialField> fields;
};
BOOST_DESCRIBE_STRUCT(PlatformDescription, (), (platform, label, account_label, account_help, fields))

struct PlatformList {
  std::vector<PlatformDescription> items;
};
BOOST_DESCRIBE_STRUCT(PlatformList, (), (items))

}  // namespace omnify::sync
