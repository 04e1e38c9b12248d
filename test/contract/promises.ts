import type { OpenAPIHono, z } from "@hono/zod-openapi";
import { assert } from "@std/assert";
import { problemSchema } from "../../routes/problem.ts";
import type { AppEnv } from "../../routes/services.ts";

/** What an app's OpenAPI promises, and what of it has been seen. */
export interface Promises {
  /** Asks the app, and holds its answer to what is declared: the status, the headers, the body. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Every status of every operation, such as `createEmbeddings 429`. */
  declared(): string[];
  /** Those that were answered. */
  seen(): string[];
}

interface Declared {
  operation: string;
  method: string;
  pattern: RegExp;
  responses: Record<string, Promised>;
}

/** What one status of an operation promises: a schema by media type, or nothing at all. */
interface Promised {
  content: Record<string, { schema: z.ZodType }>;
  headers?: z.ZodObject<Record<string, z.ZodType>>;
}

/**
 * Watches over an app: whatever it answers must parse by the schema that it declares.
 *
 * @param app The app.
 * @returns How to ask it.
 */
export function keepsItsPromises(app: OpenAPIHono<AppEnv>): Promises {
  const routes = app.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === "route" ? [declaredBy(definition.route as unknown as Route)] : []
  );
  const seen = new Set<string>();
  const undeclared = { operation: "none", method: "", pattern: /./, responses: {} } as Declared;
  const content = { "application/json": { schema: problemSchema } };
  for (const status of [401, 403, 404, 405]) undeclared.responses[status] = { content };

  return {
    declared: () =>
      routes.flatMap((route) =>
        Object.keys(route.responses).map((status) => `${route.operation} ${status}`)
      ),
    seen: () => [...seen],
    async ask(path, init = {}) {
      const response = await app.request(path, init);
      const { pathname } = new URL(path, "http://localhost");
      if (/^\/(docs.*|openapi\.json|client\.js)?$/.test(pathname)) return response; // no operations
      const route =
        routes.find(({ method, pattern }) =>
          method === (init.method ?? "GET").toLowerCase() && pattern.test(pathname)
        ) ?? undeclared;
      const promised = route.responses[response.status];
      assert(promised, `${route.operation} answered ${response.status}, which it does not declare`);
      const type = response.headers.get("Content-Type")?.split(";")[0] ?? "";
      const types = Object.keys(promised.content);
      assert(
        types.includes(type) || type === "" && types.length === 0,
        `${route.operation}: ${type}`,
      );
      if (type === "application/json") {
        promised.content[type].schema.parse(await response.clone().json());
      }
      for (const [name, schema] of Object.entries(promised.headers?.shape ?? {})) {
        const text = response.headers.get(name) ?? undefined;
        schema.parse(schema.safeParse(text).success ? text : Number(text));
      }
      seen.add(`${route.operation} ${response.status}`);
      return response;
    },
  };
}

interface Route {
  operationId: string;
  method: string;
  path: string;
  responses: Record<string, Partial<Promised>>;
}

function declaredBy({ operationId, method, path, responses }: Route): Declared {
  return {
    operation: operationId,
    method,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    responses: Object.fromEntries(
      Object.entries(responses).map((
        [status, { content = {}, headers }],
      ) => [status, { content, headers }]),
    ),
  };
}
