// The statements of the store.
#pragma once

#include "database/query.h"

namespace omnify::sync {

using database::Query;

// $2 null: all connections. The account is the one that the connection's syncs write; the run is the newest.
inline constexpr Query kSelectConnections{"sync.connections", R"(
SELECT c.id, c.platform, c.name, c.external_account_id, a.currency, a.time_zone, c.status, c.last_error,
       c.last_synced_at, c.next_sync_at, c.sync_hours, c.created_at,
       r.id, r.state, r.first_day, r.last_day, r.days_done, (r.last_day - r.first_day + 1)::bigint, r.rows_loaded,
       r.rows_changed, r.activity, r.error, r.created_at, r.started_at, r.finished_at,
       b.state, b.first_day, b.last_day, b.days_done, (b.last_day - b.first_day + 1)::bigint, b.milliseconds, b.error
FROM connections c
LEFT JOIN backfills b ON b.organization_id = c.organization_id AND b.connection_id = c.id
LEFT JOIN LATERAL (
  SELECT currency, time_zone FROM ad_accounts
  WHERE organization_id = c.organization_id AND connection_id = c.id ORDER BY updated_at DESC LIMIT 1) a ON true
LEFT JOIN LATERAL (
  SELECT id, state, first_day, last_day, days_done, rows_loaded, rows_changed, activity, error, created_at, started_at,
         finished_at
  FROM sync_runs WHERE organization_id = c.organization_id AND connection_id = c.id
  ORDER BY created_at DESC LIMIT 1) r ON true
WHERE c.organization_id = $1::uuid AND ($2::uuid IS NULL OR c.id = $2::uuid)
ORDER BY c.created_at, c.id)"};

inline constexpr Query kSelectConnectionRow{"sync.connection_row", R"(
SELECT c.platform, c.external_account_id, c.status, c.last_synced_at, coalesce(a.time_zone, o.time_zone),
       c.sync_hours
FROM connections c
JOIN organizations o ON o.organization_id = c.organization_id
LEFT JOIN LATERAL (
  SELECT time_zone FROM ad_accounts
  WHERE organization_id = c.organization_id AND connection_id = c.id ORDER BY updated_at DESC LIMIT 1) a ON true
WHERE c.organization_id = $1::uuid AND c.id = $2::uuid)"};

inline constexpr Query kInsertConnection{"sync.insert_connection", R"(
INSERT INTO connections (organization_id, id, platform, name, external_account_id, status)
VALUES ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, 'active')
ON CONFLICT (organization_id, platform, external_account_id) DO NOTHING)"};

inline constexpr Query kRenameConnection{"sync.rename_connection", R"(
UPDATE connections SET name = $3::text WHERE organization_id = $1::uuid AND id = $2::uuid)"};

// Counted from the last sync, as if it had always been so.
inline constexpr Query kRescheduleConnection{"sync.reschedule_connection", R"(
UPDATE connections
SET sync_hours = $3::bigint,
    next_sync_at = CASE WHEN last_synced_at IS NULL THEN next_sync_at
                        ELSE greatest(last_synced_at + make_interval(hours => $3::int), now()) END
WHERE organization_id = $1::uuid AND id = $2::uuid)"};

// A name that somebody gave stays.
inline constexpr Query kNameAfterAccount{"sync.name_after_account", R"(
UPDATE connections SET name = $4::text WHERE organization_id = $1::uuid AND id = $2::uuid AND name = $3::text)"};

// What was loaded stays, and belongs to no connection from then on.
inline constexpr Query kReleaseAccounts{"sync.release_accounts", R"(
UPDATE ad_accounts SET connection_id = NULL, updated_at = now()
WHERE organization_id = $1::uuid AND connection_id = $2::uuid)"};

inline constexpr Query kDeleteConnection{"sync.delete_connection", R"(
DELETE FROM connections WHERE organization_id = $1::uuid AND id = $2::uuid)"};

inline constexpr Query kReactivate{"sync.reactivate", R"(
UPDATE connections SET status = 'active', last_error = NULL WHERE organization_id = $1::uuid AND id = $2::uuid)"};

inline constexpr Query kReviveBackfill{"sync.revive_backfill", R"(
UPDATE backfills SET state = 'running', error = NULL, updated_at = '-infinity'
WHERE organization_id = $1::uuid AND connection_id = $2::uuid AND state = 'failed')"};

