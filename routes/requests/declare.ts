import { z } from "@hono/zod-openapi";
import { problemSchema } from "../problem.ts";

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

type Example = [type: z.infer<typeof problemSchema>["error"]["type"], code: string, param?: string];

/** The statuses that are no success: what they mean, and one example of each. */
const PROBLEMS = {
  400: {
    description: "The request is not as it must be, or an image in it cannot be read.",
    message:
      "Cannot read the image as it must be one of JPEG, PNG, WebP, GIF, TIFF, AVIF: it is HEIC.",
    example: ["invalid_request_error", "invalid_image", "input[2]"] as Example,
  },
  401: {
    description: "The service needs a key: none was sent, or one that is not valid.",
    message: "Cannot answer as the request must have a valid key: Authorization: Bearer KEY.",
    example: ["authentication_error", "unauthorized"] as Example,
  },
  403: {
    description:
      "The key lacks the scope that the route needs, or the Host is none of this machine.",
    message: "Cannot do this as the key must have the scope write: it has read.",
    example: ["permission_error", "forbidden"] as Example,
  },
  404: {
    description: "There is no such model, collection or item.",
    message: "Cannot find model dogs as it must be one of those served: shapes@1.",
    example: ["not_found_error", "not_found", "model"] as Example,
  },
  408: {
    description: "The body took too long to arrive.",
    message: "Cannot take the request as its body must arrive within 60 s: it is slower.",
    example: ["invalid_request_error", "body_timeout"] as Example,
  },
  409: {
    description: "The collection's vectors are of another model.",
    message:
      "Cannot add to collection pictures by model shapes@2 as all its vectors must be of one: " +
      "they are of shapes@1. Leave model out, or use another collection.",
    example: ["conflict_error", "conflict", "model"] as Example,
  },
  413: {
    description: "The body or an image in it is too large.",
    message:
      "Cannot decode the image as it must have at most 64000000 pixels: it is 30000 × 30000.",
    example: ["invalid_request_error", "too_large", "input[0]"] as Example,
  },
  415: {
    description: "The body's Content-Type is none that the route takes.",
    message:
      "Cannot take the request as its Content-Type must be one that the route takes: /docs has them.",
    example: ["invalid_request_error", "unsupported_media_type"] as Example,
  },
  429: {
    description:
      "Too much waits already, or the key has had its requests of this minute: try again after the " +
      "seconds in Retry-After.",
    message: "Cannot take 8 more images as 510 of at most 512 wait already.",
    example: ["overloaded_error", "overloaded"] as Example,
  },
  500: {
    description: "Something failed in the server.",
    message:
      "Cannot answer as something failed in the server: its log tells more under this answer's " +
      "X-Request-Id.",
    example: ["server_error", "internal"] as Example,
  },
  504: {
    description:
      "The answer took longer than the service allows a request. A write that has begun is finished " +
      "all the same.",
    message: "Cannot answer as a request may take at most 60 s: it took longer.",
    example: ["timeout_error", "timed_out"] as Example,
  },
  503: {
    description: "The service is warming or stopping: try again after the seconds in Retry-After.",
    message: "Cannot answer as the service is still loading its encoders.",
    example: ["unavailable_error", "unavailable"] as Example,
  },
};

/** What any of these routes may be answered with: access and limits stand before them all. */
export const ALWAYS = [401, 403, 429, 500, 503, 504] as const;
/** And one that takes a body. */
export const OF_BODIES = [400, 408, 413, 415] as const;

const retryAfter = z.object({
  "Retry-After": z.int().min(1).openapi({ description: "Seconds." }),
});

/**
 * Declares a route's answers that are no success.
 *
 * @param statuses The statuses that the route can have.
 * @returns What belongs in `responses`, beside {@link answer}'s.
 */
export function problems<const Status extends keyof typeof PROBLEMS>(...statuses: Status[]) {
  const declared = statuses.map((status) => {
    const { description, message, example: [type, code, param = null] } = PROBLEMS[status];
    const example = { error: { message, type, param, code } };
    const content = { "application/json": { schema: problemSchema, example } };
    const headers = status === 429 || status === 503 ? { headers: retryAfter } : {};
    return [status, { description, content, ...headers }] as const;
  });
  return Object.fromEntries(declared) as Record<Status, typeof declared[number][1]>;
}
