import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { LookalikeError } from "../../src/errors.ts";
import type { ApiKey, Scope } from "../../src/keys/key_store.ts";
import { allows, SCOPES } from "../../src/keys/scopes.ts";
import type { AppEnv, Services } from "../services.ts";

/**
 * Lets a request pass whose key is valid and has the scope that its route declares with `needs`,
 * before its body is read. Where no key is required, a key that is not valid counts for none, as
 * OpenAI's clients always send one.
 *
 * @param services What the routes stand on.
 * @param app The app whose routes declare their scopes.
 * @returns The middleware; what comes after it finds the key in `c.var.key`.
 * @throws {LookalikeError} `unauthorized` or `forbidden`.
 */
export function accessTo(
  { access, keys }: Pick<Services, "access" | "keys">,
  app: OpenAPIHono<AppEnv>,
): MiddlewareHandler<AppEnv> {
  let scopes: Map<string, Scope> | undefined; // the routes come after this middleware
  return async (c, next) => {
    const token = /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
    const key = token === undefined ? null : keys.find(token);
    if (key === null && access.required) throw unauthorized(c, token);
    c.set("key", key);
    scopes ??= declaredScopes(app);
    const scope = neededScope(c, scopes);
    if (key !== null && !allows(key, scope)) throw forbidden(c, { key, scope });
    await next();
  };
}

/** The scopes of an app's routes, by method and path, such as `GET /v1/models/:model`. */
function declaredScopes(app: OpenAPIHono<AppEnv>): Map<string, Scope> {
  const declared = app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== "route") return [];
    const { method, path, security = [] } = definition.route;
    const scope = SCOPES.find((scope) => security.some(({ bearer }) => bearer?.includes(scope)));
    const pattern = path.replaceAll(/\{(\w+)\}/g, ":$1");
    return scope ? [[`${method.toUpperCase()} ${pattern}`, scope] as const] : [];
  });
  return new Map(declared);
}

/** What a request's route needs: where it has forgotten to say so, the most. */
function neededScope(c: Context<AppEnv>, scopes: Map<string, Scope>): Scope {
  const routes = matchedRoutes(c).filter(({ method }) => method !== "ALL");
  if (routes.length === 0) return "read"; // there is nothing: it will be 404 or 405
  return routes.map(({ method, path }) => scopes.get(`${method} ${path}`)).find(Boolean) ?? "admin";
}

function unauthorized(c: Context, token: string | undefined): LookalikeError {
  c.header("WWW-Authenticate", token === undefined ? "Bearer" : 'Bearer error="invalid_token"');
  return new LookalikeError(
    "unauthorized",
    token === undefined
      ? "Cannot answer as the request must have a key: Authorization: Bearer KEY."
      : "Cannot answer as the request's key must be valid: it is unknown, revoked or expired.",
  );
}

function forbidden(c: Context, { key, scope }: { key: ApiKey; scope: Scope }): LookalikeError {
  c.header("WWW-Authenticate", `Bearer error="insufficient_scope", scope="${scope}"`);
  return new LookalikeError(
    "forbidden",
    `Cannot do this as the key must have the scope ${scope}: it has ${key.scopes.join(", ")}.`,
  );
}
