import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { answerProblem } from "./problem.ts";
import type { AppEnv } from "./services.ts";

/**
 * Answers what no route answers: 405 with `Allow` where the address takes other methods, else 404.
 *
 * @param app The app with all its routes.
 * @returns The handler for `app.notFound`.
 */
export function notFound(app: OpenAPIHono<AppEnv>): (c: Context<AppEnv>) => Response {
  return (c) => {
    const { method, path } = c.req;
    const routes = app.routes.filter((route) =>
      route.method !== "ALL" && matches(route.path, path)
    );
    const allowed = [...new Set(routes.map((route) => route.method).flatMap(withHead))];
    if (allowed.length === 0) {
      const message = `Cannot find ${path.slice(0, 200)}: /docs lists what is there.`;
      return answerProblem(new HTTPException(404, { message }), c);
    }
    c.header("Allow", allowed.join(", "));
    const message = `Cannot ${method} here as the method must be ${allowed.join(" or ")}.`;
    return answerProblem(new HTTPException(405, { message }), c);
  };
}

/** hono answers HEAD wherever it answers GET. */
const withHead = (method: string) => method === "GET" ? ["GET", "HEAD"] : [method];

/** Whether a path is one of a route's, such as `/v1/models/:model`. */
function matches(pattern: string, path: string): boolean {
  const steps = path.split("/");
  const wanted = pattern.split("/");
  return steps.length === wanted.length &&
    wanted.every((step, at) => step.startsWith(":") ? steps[at] !== "" : step === steps[at]);
}
