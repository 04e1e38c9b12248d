/** Takes `collections.db` one version on each; released steps never change. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE collections (
    key INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, so that an index knows its own
    name TEXT NOT NULL UNIQUE,
    encoder TEXT,
    dimension INTEGER NOT NULL,
    count INTEGER NOT NULL DEFAULT 0, -- of its items, as counting them takes ever longer
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE items (
    key INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
    id TEXT NOT NULL,
    vector BLOB NOT NULL, -- float32, little-endian, of length 1
    metadata TEXT NOT NULL, -- a JSON object
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (collection, id)
  ) STRICT;
  CREATE INDEX items_in_order ON items (collection, key);`,
];
