/**
 * A program for tracing_test.ts: answers one request with its span named, and ends.
 *
 * @module
 */
import { Hono } from "hono";
import { requestId } from "hono/request-id";
import type { AppEnv } from "../../../routes/services.ts";
import { namedSpans } from "../../../routes/edge/tracing.ts";

const app = new Hono<AppEnv>();
app.use(requestId(), namedSpans());
app.get("/v1/models/:model", (c) => c.text("x"));
const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
const answer = await fetch(`http://127.0.0.1:${server.addr.port}/v1/models/shapes`, {
  headers: { "X-Request-Id": "mine-1" },
});
await answer.text();
await server.shutdown();
