-- The European Central Bank's reference rates, as published: units of `currency` for one euro on a working day (the euro
-- itself stands there with 1). Everybody's, so no organization owns them.
CREATE TABLE control.exchange_rates (
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  day date NOT NULL,
  per_euro double precision NOT NULL CHECK (per_euro > 0),
  learned_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (currency, day)
);

-- Until which day everything that is published at a URL is stored. What was imported from files does not count: a file
-- of one day must not pass for the years before it.
CREATE TABLE control.exchange_rate_sources (
  url text PRIMARY KEY,
  complete_until date NOT NULL,
  fetched_at timestamptz NOT NULL DEFAULT now()
);
