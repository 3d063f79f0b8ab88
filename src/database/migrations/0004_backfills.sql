-- The days before a connection's first sync, loaded newest first beside its regular syncs.
CREATE TABLE backfills (
  organization_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'finished', 'failed')),
  first_day date NOT NULL,
  last_day date NOT NULL,
  -- The newest day that is not done: where a killed process goes on. Before first_day: all are.
  next_day date NOT NULL,
  days_done bigint NOT NULL DEFAULT 0,
  -- Spent on them, for telling how long the rest will take.
  milliseconds bigint NOT NULL DEFAULT 0,
  -- In words for the user: why it waits, or why it failed.
  error text,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, connection_id),
  FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
