-- Schema `control` is read before an organization is known (who logs in, which job is due); it has no row-level
-- security and holds no advertising data. Schema `public` holds what belongs to an organization: every table has
-- organization_id first in its keys and forced row-level security.
-- The runner makes the schema `control` with its table `migrations` beforehand, and after each migration enables and
-- forces row-level security, makes the one policy of every table of `public` that has an organization_id, and grants the
-- runtime role what it needs: see database/migrations.h. Nothing of that is written here.

CREATE TABLE control.users (
  id uuid PRIMARY KEY,
  email text NOT NULL CHECK (email = lower(email) AND length(email) <= 254),
  name text NOT NULL DEFAULT '',
  password_hash text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email ON control.users (email);

CREATE TABLE control.memberships (
  user_id uuid NOT NULL REFERENCES control.users (id) ON DELETE CASCADE,
  organization_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'viewer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, organization_id)
);

-- Only the SHA-256 of a session's token is stored.
CREATE TABLE control.sessions (
  token_hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES control.users (id) ON DELETE CASCADE,
  organization_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON control.sessions (user_id);

-- Failures per (account, address) and per address: `subject` says which.
CREATE TABLE control.login_attempts (
  subject text PRIMARY KEY,
  failures bigint NOT NULL,
  window_started_at timestamptz NOT NULL,
  blocked_until timestamptz
);

-- The queue: design.md §15 of the reliability reference. A job is running while its lease lasts.
CREATE TABLE control.jobs (
  id uuid PRIMARY KEY,
  organization_id uuid NOT NULL,
  kind text NOT NULL,
  -- At most one waiting or running job per key.
  key text NOT NULL,
  payload text NOT NULL,
  state text NOT NULL CHECK (state IN ('available', 'running', 'succeeded', 'dead')),
  attempt bigint NOT NULL DEFAULT 0,
  max_attempts bigint NOT NULL,
  run_at timestamptz NOT NULL DEFAULT now(),
  leased_until timestamptz,
  leased_by uuid,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
CREATE UNIQUE INDEX jobs_key ON control.jobs (key) WHERE state IN ('available', 'running');
CREATE INDEX jobs_due ON control.jobs (organization_id, run_at, id) WHERE state = 'available';
CREATE INDEX jobs_leases ON control.jobs (leased_until) WHERE state = 'running';
CREATE INDEX jobs_running ON control.jobs (organization_id) WHERE state = 'running';
CREATE INDEX jobs_finished ON control.jobs (finished_at) WHERE state IN ('succeeded', 'dead');

CREATE TABLE organizations (
  organization_id uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  reporting_currency text NOT NULL CHECK (reporting_currency ~ '^[A-Z]{3}$'),
  time_zone text NOT NULL,
  -- ROAS that the organization wants, in millionths; null: no target.
  target_roas_micros bigint CHECK (target_roas_micros > 0),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE connections (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  id uuid NOT NULL,
  platform text NOT NULL,
  name text NOT NULL,
  -- The platform's own id of the ad account, as its user knows it.
  external_account_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'reconnect', 'failing')),
  -- In words for the user; null while all is well.
  last_error text,
  last_synced_at timestamptz,
  next_sync_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, platform, external_account_id)
);

-- Fernet tokens. `key_id` is the fingerprint of the key that encrypted it; `masked` is what may be shown.
CREATE TABLE credentials (
  organization_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  field text NOT NULL,
  token text NOT NULL,
  key_id text NOT NULL,
  masked text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, connection_id, field),
  FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);

CREATE TABLE sync_runs (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  connection_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),
  first_day date NOT NULL,
  last_day date NOT NULL,
  -- Days are loaded newest first; everything after this one is done. Null: none yet. Where a killed sync goes on.
  next_day date,
  days_done bigint NOT NULL DEFAULT 0,
  rows_loaded bigint NOT NULL DEFAULT 0,
  rows_changed bigint NOT NULL DEFAULT 0,
  -- What it does at the moment, in words.
  activity text NOT NULL DEFAULT '',
  error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX sync_runs_connection ON sync_runs (organization_id, connection_id, created_at DESC);

