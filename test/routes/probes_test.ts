import { assertEquals, assertMatch } from "@std/assert";
import { createApp } from "../../routes/app.ts";
import { createProbes } from "../../routes/probes.ts";
import { startService } from "./service.ts";

Deno.test("probes: on a port of their own they are there alone, and nowhere else", async () => {
  await using service = await startService({ access: { required: true } });
  const [main, probes] = [
    createApp(service.services, { probes: false }),
    createProbes(service.services),
  ];
  for (const path of ["/livez", "/readyz", "/metrics"]) {
    assertEquals((await probes.request(path)).status, 200, path);
    assertEquals((await main.request(path)).status, 404, path);
  }
  assertEquals((await probes.request("/v1/models")).status, 404);
  assertEquals((await probes.request("/livez", { method: "POST" })).status, 405);
  service.phase = "draining";
  assertEquals((await probes.request("/livez")).status, 200);
  assertEquals((await probes.request("/readyz")).status, 503);
});

Deno.test("probes: metrics have each request by its route, in Prometheus's format", async () => {
  await using service = await startService();
  await service.json("GET", "/v1/models/none");
  await (await service.app.request("/v1/models", { method: "MADEUP" })).body?.cancel();
  const response = await service.app.request("/metrics");
  assertMatch(String(response.headers.get("Content-Type")), /^text\/plain/);
  const text = await response.text();
  assertMatch(text, /method="GET".*route="\/v1\/models\/:model".*status="404"/);
  assertEquals(text.includes("MADEUP"), false); // or anybody could make as many series as they like
});