// Whoever opens a run holds this row, so that a connection never has two open ones.
inline constexpr Query kLockConnection{"sync.lock_connection", R"(
SELECT id FROM connections WHERE organization_id = $1::uuid AND id = $2::uuid FOR UPDATE)"};

inline constexpr Query kInsertRun{"sync.insert_run", R"(
INSERT INTO sync_runs (organization_id, id, connection_id, state, first_day, last_day, activity)
SELECT $1::uuid, $2::uuid, $3::uuid, 'queued', $4::date, $5::date, 'Waiting to start'
WHERE NOT EXISTS (SELECT FROM sync_runs
                  WHERE organization_id = $1::uuid AND connection_id = $3::uuid AND state IN ('queued', 'running')))"};

inline constexpr Query kSelectOpenRun{"sync.open_run", R"(
SELECT id, state, first_day, last_day, days_done, (last_day - first_day + 1)::bigint, rows_loaded, rows_changed,
       activity, error, created_at, started_at, finished_at, next_day
FROM sync_runs
WHERE organization_id = $1::uuid AND connection_id = $2::uuid AND state IN ('queued', 'running')
ORDER BY created_at LIMIT 1)"};

inline constexpr Query kStartRun{"sync.start_run", R"(
UPDATE sync_runs SET state = 'running', first_day = $3::date, last_day = $4::date,
                     started_at = coalesce(started_at, now())
WHERE organization_id = $1::uuid AND id = $2::uuid AND state IN ('queued', 'running'))"};

// Only the window that comes next: a worker that lost its lease to another one cannot count a window twice.
inline constexpr Query kCheckpoint{"sync.checkpoint", R"(
UPDATE sync_runs SET next_day = $3::date - 1, days_done = days_done + ($4::date - $3::date + 1),
                     rows_loaded = rows_loaded + $5::bigint, rows_changed = rows_changed + $6::bigint
WHERE organization_id = $1::uuid AND id = $2::uuid AND state = 'running' AND coalesce(next_day, last_day) = $4::date)"};

inline constexpr Query kWriteActivity{"sync.write_activity", R"(
UPDATE sync_runs SET activity = $3::text
WHERE organization_id = $1::uuid AND id = $2::uuid AND state = 'running')"};

inline constexpr Query kFinishRun{"sync.finish_run", R"(
UPDATE sync_runs SET state = 'succeeded', activity = '', error = NULL, finished_at = now()
WHERE organization_id = $1::uuid AND id = $2::uuid AND state = 'running')"};

inline constexpr Query kConnectionSynced{"sync.connection_synced", R"(
UPDATE connections SET status = 'active', last_error = NULL, last_synced_at = now(), next_sync_at = $3::timestamptz
WHERE organization_id = $1::uuid AND id = $2::uuid)"};

inline constexpr Query kFailRun{"sync.fail_run", R"(
UPDATE sync_runs SET state = 'failed', activity = '', error = $3::text, finished_at = now()
WHERE organization_id = $1::uuid AND id = $2::uuid AND state IN ('queued', 'running'))"};

inline constexpr Query kConnectionFailed{"sync.connection_failed", R"(
UPDATE connections SET status = $3::text, last_error = $4::text, next_sync_at = $5::timestamptz
WHERE organization_id = $1::uuid AND id = $2::uuid)"};

// An organization is known to the control plane by its members; tenant tables show nothing without one.
inline constexpr Query kSelectOrganizations{"sync.organizations", R"(
SELECT DISTINCT organization_id FROM control.memberships ORDER BY organization_id)"};

inline constexpr Query kSelectDue{"sync.due", R"(
SELECT c.id, coalesce(r.state = 'running', false)
FROM connections c
LEFT JOIN sync_runs r ON r.organization_id = c.organization_id AND r.connection_id = c.id
                     AND r.state IN ('queued', 'running')
WHERE c.organization_id = $1::uuid
  AND (r.id IS NOT NULL OR (c.status <> 'reconnect' AND c.next_sync_at <= now())
       -- A process that was killed after it made the connection never asked for the first sync.
       OR (c.next_sync_at IS NULL AND c.created_at < now() - interval '1 minute' AND NOT EXISTS (
             SELECT 1 FROM sync_runs s WHERE s.organization_id = c.organization_id AND s.connection_id = c.id)))
ORDER BY c.next_sync_at NULLS FIRST, c.id)"};

}  // namespace omnify::sync
