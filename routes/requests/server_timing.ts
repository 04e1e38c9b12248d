import { z } from "@hono/zod-openapi";
import type { Stage } from "../../src/embed/stages.ts";

const serverTimingHeaders = z.object({
  "Server-Timing": z.string().optional().openapi({
    description:
      "Milliseconds that the slowest image spent being decoded, waiting for a batch, and being " +
      "computed (W3C Server Timing).",
    example: "decode;dur=2.1, queue;dur=1.4, inference;dur=8.7",
  }),
});

/**
 * Declares that a route's success says how long its stages took.
 *
 * @param declared What `answer` gives.
 * @returns What belongs in `responses` in its place.
 */
export function timed<Response extends object>(declared: { 200: Response }) {
  return { 200: { ...declared[200], headers: serverTimingHeaders } };
}

/**
 * Writes what stages took as the value of a `Server-Timing` header.
 *
 * @param timings Milliseconds by stage.
 * @returns Such as `decode;dur=2.1, queue;dur=1.4, inference;dur=8.7`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { serverTiming } from "./server_timing.ts";
 * const text = serverTiming({ decode: 2.06, queue: 0, inference: 8.7 });
 * assertEquals(text, "decode;dur=2.1, queue;dur=0, inference;dur=8.7");
 * ```
 */
export function serverTiming(timings: Record<Stage, number>): string {
  return Object.entries(timings)
    .map(([stage, milliseconds]) => `${stage};dur=${Math.round(milliseconds * 10) / 10}`)
    .join(", ");
}
