import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import { listen } from "../../routes/edge/listen.ts";
import { picture64 } from "./pictures.ts";
import { MEAN_COLOURS } from "../embed/mean_colour_runner.ts";
import { startService } from "./service.ts";

Deno.test("app: a line for each answer, with its route and id and without its content", async () => {
  await using service = await startService();
  const image = await picture64([1, 2, 3]);
  const response = await service.ask("/v1/embeddings", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Request-Id": "mine-1" },
    body: JSON.stringify({ model: "colours", input: image }),
  });
  await response.body?.cancel();
  await service.ask("/v1/models/secret-name", { headers: { "X-Request-Id": "no\tid" } });
  const [first, second] = service.lines.filter(({ event }) => event === "request");
  assertEquals([first.requestId, first.method, first.route, first.status, first.level], [
    "mine-1",
    "POST",
    "/v1/embeddings",
    200,
    "info",
  ]);
  assert(typeof first.milliseconds === "number");
  assertEquals([second.route, second.status], ["/v1/models/:model", 404]);
  assertMatch(String(second.requestId), /^[0-9a-f-]{36}$/);
  assertEquals(response.headers.get("X-Request-Id"), "mine-1");
  assertEquals(response.headers.get("X-Content-Type-Options"), "nosniff");
  const log = JSON.stringify(service.lines);
  assert(!log.includes(image.slice(0, 40)) && !log.includes("secret-name"));
});

Deno.test("app: probes leave no line unless looked for", async () => {
  await using service = await startService();
  await service.ask("/livez");
  assertEquals(service.lines.map((line) => line.level), ["debug"]);
});

Deno.test("app: a fault of its own says nothing outside and everything in the log", async () => {
  await using service = await startService();
  service.collections.list = () => Promise.reject(new Error("/home/person/collections.db is gone"));
  const { status, body } = await service.json("GET", "/v1/collections");
  assertEquals([status, body.error.code], [500, "internal"]);
  assert(!JSON.stringify(body).includes("person"));
  const failed = service.lines.find((line) => line.event === "request failed");
  assertMatch(String(failed?.error), /collections\.db is gone/);
});

Deno.test("app: what is not there is 404, a wrong method 405 with those that are right", async () => {
  await using service = await startService();
  assertEquals((await service.json("GET", "/v1/modelz")).status, 404);
  const wrong = await service.ask("/v1/collections/c/items/i", { method: "POST" });
  assertEquals([wrong.status, wrong.headers.get("Allow")], [405, "GET, HEAD, PATCH, DELETE"]);
  await wrong.body?.cancel();
});

Deno.test("app: while warming or draining only probes and the page are answered", async () => {
  await using service = await startService();
  for (const phase of ["warming", "draining"] as const) {
    service.phase = phase;
    assertEquals((await service.json("GET", "/livez")).status, 200);
    assertEquals((await service.json("GET", "/readyz")).body, { status: phase });
    const refused = await service.ask("/v1/models");
    assertEquals([refused.status, refused.headers.get("Retry-After")], [503, "5"]);
    await refused.body?.cancel();
  }
});

Deno.test("app: a damaged encoder is named where it is asked for, and the rest is served", async () => {
  await using service = await startService();
  await service.store.save({ name: "colours", tensors: new Map(), manifest: MEAN_COLOURS });
  await Deno.truncate(join(service.home, "encoders/colours/3/manifest.json"), 10);
  const { status, body } = await service.json("GET", "/v1/models/colours");
  assertEquals([status, body.error.code], [500, "damaged"]);
  assertMatch(body.error.message, /colours@3/);
  assertEquals((await service.json("GET", "/v1/models/colours@2")).status, 200);
  const input = await picture64([1, 2, 3]);
  const embedded = await service.json("POST", "/v1/embeddings", { model: "colours@2", input });
  assertEquals(embedded.status, 200);
});

Deno.test("app: a HEAD is answered like a GET, without its body", async () => {
  await using service = await startService();
  const head = await service.app.request("/v1/models", { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  assertEquals((await service.app.request("/v1/embeddings", { method: "HEAD" })).status, 405);
});

Deno.test("app: a Host that no address can have is 400, whatever comes with it", async () => {
  await using service = await startService();
  const server = listen(service.app.fetch, { host: "127.0.0.1", port: 0 });
  using connection = await Deno.connect({ port: Number(new URL(server.url).port) });
  const request = "POST /v1/keys HTTP/1.1\r\nHost: a b/@c\r\nContent-Length: 2\r\n\r\n{}";
  await connection.write(new TextEncoder().encode(request));
  const answer = new Uint8Array(1000);
  await connection.read(answer);
  assertMatch(new TextDecoder().decode(answer), /^HTTP\/1\.1 400 /);
  await server.close();
});

Deno.test("docs: the page needs nothing but this server, and its policy lets it have nothing else", async () => {
  await using service = await startService();
  const root = await service.ask("/");
  assertEquals([root.status, root.headers.get("Location")], [302, "docs"]);
  const page = await service.ask("/docs");
  const html = await page.text();
  assert(!/https?:\/\//.test(html));
  assertMatch(
    String(page.headers.get("Content-Security-Policy")),
    /^default-src 'none'; script-src 'self';/,
  );
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file);
  assertEquals(files.length, 4);
  for (const file of files) {
    const response = await service.ask(`/${file}`);
    assertEquals(response.status, 200, file);
    assertNotEquals((await response.bytes()).length, 0, file);
  }
});
