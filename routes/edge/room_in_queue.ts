import type { MiddlewareHandler } from "hono";
import type { AppEnv, Services } from "../services.ts";

/**
 * Refuses requests that will ask for embeddings, before their bodies are read, while no queue has room
 * for one image more: a refusal must cost next to nothing, or those who are refused take the time of
 * those who are served.
 *
 * @param services Whose queues.
 * @returns The middleware.
 * @throws {LookalikeError} `overloaded`, with when to come back.
 */
export function roomInQueue({ encoders }: Pick<Services, "encoders">): MiddlewareHandler<AppEnv> {
  return async (_, next) => {
    encoders.admit();
    await next();
  };
}
