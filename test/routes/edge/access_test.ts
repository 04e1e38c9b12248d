import { assert, assertEquals, assertMatch } from "@std/assert";
import { createRoute } from "@hono/zod-openapi";
import type { Scope } from "../../../src/keys/key_store.ts";
import { allows, SCOPES } from "../../../src/keys/scopes.ts";
import { needs } from "../../../routes/requests/needs.ts";
import { ADMIN_KEY, startService } from "../service.ts";

const REQUIRED = { access: { required: true } };

/** The operations under /v1, with the scope that each declares. */
async function operations() {
  await using service = await startService();
  const document = await (await service.ask("/openapi.json")).json();
  return Object.entries<Record<string, { security?: { bearer: Scope[] }[] }>>(document.paths)
    .filter(([path]) => path.startsWith("/v1/"))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security = [] }]) => ({
        method: method.toUpperCase(),
        path,
        address: path.replaceAll(/\{\w+\}/g, "x"),
        scope: security[0]?.bearer[0],
        document,
      }))
    );
}

Deno.test("access: every operation declares a scope, and every answer that comes of it", async () => {
  for (const { method, path, scope, document } of await operations()) {
    assert(SCOPES.includes(scope!), `${method} ${path} declares no scope`);
    const { responses } = document.paths[path][method.toLowerCase()];
    const looksAtJobs = method === "GET" && path.includes("/jobs");
    // keys are kept, and jobs are looked at, without waiting
    const late = path.startsWith("/v1/keys") || looksAtJobs ? [] : [504];
    for (const status of [401, 403, 429, 500, 503, ...late]) {
      assert(status in responses, `${method} ${path} does not declare ${status}`);
    }
  }
  const { components } = (await operations())[0].document;
  assertEquals(components.securitySchemes.bearer.scheme, "bearer");
});

Deno.test("access: every operation refuses no key, a wrong one, and one of each lesser scope", async () => {
  await using service = await startService(REQUIRED);
  const tokens = SCOPES.map((scope) => ({
    scope,
    token: service.keys.create({ name: scope, scopes: [scope] }).token,
  }));
  for (const { method, address, path, scope } of await operations()) {
    const status = async (token?: string) => {
      const response = await service.ask(address, { method, token });
      await response.body?.cancel();
      return [response.status, response.headers.get("WWW-Authenticate")];
    };
    assertEquals(await status(), [401, "Bearer"], path);
    assertEquals(await status("none"), [401, 'Bearer error="invalid_token"'], path);
    for (const { scope: own, token } of tokens) {
      const [answered] = await status(token);
      const may = allows({ scopes: [own] }, scope!);
      assertEquals(answered !== 401 && answered !== 403, may, `${method} ${path} with ${own}`);
    }
  }
});

Deno.test("access: the scheme counts in any case, and nothing else is taken for a key", async () => {
  await using service = await startService(REQUIRED);
  const status = async (authorization: string) => {
    const response = await service.ask("/v1/keys", { headers: { authorization } });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await status(`bearer  ${ADMIN_KEY}`), 200);
  for (
    const wrong of [ADMIN_KEY, `Basic ${ADMIN_KEY}`, `Bearer ${ADMIN_KEY} x`, "Bearer", "Bearer "]
  ) {
    assertEquals(await status(wrong), 401, wrong);
  }
});

Deno.test("access: the body of a request that may not pass is not read", async () => {
  await using service = await startService(REQUIRED);
  const { token } = service.keys.create({ name: "reader", scopes: ["read"] });
  for (const [sent, status] of [[undefined, 401], [token, 403]] as const) {
    let pulls = 0;
    const body = new ReadableStream({ pull: () => void pulls++ }, { highWaterMark: 0 });
    const response = await service.ask("/v1/keys", { method: "POST", body, token: sent });
    await response.body?.cancel();
    assertEquals([response.status, pulls], [status, 0]);
  }
});

Deno.test("access: a key that is revoked is refused from the next request on", async () => {
  await using service = await startService(REQUIRED);
  const { key, token } = service.keys.create({ name: "leaked", scopes: ["read"] });
  assertEquals((await service.json("GET", "/v1/models", undefined, { token })).status, 200);
  const { status } = await service.json("DELETE", `/v1/keys/${key.id}`, undefined, {
    token: ADMIN_KEY,
  });
  assertEquals(status, 200);
  assertEquals((await service.json("GET", "/v1/models", undefined, { token })).status, 401);
});

Deno.test("access: where no key is needed, an invalid one counts for none, a valid one for itself", async () => {
  await using service = await startService();
  const { token } = service.keys.create({ name: "reader", scopes: ["read"] });
  assertEquals((await service.json("GET", "/v1/keys", undefined, { token: "none" })).status, 200);
  assertEquals((await service.json("GET", "/v1/keys", undefined, { token })).status, 403);
});

Deno.test("access: a route that forgot to declare a scope needs the most", async () => {
  await using service = await startService(REQUIRED);
  service.app.get("/v1/forgotten", (c) => c.json({}));
  const { token } = service.keys.create({ name: "trainer", scopes: ["train", "write"] });
  const ask = (token: string) =>
    service.app.request("/v1/forgotten", { headers: { Authorization: `Bearer ${token}` } });
  assertEquals((await ask(token)).status, 403);
  assertEquals((await ask(ADMIN_KEY)).status, 200);
});

Deno.test("access: probes, metrics and the page need no key; what is not there does", async () => {
  await using service = await startService(REQUIRED);
  for (const path of ["/livez", "/readyz", "/metrics", "/docs", "/openapi.json"]) {
    const response = await service.app.request(path);
    await response.body?.cancel();
    assertEquals(response.status, 200, path);
  }
  assertEquals((await service.app.request("/v1/nowhere")).status, 401);
});

Deno.test("access: the log has a key's id, and never a token", async () => {
  await using service = await startService(REQUIRED);
  const { key, token } = service.keys.create({ name: "logged", scopes: ["read"] });
  await service.json("GET", "/v1/models", undefined, { token });
  await service.json("GET", "/v1/keys", undefined, { token });
  await service.json("GET", "/v1/models", undefined, { token: `${token}x` });
  const requests = service.lines.filter(({ event }) => event === "request");
  assertEquals(requests.map(({ key }) => key), [key.id, key.id, undefined]);
  assert(!JSON.stringify(service.lines).includes(token.slice(16)));
});

Deno.test("access: needs is what createRoute takes", () => {
  const route = createRoute({ method: "get", path: "/v1/x", ...needs("train"), responses: {} });
  assertMatch(JSON.stringify(route.security), /"bearer":\["train"\]/);
});
