// All SQL of the queue. A lease is held by (id, attempt, leased_by): whoever lost it changes 0 rows.
#pragma once

#include "database/query.h"

namespace omnify::jobs {

using database::Query;

inline constexpr Query kEnqueue{"jobs.enqueue", R"(
INSERT INTO control.jobs AS j (id, organization_id, kind, key, payload, state, max_attempts, run_at)
VALUES ($1, $2, $3::text, $4::text, $5::text, 'available', $6, COALESCE($7, now()))
ON CONFLICT (key) WHERE state IN ('available', 'running') DO UPDATE SET run_at = excluded.run_at
  WHERE j.state = 'available' AND excluded.run_at < j.run_at)"};

// Leaves the wait of a job that is there alone: it may be one that a platform asked for.
inline constexpr Query kEnqueueIfAbsent{"jobs.enqueue_if_absent", R"(
INSERT INTO control.jobs (id, organization_id, kind, key, payload, state, max_attempts, run_at)
VALUES ($1, $2, $3::text, $4::text, $5::text, 'available', $6, COALESCE($7, now()))
ON CONFLICT (key) WHERE state IN ('available', 'running') DO NOTHING)"};

// One claim at a time over all processes: only so the limit per organization holds exactly.
inline constexpr Query kSerializeClaims{"jobs.serialize_claims", "SELECT pg_advisory_xact_lock(7306371523113940842)"};

// $1 worker, $2 how many, $3 limit per organization, $4 lease in ms, $5 kinds with commas.
// `waiting` hops from organization to organization over the index, so that ten thousand jobs of one cost no more than
// one job; `candidate.place` is the number of jobs that its organization would then have running: lowest first is a
// round robin. The rows are locked in a CTE of their own, because a sub-query could be run again and lock more.
inline constexpr Query kClaim{"jobs.claim", R"(
WITH RECURSIVE waiting AS (
  (SELECT organization_id FROM control.jobs WHERE state = 'available' ORDER BY organization_id LIMIT 1)
  UNION ALL
  SELECT (SELECT j.organization_id FROM control.jobs j
           WHERE j.state = 'available' AND j.organization_id > w.organization_id ORDER BY j.organization_id LIMIT 1)
    FROM waiting w WHERE w.organization_id IS NOT NULL
), candidate AS (
  SELECT due.id, due.run_at, r.running + row_number() OVER (PARTITION BY w.organization_id
                                                            ORDER BY due.run_at, due.id) AS place
    FROM waiting w
   CROSS JOIN LATERAL (SELECT count(*) AS running FROM control.jobs j
                        WHERE j.state = 'running' AND j.organization_id = w.organization_id) r
   CROSS JOIN LATERAL (SELECT j.id, j.run_at FROM control.jobs j
                        WHERE j.state = 'available' AND j.organization_id = w.organization_id AND j.run_at <= now()
                          AND j.attempt < j.max_attempts AND j.kind = ANY (string_to_array($5::text, ','))
                        ORDER BY j.run_at, j.id LIMIT GREATEST($3::bigint - r.running, 0)) due
   ORDER BY place, due.run_at, due.id LIMIT $2::bigint
), claimed AS MATERIALIZED (
  SELECT j.id FROM control.jobs j JOIN candidate c ON c.id = j.id WHERE j.state = 'available'
     FOR UPDATE OF j SKIP LOCKED
)
UPDATE control.jobs j
   SET state = 'running', attempt = j.attempt + 1, leased_by = $1,
       leased_until = clock_timestamp() + $4::bigint * interval '1 millisecond'
  FROM claimed WHERE j.id = claimed.id
RETURNING j.id, j.organization_id, j.kind, j.payload, j.attempt, j.max_attempts)"};

inline constexpr Query kRenew{"jobs.renew", R"(
UPDATE control.jobs SET leased_until = clock_timestamp() + $2::bigint * interval '1 millisecond'
 WHERE leased_by = $1 AND state = 'running' RETURNING id, attempt)"};

inline constexpr Query kSucceed{"jobs.succeed", R"(
UPDATE control.jobs SET state = 'succeeded', finished_at = now(), leased_by = NULL, leased_until = NULL, last_error = NULL
 WHERE id = $1 AND attempt = $2 AND leased_by = $3 AND state = 'running')"};

inline constexpr Query kRetry{"jobs.retry", R"(
UPDATE control.jobs
   SET state = 'available', run_at = now() + $4::bigint * interval '1 millisecond', leased_by = NULL,
       leased_until = NULL, last_error = $5::text
 WHERE id = $1 AND attempt = $2 AND leased_by = $3 AND state = 'running')"};

inline constexpr Query kBury{"jobs.bury", R"(
UPDATE control.jobs SET state = 'dead', finished_at = now(), leased_by = NULL, leased_until = NULL, last_error = $4::text
 WHERE id = $1 AND attempt = $2 AND leased_by = $3 AND state = 'running')"};

inline constexpr Query kGiveBack{"jobs.give_back", R"(
UPDATE control.jobs SET state = 'available', attempt = attempt - 1, leased_by = NULL, leased_until = NULL
 WHERE id = $1 AND attempt = $2 AND leased_by = $3 AND state = 'running')"};

// The first time at once, later with a pause: a job that kills its process must not do so in a tight loop.
inline constexpr Query kReap{"jobs.reap", R"(
UPDATE control.jobs
   SET state = CASE WHEN attempt >= max_attempts THEN 'dead' ELSE 'available' END,
       finished_at = CASE WHEN attempt >= max_attempts THEN now() END,
       run_at = now() + (attempt - 1) * interval '10 seconds', leased_by = NULL, leased_until = NULL,
       last_error = $1::text
 WHERE state = 'running' AND leased_until < clock_timestamp()
RETURNING id, organization_id, kind, payload, attempt, max_attempts, state)"};

// Dead jobs stay four times as long: somebody may want to see why.
inline constexpr Query kDeleteFinished{"jobs.delete_finished", R"(
DELETE FROM control.jobs
 WHERE id IN (SELECT id FROM control.jobs
               WHERE state IN ('succeeded', 'dead')
                 AND finished_at < now() - (CASE state WHEN 'dead' THEN 4 ELSE 1 END) * $1::bigint * interval '1 hour'
               ORDER BY finished_at LIMIT 1000))"};

}  // namespace omnify::jobs
