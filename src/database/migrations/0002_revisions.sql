-- When a campaign's day was first loaded, and every later change of it: together they show the figures of any moment as
-- they were known then.
ALTER TABLE campaign_days ADD COLUMN known_since timestamptz NOT NULL DEFAULT now();

-- One row per transaction that changed a campaign's day. Amounts as in campaign_days.
CREATE TABLE metric_revisions (
  organization_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  day date NOT NULL,
  learned_at timestamptz NOT NULL DEFAULT now(),
  platform text NOT NULL,
  currency text NOT NULL,
  old_impressions bigint NOT NULL,
  old_clicks bigint NOT NULL,
  old_spend bigint NOT NULL,
  old_conversions bigint,
  old_revenue bigint,
  new_impressions bigint NOT NULL,
  new_clicks bigint NOT NULL,
  new_spend bigint NOT NULL,
  new_conversions bigint,
  new_revenue bigint,
  PRIMARY KEY (organization_id, campaign_id, day, learned_at)
);
CREATE INDEX metric_revisions_day ON metric_revisions (organization_id, day, learned_at);

-- Our sum of an account's day beside what the platform says of the account itself, both at checked_at.
CREATE TABLE reconciliation_days (
  organization_id uuid NOT NULL,
  account_id uuid NOT NULL,
  day date NOT NULL,
  our_impressions bigint NOT NULL,
  our_clicks bigint NOT NULL,
  our_spend bigint NOT NULL,
  our_conversions bigint,
  our_revenue bigint,
  their_impressions bigint NOT NULL,
  their_clicks bigint NOT NULL,
  their_spend bigint NOT NULL,
  their_conversions bigint,
  their_revenue bigint,
  -- A figure is further from the platform's than the tolerance allows, also after the day was read again.
  deviates boolean NOT NULL,
  checked_at timestamptz NOT NULL,
  -- When the day was read again because of a deviation; null: never.
  reread_at timestamptz,
  PRIMARY KEY (organization_id, account_id, day),
  FOREIGN KEY (organization_id, account_id) REFERENCES ad_accounts (organization_id, id) ON DELETE CASCADE
);
