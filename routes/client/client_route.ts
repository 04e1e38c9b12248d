import { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../services.ts";

const FILE = new URL("./client.js", import.meta.url);

/**
 * `GET /client.js`: the client as one module, for browsers and for whoever has no copy of it.
 *
 * @returns The route.
 */
export function clientRoute(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.get("/client.js", async (c) => {
    const headers = {
      "Content-Type": "text/javascript; charset=utf-8",
      "Cache-Control": "public, max-age=3600",
    };
    return c.body(await Deno.readFile(FILE), 200, headers);
  });
  return app;
}
