import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { answer, problems } from "./requests/declare.ts";
import type { AppEnv, Services } from "./services.ts";
import { createStallWatch } from "./edge/stall_watch.ts";

const liveSchema = z.strictObject({ status: z.literal("alive") });
const stalledSchema = z.strictObject({ status: z.literal("stalled") });
const readySchema = z.strictObject({ status: z.literal("ready") });
const notReadySchema = z.strictObject({ status: z.enum(["warming", "draining"]) });

const liveRoute = createRoute({
  method: "get",
  path: "/livez",
  operationId: "isAlive",
  tags: ["Health"],
  summary: "Whether the process works",
  responses: {
    ...answer("It does.", liveSchema),
    ...problems(403),
    503: {
      description: "The device has not come back from a batch for two minutes: start it anew.",
      content: { "application/json": { schema: stalledSchema } },
    },
  },
});

const readyRoute = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "isReady",
  tags: ["Health"],
  summary: "Whether requests may be sent here",
  responses: {
    ...answer("They may.", readySchema),
    ...problems(403),
    503: {
      description: "Encoders are still warming, or the service is stopping.",
      content: { "application/json": { schema: notReadySchema } },
    },
  },
});

/**
 * `GET /livez` and `GET /readyz`: what probes ask.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function healthRoutes({ phase, encoders }: Services): OpenAPIHono<AppEnv> {
  const stalled = createStallWatch(encoders.loaded);
  return new OpenAPIHono<AppEnv>()
    .openapi(
      liveRoute,
      (c) =>
        stalled() === null
          ? c.json({ status: "alive" as const }, 200)
          : c.json({ status: "stalled" as const }, 503),
    )
    .openapi(readyRoute, (c) => {
      const status = phase();
      return status === "ready" ? c.json({ status }, 200) : c.json({ status }, 503);
    });
}
