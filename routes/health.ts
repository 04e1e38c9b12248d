import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { answer } from "./declare.ts";
import type { AppEnv, Services } from "./services.ts";

const liveSchema = z.strictObject({ status: z.literal("alive") });
const readySchema = z.strictObject({ status: z.literal("ready") });
const notReadySchema = z.strictObject({ status: z.enum(["warming", "draining"]) });

const liveRoute = createRoute({
  method: "get",
  path: "/livez",
  operationId: "isAlive",
  tags: ["Health"],
  summary: "Whether the process answers",
  responses: answer("It does.", liveSchema),
});

const readyRoute = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "isReady",
  tags: ["Health"],
  summary: "Whether requests may be sent here",
  responses: {
    ...answer("They may.", readySchema),
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
export function healthRoutes({ phase }: Services): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(liveRoute, (c) => c.json({ status: "alive" as const }, 200))
    .openapi(readyRoute, (c) => {
      const status = phase();
      return status === "ready" ? c.json({ status }, 200) : c.json({ status }, 503);
    });
}
