import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { ApiKey } from "../src/keys/key_store.ts";
import { SCOPES } from "../src/keys/scopes.ts";
import { printable, seconds } from "./requests/values.ts";
import { answer, body, problems } from "./requests/declare.ts";
import { needs } from "./requests/needs.ts";
import type { AppEnv, Services } from "./services.ts";

/** Where the API's page shows these routes. */
const KEYS = ["Keys"];

/** A hundred years, in seconds; a key may also last for ever. */
const LONGEST_LIFE = 100 * 365 * 24 * 3600;

const scopesSchema = z.array(
  z.enum(SCOPES, { error: () => `must be ${SCOPES.join(", ").replace(/, (\w+)$/, " or $1")}` }),
).min(1).max(SCOPES.length).openapi({
  description: "What it may do: every scope includes `read`, and `admin` all of them.",
  example: ["write"],
});

const keySchema = z.strictObject({
  object: z.literal("key"),
  id: z.string().openapi({ description: "The part of its token that is no secret." }),
  name: z.string(),
  scopes: scopesSchema,
  requests_per_minute: z.int().nullable().openapi({
    description: "Its own limit; null for the service's.",
  }),
  created_at: z.int().openapi({ description: "Seconds since 1970, as the next two." }),
  expires_at: z.int().nullable(),
  last_used_at: z.int().nullable(),
});

const listedSchema = keySchema.openapi("Key");
const createdSchema = keySchema.extend({
  token: z.string().openapi({
    description: "What `Authorization: Bearer` takes. It is shown only here: its hash is kept.",
    example: "lk_0123456789ab_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG",
  }),
}).openapi("CreatedKey");

const createKeyRoute = createRoute({
  method: "post",
  path: "/v1/keys",
  operationId: "createKey",
  tags: KEYS,
  summary: "Make a key",
  ...needs("admin"),
  request: body(
    z.strictObject({
      name: printable(64).openapi({ description: "For people.", example: "ci" }),
      scopes: scopesSchema,
      requests_per_minute: z.int().min(1).max(1_000_000).nullable().default(null),
      expires_in: z.int().min(1).max(LONGEST_LIFE).nullable().default(null).openapi({
        description: "For how many seconds it is valid; null for ever.",
      }),
    }).openapi("KeyRequest"),
  ),
  responses: {
    ...answer("The key, with its token.", createdSchema),
    ...problems(400, 401, 403, 408, 413, 415, 429, 500, 503),
  },
});

const listRoute = createRoute({
  method: "get",
  path: "/v1/keys",
  operationId: "listKeys",
  tags: KEYS,
  summary: "List the keys",
  ...needs("admin"),
  responses: {
    ...answer(
      "The keys that were not revoked, the oldest first.",
      z.strictObject({ object: z.literal("list"), data: z.array(listedSchema) }).openapi("KeyList"),
    ),
    ...problems(401, 403, 429, 500, 503),
  },
});

const revokeRoute = createRoute({
  method: "delete",
  path: "/v1/keys/{id}",
  operationId: "revokeKey",
  tags: KEYS,
  summary: "Revoke a key at once",
  ...needs("admin"),
  request: {
    params: z.strictObject({ id: z.string().max(64).openapi({ example: "0123456789ab" }) }),
  },
  responses: {
    ...answer(
      "It is valid no more.",
      z.strictObject({ object: z.literal("key.deleted"), id: z.string(), deleted: z.literal(true) })
        .openapi("DeletedKey"),
    ),
    ...problems(400, 401, 403, 404, 429, 500, 503),
  },
});

/**
 * `/v1/keys`: who may ask, and what for.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function keysRoutes({ keys }: Services): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(createKeyRoute, (c) => {
      const { name, scopes, requests_per_minute, expires_in } = c.req.valid("json");
      const { key, token } = keys.create({
        name,
        scopes,
        requestsPerMinute: requests_per_minute,
        expiresAt: expires_in === null ? null : fromNow(expires_in),
      });
      c.header("Cache-Control", "no-store");
      return c.json({ ...described(key), token }, 200);
    })
    .openapi(
      listRoute,
      (c) => c.json({ object: "list" as const, data: keys.list().map(described) }, 200),
    )
    .openapi(revokeRoute, (c) => {
      const { id } = c.req.valid("param");
      keys.revoke(id);
      return c.json({ object: "key.deleted" as const, id, deleted: true as const }, 200);
    });
}

/** The date so many seconds from now, ISO 8601. */
const fromNow = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

function described(key: ApiKey): z.input<typeof keySchema> {
  const { id, name, scopes, requestsPerMinute, createdAt, expiresAt, lastUsedAt } = key;
  return {
    object: "key",
    id,
    name,
    scopes,
    requests_per_minute: requestsPerMinute,
    created_at: seconds(createdAt),
    expires_at: expiresAt === null ? null : seconds(expiresAt),
    last_used_at: lastUsedAt === null ? null : seconds(lastUsedAt),
  };
}
