#include "sync/backfill_store.h"

#include "base/error.h"
#include "database/database.h"

namespace omnify::sync {
namespace {

using database::Params;
using database::Query;

constexpr Query kPlan{"sync.plan_backfill", R"(
INSERT INTO backfills (organization_id, connection_id, first_day, last_day, next_day, updated_at)
SELECT $1::uuid, $2::uuid, $3::date, min(first_day) - 1, min(first_day) - 1, '-infinity'
FROM sync_runs
WHERE organization_id = $1::uuid AND connection_id = $2::uuid AND state IN ('running', 'succeeded')
HAVING min(first_day) > $3::date
ON CONFLICT (organization_id, connection_id) DO NOTHING)"};

constexpr Query kFind{"sync.open_backfill", R"(
SELECT first_day, next_day FROM backfills
WHERE organization_id = $1::uuid AND connection_id = $2::uuid AND state = 'running'
  AND updated_at <= now() - make_interval(secs => $3::double precision))"};

constexpr Query kCheckpoint{"sync.checkpoint_backfill", R"(
UPDATE backfills
SET next_day = $3::date - 1, days_done = days_done + ($4::date - $3::date + 1),
    milliseconds = milliseconds + $5::bigint, error = NULL, updated_at = now(),
    state = CASE WHEN $3::date <= first_day THEN 'finished' ELSE state END
WHERE organization_id = $1::uuid AND connection_id = $2::uuid AND state = 'running' AND next_day = $4::date)"};

constexpr Query kWaits{"sync.backfill_waits", R"(
UPDATE backfills SET error = $3::text, updated_at = now()
WHERE organization_id = $1::uuid AND connection_id = $2::uuid AND state = 'running')"};

constexpr Query kFail{"sync.fail_backfill", R"(
UPDATE backfills SET state = 'failed', error = $3::text, updated_at = now()
WHERE organization_id = $1::uuid AND connection_id = $2::uuid AND state = 'running')"};

}  // namespace

Task<> BackfillStore::plan(OrganizationId organization, ConnectionId connection, Day first) {
  co_await database_.run(organization, kPlan, Params(organization, connection, first));
}

Task<std::optional<DayRange>> BackfillStore::find_open(OrganizationId organization, ConnectionId connection) {
  return find_silent(organization, connection, std::chrono::seconds(0));
}

Task<std::optional<DayRange>> BackfillStore::find_silent(OrganizationId organization, ConnectionId connection,
                                                         std::chrono::seconds silence) {
  const auto result = co_await database_.run(organization, kFind,
                                             Params(organization, connection, static_cast<double>(silence.count())));
  if (result.empty()) co_return std::nullopt;
  co_return DayRange{result.get<Day>(0, 0), result.get<Day>(0, 1)};
}

Task<> BackfillStore::checkpoint(OrganizationId organization, ConnectionId connection, DayRange window,
                                 std::chrono::milliseconds taken) {
  const auto result = co_await database_.run(
      organization, kCheckpoint,
      Params(organization, connection, window.first, window.last, static_cast<std::int64_t>(taken.count())));
  if (result.affected() == 0) throw Error(Code::cancelled, "This backfill goes on in another place.");
}

Task<> BackfillStore::waits(OrganizationId organization, ConnectionId connection, std::string reason) {
  co_await database_.run(organization, kWaits, Params(organization, connection, reason));
}

Task<> BackfillStore::fail(OrganizationId organization, ConnectionId connection, std::string error) {
  co_await database_.run(organization, kFail, Params(organization, connection, error));
}

}  // namespace omnify::sync
