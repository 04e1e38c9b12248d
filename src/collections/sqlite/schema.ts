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

  `ALTER TABLE collections ADD COLUMN metric TEXT NOT NULL DEFAULT 'cosine';
  ALTER TABLE collections ADD COLUMN search_index TEXT NOT NULL DEFAULT 'exact';
  ALTER TABLE collections ADD COLUMN images TEXT NOT NULL DEFAULT 'original';
  ALTER TABLE collections ADD COLUMN generation INTEGER NOT NULL DEFAULT 0; -- of its vectors
  ALTER TABLE collections ADD COLUMN generations INTEGER NOT NULL DEFAULT 0; -- the last one begun
  ALTER TABLE collections ADD COLUMN writes INTEGER NOT NULL DEFAULT 0; -- of vectors, counted
  ALTER TABLE collections ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0; -- items are being removed

  ALTER TABLE items RENAME TO items_1;
  DROP INDEX items_in_order;
  CREATE TABLE items (
    key INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, as pages of a list begin at one
    collection INTEGER NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
    id TEXT NOT NULL,
    label TEXT,
    metadata TEXT NOT NULL, -- a JSON object
    revision INTEGER NOT NULL, -- the collection's writes when its vector was written
    image_file TEXT UNIQUE, -- under images/, if the original is kept; so are the next three
    image_type TEXT,
    image_bytes INTEGER,
    image_sha256 TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (collection, id)
  ) STRICT;
  CREATE INDEX items_in_order ON items (collection, key);
  CREATE INDEX items_by_label ON items (collection, label, key) WHERE label IS NOT NULL;
  CREATE INDEX items_without_image ON items (collection) WHERE image_file IS NULL;
  -- With a row id, as SQLite keeps long rows whole in such a table only.
  CREATE TABLE vectors (
    item INTEGER NOT NULL REFERENCES items (key) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    vector BLOB NOT NULL, -- float32, little-endian; of length 1 where the metric is cosine
    UNIQUE (item, generation)
  ) STRICT;
  CREATE TABLE thumbnails (
    item INTEGER PRIMARY KEY REFERENCES items (key) ON DELETE CASCADE,
    webp BLOB NOT NULL
  ) STRICT;
  -- A collection's way to another encoder.
  CREATE TABLE reembeddings (
    collection INTEGER PRIMARY KEY REFERENCES collections (key) ON DELETE CASCADE,
    generation INTEGER NOT NULL, -- of the new vectors
    encoder TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    status TEXT NOT NULL,
    error TEXT,
    done INTEGER NOT NULL DEFAULT 0, -- items that have their new vector
    begun INTEGER NOT NULL, -- the collection's writes then
    started_at TEXT NOT NULL
  ) STRICT;
  -- Vectors that nobody will read again, to be removed behind.
  CREATE TABLE stale_generations (
    collection INTEGER NOT NULL REFERENCES collections (key) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    PRIMARY KEY (collection, generation)
  ) STRICT;

  INSERT INTO items (key, collection, id, metadata, revision, created_at, updated_at)
    SELECT key, collection, id, metadata, 0, created_at, updated_at FROM items_1;
  INSERT INTO vectors (item, generation, vector) SELECT key, 0, vector FROM items_1 ORDER BY key;
  DROP TABLE items_1;`,
];
