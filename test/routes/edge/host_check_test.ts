import { assertEquals } from "@std/assert";
import { startService, type TestService } from "../service.ts";

const LOOPBACK = { access: { loopbackOnly: true } };

async function status(
  { app }: TestService,
  { path = "/v1/models", ...init }: RequestInit & { path?: string },
): Promise<number> {
  const response = await app.request(path, init);
  await response.body?.cancel();
  return response.status;
}

Deno.test("host: only names of this machine are answered where only it may ask", async () => {
  await using service = await startService(LOOPBACK);
  for (const host of ["localhost", "localhost:8080", "127.0.0.1:80", "[::1]:8080", "x.localhost"]) {
    assertEquals(await status(service, { headers: { host } }), 200, host);
  }
  const rebound = [
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "0.0.0.0",
    "[::]",
  ];
  for (const host of [...rebound, "localhost:x", "a@localhost", ""]) {
    assertEquals(await status(service, { headers: { host } }), 403, host);
    assertEquals(await status(service, { headers: { host }, path: "/metrics" }), 403, host);
  }
  assertEquals(await status(service, { path: "http://evil.example/v1/models" }), 403); // as HTTP/2 has it
});

Deno.test("host: pages of other origins can change nothing", async () => {
  await using service = await startService({
    access: { loopbackOnly: true, corsOrigins: "https://ours.example,http://localhost:3000" },
  });
  const post = (origin?: string) => {
    const headers = { host: "localhost:8080", ...(origin === undefined ? {} : { origin }) };
    return status(service, { headers, method: "DELETE", path: "/v1/collections/none" });
  };
  for (const origin of ["https://evil.example", "null", "http://localhost:8081", "file://", ""]) {
    assertEquals(await post(origin), 403, origin);
  }
  for (
    const origin of [
      undefined,
      "http://localhost:8080",
      "https://ours.example",
      "http://localhost:3000",
    ]
  ) {
    assertEquals(await post(origin), 404, origin);
  }
  const read = { headers: { host: "localhost", origin: "https://evil.example" } };
  assertEquals(await status(service, read), 200); // a browser does not show it to the page
});

Deno.test("host: where keys are asked for, any name will do", async () => {
  await using service = await startService({ access: { required: true } });
  const headers = { host: "images.example", origin: "https://other.example" };
  assertEquals(await status(service, { headers }), 401);
});

Deno.test("cross origin: pages that are named may ask, and a browser's question needs no key", async () => {
  await using service = await startService({
    access: { required: true, corsOrigins: "https://ours.example" },
  });
  const asked = await service.app.request("/v1/embeddings", {
    method: "OPTIONS",
    headers: {
      origin: "https://ours.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization, content-type",
    },
  });
  assertEquals(asked.status, 204);
  assertEquals(asked.headers.get("access-control-allow-origin"), "https://ours.example");
  assertEquals(asked.headers.get("access-control-allow-headers")?.includes("Authorization"), true);
  const allowed = async (origin: string) => {
    const response = await service.ask("/v1/models", { headers: { origin } });
    await response.body?.cancel();
    assertEquals(response.status, 401);
    return [response.headers.get("access-control-allow-origin"), response.headers.get("vary")];
  };
  assertEquals(await allowed("https://ours.example"), ["https://ours.example", "Origin"]);
  assertEquals(await allowed("https://evil.example"), [null, "Origin"]);
});

Deno.test("cross origin: unless set, no page may read", async () => {
  await using service = await startService();
  const response = await service.ask("/v1/models", { headers: { origin: "https://a.example" } });
  await response.body?.cancel();
  assertEquals(response.headers.get("access-control-allow-origin"), null);
});
