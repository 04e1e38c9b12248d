import type { z } from "@hono/zod-openapi";

/**
 * Declares a route's success.
 *
 * @param description What the answer is.
 * @param schema Its body.
 * @returns What belongs in `responses`.
 */
export function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { 200: { description, content: { "application/json": { schema } } } };
}

/**
 * Declares a body of JSON that must be there.
 *
 * @param schema The body.
 * @returns What belongs in `request`.
 */
export function body<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { "application/json": { schema } } } };
}
