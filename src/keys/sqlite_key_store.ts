import { timingSafeEqual } from "node:crypto";
import { join } from "node:path";
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { LookalikeError } from "../errors.ts";
import { openDatabase, transaction } from "../sqlite.ts";
import { checkSettings } from "./check_settings.ts";
import type { ApiKey, KeyStore, Scope } from "./key_store.ts";
import { createToken, digestOf, idOf } from "./token.ts";
import { createUses } from "./uses.ts";

const MIGRATIONS = [
  `CREATE TABLE keys (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    requests_per_minute INTEGER,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    last_used_at TEXT
  ) STRICT`,
];

/** The key of the settings; it is not among those that are listed. */
const ADMIN: ApiKey = {
  id: "settings",
  name: "the admin key of the settings",
  scopes: ["admin"],
  requestsPerMinute: null,
  createdAt: new Date(0).toISOString(),
  expiresAt: null,
  lastUsedAt: null,
};

interface KnownKey {
  key: ApiKey;
  digest: Uint8Array;
}

/**
 * Opens the keys of a home, `keys.db`. All are held in memory, and read again once another process
 * has written: to find one costs a hash and a look at SQLite's counter of changes.
 *
 * @param home The folder.
 * @param options.adminKey A token with every scope that is not kept.
 * @returns The keys.
 * @throws {LookalikeError} `damaged` or `unavailable`, as opening a database does.
 */
export function openKeyStore(home: string, options: { adminKey?: string } = {}): KeyStore {
  const database = openDatabase(join(home, "keys.db"), MIGRATIONS);
  const adminDigest = options.adminKey === undefined ? null : digestOf(options.adminKey);
  const dataVersion = database.prepare("PRAGMA data_version");
  const all = database.prepare("SELECT * FROM keys ORDER BY key");
  const removeOne = database.prepare("DELETE FROM keys WHERE id = ?");
  let known = new Map<string, KnownKey>();
  let version: unknown;
  const uses = createUses(database);

  /** The keys as they are now in the database. */
  function current(): Map<string, KnownKey> {
    const { data_version: now } = dataVersion.get()!;
    if (now !== version) read();
    version = now;
    return known;
  }

  function read(): void {
    known = new Map(all.all().map((row) => [String(row.id), knownKey(row)]));
  }

  return {
    create(settings) {
      const { id, token } = createToken();
      const createdAt = new Date().toISOString();
      const key: ApiKey = { id, createdAt, lastUsedAt: null, ...checkSettings(settings) };
      transaction(database, () => insert(database, { key, digest: digestOf(token) }));
      read();
      return { key, token };
    },
    list() {
      uses.save();
      read();
      return [...known.values()].map(({ key }) => key);
    },
    revoke(id) {
      const { changes } = transaction(database, () => removeOne.run(id));
      read();
      if (changes === 0) {
        throw new LookalikeError("not_found", `Cannot find key ${id}: it is none of the keys.`, {
          param: "id",
        });
      }
    },
    find(token) {
      const digest = digestOf(token);
      if (adminDigest !== null && timingSafeEqual(digest, adminDigest)) return ADMIN;
      const found = current().get(idOf(token) ?? "");
      if (found === undefined || !timingSafeEqual(digest, found.digest)) return null;
      if (!isValid(found.key)) return null;
      uses.note(found.key.id);
      return found.key;
    },
    any: () => adminDigest !== null || [...current().values()].some(({ key }) => isValid(key)),
    close() {
      uses.save();
      database.close();
    },
  };
}

function isValid({ expiresAt }: ApiKey): boolean {
  return expiresAt === null || Date.parse(expiresAt) > Date.now();
}

function insert(database: DatabaseSync, { key, digest }: KnownKey): void {
  database.prepare(
    "INSERT INTO keys (id, digest, name, scopes, requests_per_minute, created_at, expires_at) " +
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
  ).run(
    key.id,
    digest,
    key.name,
    key.scopes.join(" "),
    key.requestsPerMinute,
    key.createdAt,
    key.expiresAt,
  );
}

function knownKey(row: Record<string, SQLOutputValue>): KnownKey {
  return {
    digest: row.digest as Uint8Array,
    key: {
      id: String(row.id),
      name: String(row.name),
      scopes: String(row.scopes).split(" ") as Scope[],
      requestsPerMinute: row.requests_per_minute as number | null,
      createdAt: String(row.created_at),
      expiresAt: row.expires_at as string | null,
      lastUsedAt: row.last_used_at as string | null,
    },
  };
}
