import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createBuckets } from "../../../routes/edge/rate_limit.ts";
import { ADMIN_KEY, startService } from "../service.ts";

Deno.test("rate limit: a minute's requests at once, then evenly", () => {
  let now = 0;
  const take = createBuckets(() => now);
  const remaining = Array.from({ length: 3 }, () => take("a", 3).remaining);
  assertEquals(remaining, [2, 1, 0]);
  assertEquals(take("a", 3), { remaining: 0, resetMs: 60_000, waitMs: 20_000 });
  now += 19_999;
  assertAlmostEquals(take("a", 3).waitMs, 1, 1e-6);
  now += 1;
  assertEquals(take("a", 3).waitMs, 0);
  assertEquals(take("b", 3).remaining, 2); // another's bucket is another
  now += 60_000;
  assertEquals(take("a", 3).remaining, 2);
});

Deno.test("rate limit: never more than the limit and what has flowed in, whenever they come", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 200 });
  fc.assert(fc.property(gaps, fc.integer({ min: 1, max: 600 }), (gaps, limit) => {
    let now = 0;
    let taken = 0;
    const take = createBuckets(() => now);
    for (const gap of gaps) {
      now += gap;
      const { waitMs, remaining } = take("a", limit);
      if (waitMs === 0) taken++;
      else assertEquals(remaining, 0);
      assert(taken <= limit + now * limit / 60_000 + 1e-6);
    }
  }));
});

Deno.test("rate limit: who waits as long as told is answered", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), (limit) => {
    let now = 0;
    const take = createBuckets(() => now);
    for (let count = 0; count < limit; count++) assertEquals(take("a", limit).waitMs, 0);
    now += take("a", limit).waitMs;
    assertEquals(take("a", limit).waitMs, 0);
  }));
});

Deno.test("rate limit: each key has its own limit, else the service's", async () => {
  await using service = await startService({ access: { required: true, requestsPerMinute: 3 } });
  const slow = service.keys.create({ name: "slow", scopes: ["read"], requestsPerMinute: 1 });
  const usual = service.keys.create({ name: "usual", scopes: ["read"] });
  const ask = async (token: string) => {
    const response = await service.ask("/v1/models", { token });
    const { error } = await response.json();
    return [response.status, error?.code, response.headers.get("RateLimit-Remaining")];
  };
  assertEquals(await ask(slow.token), [200, undefined, "0"]);
  assertEquals(await ask(slow.token), [429, "rate_limited", "0"]);
  assertEquals(await ask(usual.token), [200, undefined, "2"]);
  const refused = await service.ask("/v1/models", { token: slow.token });
  await refused.body?.cancel();
  assertEquals(refused.headers.get("Retry-After"), "60");
  assertEquals(refused.headers.get("RateLimit-Limit"), "1");
  assertEquals(refused.headers.get("RateLimit-Reset"), "60");
  const probe = await service.ask("/livez");
  await probe.body?.cancel();
  assertEquals(probe.headers.get("RateLimit-Limit"), null);
});

Deno.test("rate limit: without keys, callers are told apart by their addresses", async () => {
  await using service = await startService({ access: { requestsPerMinute: 1 } });
  const ask = async (hostname: string) => {
    const remoteAddr: Deno.NetAddr = { transport: "tcp", hostname, port: 1 };
    const response = await service.app.request("/v1/models", {}, { remoteAddr });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await ask("10.0.0.1"), 200);
  assertEquals(await ask("10.0.0.1"), 429);
  assertEquals(await ask("10.0.0.2"), 200);
});

Deno.test("rate limit: none unless set", async () => {
  await using service = await startService();
  const response = await service.ask("/v1/models", { token: ADMIN_KEY });
  await response.body?.cancel();
  assertEquals(response.headers.get("RateLimit-Limit"), null);
});
