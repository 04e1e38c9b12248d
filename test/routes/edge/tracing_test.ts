import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(import.meta.resolve("./traced_server.ts"));
const SERVER = 2; // a span's kind, by OpenTelemetry's protocol

interface Span {
  name: string;
  kind: number;
  attributes: { key: string; value: { stringValue?: string } }[];
}

Deno.test("tracing: Deno's span of a request has its route and its id", async () => {
  const spans: Span[] = [];
  const arrived = Promise.withResolvers<void>();
  await using collector = Deno.serve({ port: 0, onListen: () => {} }, async (request) => {
    const { resourceSpans = [] } = await request.json();
    for (const { scopeSpans } of resourceSpans) {
      for (const scope of scopeSpans) spans.push(...scope.spans);
    }
    if (spans.some(({ kind }) => kind === SERVER)) arrived.resolve();
    return Response.json({});
  });
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", PROGRAM],
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.addr.port}`,
    },
  });
  const { success, stderr } = await command.output();
  assert(success, new TextDecoder().decode(stderr));
  await arrived.promise;
  const span = spans.find(({ kind }) => kind === SERVER)!;
  const attributes = Object.fromEntries(
    span.attributes.map(({ key, value }) => [key, value.stringValue]),
  );
  assertEquals(span.name, "GET /v1/models/:model");
  assertEquals(attributes["http.route"], "/v1/models/:model");
  assertEquals(attributes["lookalike.request_id"], "mine-1");
});
