import { assert, assertEquals, assertMatch } from "@std/assert";
import { ADMIN_KEY, startService } from "./service.ts";

const AS_ADMIN = { token: ADMIN_KEY };

Deno.test("keys: one is made, used, listed without its token, and revoked", async () => {
  await using service = await startService({ access: { required: true } });
  const { json } = service;
  const made = await service.ask("/v1/keys", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      name: "ci",
      scopes: ["write", "read"],
      requests_per_minute: 100,
      expires_in: 3600,
    }),
    ...AS_ADMIN,
  });
  assertEquals([made.status, made.headers.get("Cache-Control")], [200, "no-store"]);
  const { token, ...key } = await made.json();
  assertMatch(token, /^lk_/);
  assertEquals([key.scopes, key.requests_per_minute], [["read", "write"], 100]);
  assert(Math.abs(key.expires_at - key.created_at - 3600) <= 1);
  assertEquals((await json("GET", "/v1/models", undefined, { token })).status, 200);
  const { body: list } = await json("GET", "/v1/keys", undefined, AS_ADMIN);
  const [listed] = list.data;
  assert(Math.abs(listed.last_used_at - Date.now() / 1000) < 60);
  assertEquals({ ...listed, last_used_at: null }, key);
  assertEquals((await json("DELETE", `/v1/keys/${key.id}`, undefined, AS_ADMIN)).body, {
    object: "key.deleted",
    id: key.id,
    deleted: true,
  });
  assertEquals((await json("DELETE", `/v1/keys/${key.id}`, undefined, AS_ADMIN)).status, 404);
  assertEquals((await json("GET", "/v1/keys", undefined, AS_ADMIN)).body.data, []);
});

Deno.test("keys: what is wrong is refused by the name of its field", async () => {
  await using service = await startService();
  const good = { name: "a", scopes: ["read"] };
  const wrong: [body: unknown, param: string | null][] = [
    [{ scopes: ["read"] }, "name"],
    [{ ...good, name: "" }, "name"],
    [{ ...good, name: "a\u0000" }, "name"],
    [{ ...good, scopes: [] }, "scopes"],
    [{ ...good, scopes: ["root"] }, "scopes[0]"],
    [{ ...good, requests_per_minute: 0 }, "requests_per_minute"],
    [{ ...good, expires_in: 0 }, "expires_in"],
    [{ ...good, expires_in: 9e12 }, "expires_in"],
    [{ ...good, token: "mine" }, "token"],
    [[], null],
  ];
  for (const [body, param] of wrong) {
    const { status, body: answer } = await service.json("POST", "/v1/keys", body);
    assertEquals([status, answer.error.param], [400, param], JSON.stringify(body));
  }
  assertEquals(service.keys.list(), []);
});
