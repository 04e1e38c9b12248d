import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LookalikeError } from "../../src/errors.ts";
import type { KeySettings } from "../../src/keys/key_store.ts";
import { openKeyStore } from "../../src/keys/sqlite_key_store.ts";

const ADMIN_KEY = "an-admin-key-for-the-tests";

/** A home that is removed, and key stores of it that are closed, at the end. */
async function keysHome() {
  const home = await Deno.makeTempDir();
  const opened: { close(): void }[] = [];
  const tracked = <T extends { close(): void }>(one: T) => (opened.push(one), one);
  return {
    home,
    open: (options?: { adminKey?: string }) => tracked(openKeyStore(home, options)),
    database: () => tracked(new DatabaseSync(join(home, "keys.db"))),
    async [Symbol.asyncDispose]() {
      for (const one of opened) one.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

Deno.test("keys: a token finds its key, and nothing else does", async () => {
  await using home = await keysHome();
  const keys = home.open();
  const { key, token } = keys.create({ name: "ci", scopes: ["write", "read", "read"] });
  assertMatch(token, /^lk_[0-9a-z]{12}_[A-Za-z0-9_-]{43}$/);
  assertEquals([key.scopes, key.requestsPerMinute, key.expiresAt], [["read", "write"], null, null]);
  assertEquals(keys.find(token), key);
  const { token: another } = keys.create({ name: "ci", scopes: ["read"] });
  const flipped = token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");
  const mixed = token.slice(0, 16) + another.slice(16); // the id of one, the secret of the other
  for (const wrong of ["", "none", key.id, flipped, mixed, `${token} `, token.toUpperCase()]) {
    assertEquals(keys.find(wrong), null, wrong);
  }
});

Deno.test("keys: no file of the home has the token, and the keys are there after a restart", async () => {
  await using home = await keysHome();
  const first = home.open();
  const { key, token } = first.create({ name: "kept", scopes: ["train"], requestsPerMinute: 7 });
  const secret = token.slice(16);
  for (const { name } of Deno.readDirSync(home.home)) {
    const file = new TextDecoder("latin1").decode(Deno.readFileSync(join(home.home, name)));
    assert(!file.includes(secret), name);
  }
  assertEquals(home.open().find(token), key);
});

Deno.test("keys: revoked in one process, invalid at once in another", async () => {
  await using home = await keysHome();
  const [here, there] = [home.open(), home.open()];
  const { key, token } = here.create({ name: "leaked", scopes: ["admin"] });
  assert(there.find(token) && there.any());
  there.revoke(key.id);
  assertEquals([here.find(token), there.find(token), here.any()], [null, null, false]);
  assertEquals(here.list(), []);
  const error = assertThrows(() => here.revoke(key.id), LookalikeError) as LookalikeError;
  assertEquals([error.code, error.param], ["not_found", "id"]);
});

Deno.test("keys: an expired one is listed and not valid", async () => {
  await using home = await keysHome();
  const keys = home.open();
  const expiresAt = new Date(Date.now() + 50).toISOString();
  const { key, token } = keys.create({ name: "short", scopes: ["read"], expiresAt });
  assertEquals(keys.find(token)?.id, key.id);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assertEquals([keys.find(token), keys.any(), keys.list()[0].expiresAt], [null, false, expiresAt]);
});

Deno.test("keys: use is noted without a write for each, and kept at the end", async () => {
  await using home = await keysHome();
  const keys = openKeyStore(home.home);
  const { token } = keys.create({ name: "busy", scopes: ["read"] });
  const watcher = home.database().prepare("PRAGMA data_version");
  const before = watcher.get();
  for (let time = 0; time < 1000; time++) keys.find(token);
  assertEquals(watcher.get(), before);
  keys.close();
  const [{ lastUsedAt }] = home.open().list();
  assert(Math.abs(Date.now() - Date.parse(lastUsedAt!)) < 60_000);
});

Deno.test("keys: the admin key of the settings is valid with every scope, and kept nowhere", async () => {
  await using home = await keysHome();
  const keys = home.open({ adminKey: ADMIN_KEY });
  assertEquals(keys.find(ADMIN_KEY)?.scopes, ["admin"]);
  assertEquals([keys.find(ADMIN_KEY + "x"), keys.any(), keys.list()], [null, true, []]);
  assertEquals(home.open().find(ADMIN_KEY), null);
});

Deno.test("keys: what cannot be is refused by the name of the setting, and no key is made", async () => {
  await using home = await keysHome();
  const keys = home.open();
  const good: KeySettings = { name: "good", scopes: ["read"] };
  const wrong: [settings: KeySettings, param: string][] = [
    [{ ...good, name: "" }, "name"],
    [{ ...good, name: "half \ud800" }, "name"],
    [{ ...good, name: "a\nb" }, "name"],
    [{ ...good, name: "x".repeat(65) }, "name"],
    [{ ...good, scopes: [] }, "scopes"],
    [{ ...good, scopes: ["root" as "admin"] }, "scopes"],
    [{ ...good, requestsPerMinute: 0 }, "requestsPerMinute"],
    [{ ...good, requestsPerMinute: 1.5 }, "requestsPerMinute"],
    [{ ...good, requestsPerMinute: NaN }, "requestsPerMinute"],
    [{ ...good, expiresAt: "soon" }, "expiresAt"],
    [{ ...good, expiresAt: "2020-01-01" }, "expiresAt"],
  ];
  for (const [settings, param] of wrong) {
    const error = assertThrows(() => keys.create(settings), LookalikeError) as LookalikeError;
    assertEquals([error.code, error.param], ["invalid_input", param]);
  }
  assertEquals(keys.list(), []);
});

Deno.test("keys: a file that is no database is a sentence", async () => {
  await using home = await keysHome();
  await Deno.writeTextFile(join(home.home, "keys.db"), "not a database ".repeat(100));
  const error = assertThrows(() => openKeyStore(home.home), LookalikeError) as LookalikeError;
  assertEquals(error.code, "damaged");
  assertMatch(error.message, /^Cannot open keys\.db as SQLite says: /);
});
