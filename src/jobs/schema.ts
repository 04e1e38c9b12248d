/** Takes `jobs.db` one version on each; released steps never change. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE jobs (
    key INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order in which they came
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    request TEXT NOT NULL, -- JSON, as are error and result
    key_id TEXT, -- of the API key that asked
    claimed INTEGER, -- the how manieth job it was to be set running
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    error TEXT,
    result TEXT,
    promotion TEXT, -- its status, if an alias was to follow
    promotion_reason TEXT,
    starts INTEGER NOT NULL DEFAULT 0, -- of its process
    vain_starts INTEGER NOT NULL DEFAULT 0, -- of them those since its last event
    crashes INTEGER NOT NULL DEFAULT 0, -- likewise
    last_crash TEXT,
    running_seconds REAL NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX jobs_by_status ON jobs (status, key);
  CREATE INDEX jobs_by_asker ON jobs (key_id, claimed);
  CREATE INDEX jobs_to_promote ON jobs (key) WHERE promotion = 'pending';
  CREATE TABLE events (
    job INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    key TEXT NOT NULL,
    created_at TEXT NOT NULL,
    level TEXT NOT NULL,
    type TEXT NOT NULL,
    message TEXT NOT NULL,
    data TEXT NOT NULL, -- a JSON object
    PRIMARY KEY (job, sequence),
    UNIQUE (job, key)
  ) STRICT;
  CREATE INDEX events_by_type ON events (job, type, sequence);
  CREATE TABLE idempotency_keys (
    key_id TEXT NOT NULL, -- of the API key; empty where none was needed
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    job INTEGER NOT NULL REFERENCES jobs (key) ON DELETE CASCADE,
    PRIMARY KEY (key_id, kind, key)
  ) STRICT;
  CREATE INDEX idempotency_keys_by_job ON idempotency_keys (job);`,
];