-- Entity ids are derived from the platform's own ids (sync/entity_ids.h), so that loading twice finds them again.
CREATE TABLE ad_accounts (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  id uuid NOT NULL,
  connection_id uuid,
  platform text NOT NULL,
  external_id text NOT NULL,
  name text NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  time_zone text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX ad_accounts_connection ON ad_accounts (organization_id, connection_id);

CREATE TABLE campaigns (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  platform text NOT NULL,
  external_id text NOT NULL,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'paused', 'ended')),
  objective text,
  -- Micros of the account's currency; null where the budget lies elsewhere (on ad sets) or is unknown.
  daily_budget bigint,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, account_id) REFERENCES ad_accounts (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX campaigns_account ON campaigns (organization_id, account_id);

CREATE TABLE ad_sets (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  external_id text NOT NULL,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'paused', 'ended')),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, campaign_id) REFERENCES campaigns (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ad_sets_campaign ON ad_sets (organization_id, campaign_id);

CREATE TABLE ads (
  organization_id uuid NOT NULL,
  id uuid NOT NULL,
  ad_set_id uuid NOT NULL,
  external_id text NOT NULL,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'paused', 'ended')),
  creative_external_id text,
  creative_title text,
  creative_body text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, ad_set_id) REFERENCES ad_sets (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ads_ad_set ON ads (organization_id, ad_set_id);

-- One row per ad and local day of its account. Amounts in micros of `currency`; conversions in millionths, because
-- platforms report fractions. conversions and revenue are null where the platform does not report them.
CREATE TABLE ad_facts (
  organization_id uuid NOT NULL,
  day date NOT NULL,
  ad_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  platform text NOT NULL,
  currency text NOT NULL,
  impressions bigint NOT NULL,
  clicks bigint NOT NULL,
  spend bigint NOT NULL,
  conversions bigint,
  revenue bigint,
  PRIMARY KEY (organization_id, day, ad_id)
) PARTITION BY RANGE (day);
CREATE INDEX ad_facts_campaign ON ad_facts (organization_id, campaign_id, day);

-- Makes the partition of one month; the loader calls it before the first row of a month. The runtime role may not
-- create tables, so it runs as the owner. The partition is made apart and then attached: that lets others go on reading
-- and writing the other months, which CREATE TABLE … PARTITION OF does not. Nobody is granted anything on a partition.
CREATE FUNCTION ensure_fact_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  first date := date_trunc('month', month)::date;
  partition text := 'ad_facts_' || to_char(first, 'YYYYMM');
BEGIN
  IF to_regclass('public.' || partition) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('omnify.' || partition));
  IF to_regclass('public.' || partition) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE public.%I (LIKE public.ad_facts INCLUDING ALL)', partition);
  EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition);
  EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', partition);
  EXECUTE format('ALTER TABLE public.ad_facts ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                 partition, first, (first + interval '1 month')::date);
END $$;

-- Sums of ad_facts, changed in the transaction that changes them. conversions and revenue are null only when no ad
-- reported them.
CREATE TABLE campaign_days (
  organization_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  day date NOT NULL,
  platform text NOT NULL,
  currency text NOT NULL,
  impressions bigint NOT NULL,
  clicks bigint NOT NULL,
  spend bigint NOT NULL,
  conversions bigint,
  revenue bigint,
  PRIMARY KEY (organization_id, campaign_id, day)
);
CREATE INDEX campaign_days_day ON campaign_days (organization_id, day);

CREATE TABLE platform_days (
  organization_id uuid NOT NULL,
  day date NOT NULL,
  platform text NOT NULL,
  currency text NOT NULL,
  impressions bigint NOT NULL,
  clicks bigint NOT NULL,
  spend bigint NOT NULL,
  conversions bigint,
  revenue bigint,
  PRIMARY KEY (organization_id, day, platform, currency)
);

-- One row per finished import of a file. The same content under the same mapping has the same fingerprint.
CREATE TABLE imports (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  id uuid NOT NULL,
  file_name text NOT NULL,
  fingerprint text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'succeeded', 'failed')),
  rows_read bigint NOT NULL DEFAULT 0,
  rows_skipped bigint NOT NULL DEFAULT 0,
  facts_written bigint NOT NULL DEFAULT 0,
  bytes_read bigint NOT NULL DEFAULT 0,
  bytes_total bigint NOT NULL DEFAULT 0,
  error text,
  bad_lines jsonb NOT NULL DEFAULT '[]', -- the first ones: [{"line": 3, "reason": "…"}]
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX imports_created ON imports (organization_id, created_at DESC);
