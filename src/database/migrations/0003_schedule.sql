-- Hours between two syncs of the connection; null: what the server's settings say.
ALTER TABLE connections ADD COLUMN sync_hours bigint CHECK (sync_hours BETWEEN 1 AND 24);
