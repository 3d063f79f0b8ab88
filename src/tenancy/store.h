// All SQL of the room. Users, memberships, sessions and login attempts are control-plane tables; organizations is a
// tenant table and is only reached inside its own organization.
#pragma once

#include "database/query.h"

namespace omnify::tenancy::sql {

using database::Query;

inline constexpr Query kInsertOrganization{"tenancy.insert_organization", R"(
  INSERT INTO organizations (organization_id, name, reporting_currency, time_zone, target_roas_micros)
  VALUES ($1, $2::text, $3::text, $4::text, $5))"};

inline constexpr Query kSelectOrganization{"tenancy.select_organization", R"(
  SELECT organization_id, name, reporting_currency, time_zone, target_roas_micros
  FROM organizations WHERE organization_id = $1)"};

/// $2–$4: null leaves the column; $5 says whether $6 (which may be null) replaces the target.
inline constexpr Query kUpdateOrganization{"tenancy.update_organization", R"(
  UPDATE organizations
  SET name = coalesce($2::text, name), reporting_currency = coalesce($3::text, reporting_currency),
      time_zone = coalesce($4::text, time_zone),
      target_roas_micros = CASE WHEN $5::bool THEN $6::bigint ELSE target_roas_micros END
  WHERE organization_id = $1
  RETURNING organization_id, name, reporting_currency, time_zone, target_roas_micros)"};

inline constexpr Query kInsertUser{"tenancy.insert_user", R"(
  INSERT INTO control.users (id, email, name, password_hash) VALUES ($1, $2::text, $3::text, $4::text))"};

inline constexpr Query kUpsertMembership{"tenancy.upsert_membership", R"(
  INSERT INTO control.memberships (user_id, organization_id, role) VALUES ($1, $2, $3::text)
  ON CONFLICT (user_id, organization_id) DO UPDATE SET role = excluded.role)"};

inline constexpr Query kDeleteMembership{"tenancy.delete_membership", R"(
  DELETE FROM control.memberships WHERE user_id = $1 AND organization_id = $2)"};

inline constexpr Query kSelectUserByEmail{"tenancy.select_user_by_email", R"(
  SELECT id, email, name, password_hash FROM control.users WHERE email = $1::text)"};

inline constexpr Query kUpdatePassword{"tenancy.update_password", R"(
  UPDATE control.users SET password_hash = $2::text WHERE id = $1)"};

inline constexpr Query kSelectMembership{"tenancy.select_membership", R"(
  SELECT organization_id, role FROM control.memberships WHERE user_id = $1
  ORDER BY created_at, organization_id LIMIT 1)"};

inline constexpr Query kSelectOrganizationIds{"tenancy.select_organization_ids", R"(
  SELECT DISTINCT organization_id FROM control.memberships ORDER BY organization_id)"};

inline constexpr Query kInsertSession{"tenancy.insert_session", R"(
  INSERT INTO control.sessions (token_hash, user_id, organization_id, created_at, last_seen_at, expires_at)
  VALUES (decode($1::text, 'hex'), $2, $3, $4, $4, $5))"};

/// The membership is joined: a removed member's sessions are dead at once. $2: last_seen_at must be later.
inline constexpr Query kSelectSession{"tenancy.select_session", R"(
  SELECT u.id, u.email, u.name, s.organization_id, m.role, s.last_seen_at
  FROM control.sessions s
  JOIN control.users u ON u.id = s.user_id
  JOIN control.memberships m ON m.user_id = s.user_id AND m.organization_id = s.organization_id
  WHERE s.token_hash = decode($1::text, 'hex') AND s.expires_at > $3 AND s.last_seen_at > $2)"};

inline constexpr Query kTouchSession{"tenancy.touch_session", R"(
  UPDATE control.sessions SET last_seen_at = $2 WHERE token_hash = decode($1::text, 'hex') AND last_seen_at < $2)"};

inline constexpr Query kDeleteSession{"tenancy.delete_session", R"(
  DELETE FROM control.sessions WHERE token_hash = decode($1::text, 'hex'))"};

inline constexpr Query kDeleteUserSessions{"tenancy.delete_user_sessions", R"(
  DELETE FROM control.sessions WHERE user_id = $1 AND organization_id = $2)"};

inline constexpr Query kSweepSessions{"tenancy.sweep_sessions", R"(
  DELETE FROM control.sessions WHERE expires_at <= $1 OR last_seen_at <= $2)"};

/// An attempt is counted before the password is looked at, so that a burst of parallel guesses cannot pass: no row
/// comes back while the subject is blocked. $2 now, $3 failures before the first wait, $4 the longest wait in
/// seconds, $5 seconds without an attempt after which counting starts again.
inline constexpr Query kCountPairAttempt{"tenancy.count_pair_attempt", R"(
  INSERT INTO control.login_attempts AS a (subject, failures, window_started_at, blocked_until)
  VALUES ($1::text, 1, $2, NULL)
  ON CONFLICT (subject) DO UPDATE SET
    failures = CASE WHEN a.window_started_at < $2::timestamptz - make_interval(secs => $5::bigint)
                    THEN 1 ELSE a.failures + 1 END,
    window_started_at = $2,
    blocked_until = CASE
      WHEN a.window_started_at < $2::timestamptz - make_interval(secs => $5::bigint) THEN NULL
      WHEN a.failures + 1 >= $3::bigint
      THEN $2::timestamptz + make_interval(secs => least($4::bigint, power(2, least(a.failures + 2 - $3::bigint, 30))))
    END
  WHERE a.blocked_until IS NULL OR a.blocked_until <= $2
  RETURNING failures)"};

/// A fixed window: $3 attempts in $4 seconds, then nothing until the window ends.
inline constexpr Query kCountAddressAttempt{"tenancy.count_address_attempt", R"(
  INSERT INTO control.login_attempts AS a (subject, failures, window_started_at, blocked_until)
  VALUES ($1::text, 1, $2, NULL)
  ON CONFLICT (subject) DO UPDATE SET
    failures = CASE WHEN a.window_started_at <= $2::timestamptz - make_interval(secs => $4::bigint)
                    THEN 1 ELSE a.failures + 1 END,
    window_started_at = CASE WHEN a.window_started_at <= $2::timestamptz - make_interval(secs => $4::bigint)
                             THEN $2::timestamptz ELSE a.window_started_at END,
    blocked_until = CASE
      WHEN a.window_started_at <= $2::timestamptz - make_interval(secs => $4::bigint) THEN NULL
      WHEN a.failures + 1 >= $3::bigint THEN a.window_started_at + make_interval(secs => $4::bigint)
    END
  WHERE a.blocked_until IS NULL OR a.blocked_until <= $2
  RETURNING failures)"};

inline constexpr Query kSelectBlockedUntil{"tenancy.select_blocked_until", R"(
  SELECT max(blocked_until) FROM control.login_attempts
  WHERE subject IN ($1::text, $2::text) AND blocked_until > $3)"};

inline constexpr Query kClearPairAttempts{"tenancy.clear_pair_attempts", R"(
  DELETE FROM control.login_attempts WHERE subject = $1::text)"};

/// A good login takes back what it counted, and no more: an attacker's own account must not clear his guesses.
inline constexpr Query kUncountAddressAttempt{"tenancy.uncount_address_attempt", R"(
  UPDATE control.login_attempts SET failures = greatest(failures - 1, 0), blocked_until = NULL
  WHERE subject = $1::text)"};

inline constexpr Query kSweepAttempts{"tenancy.sweep_attempts", R"(
  DELETE FROM control.login_attempts WHERE window_started_at < $1 AND (blocked_until IS NULL OR blocked_until < $1))"};

}  // namespace omnify::tenancy::sql
