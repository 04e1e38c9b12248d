import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { LookalikeError } from "../src/errors.ts";
import type { AppEnv, RequestLimits } from "./services.ts";

/**
 * Reads each request's body into memory, and counts as it arrives: the bytes of this one, of all
 * that are held, and the seconds. What a header claims is believed only where it is too much.
 *
 * @param limits What a body, and all bodies together, may have.
 * @returns The middleware; what comes after it finds the body read.
 * @throws {LookalikeError} `too_large` for one body, `overloaded` for all together; HTTPException
 * 408 for one that is too slow.
 */
export function readBody(
  { maxBodyBytes, maxBodiesBytes, bodySeconds }: RequestLimits,
): MiddlewareHandler<AppEnv> {
  let held = 0;
  return async (c, next) => {
    const { body, signal } = c.req.raw;
    c.set("signal", signal);
    if (body === null) return await next();
    if (Number(c.req.header("content-length")) > maxBodyBytes) throw tooLarge(maxBodyBytes);
    let pieces: Uint8Array<ArrayBuffer>[] = [];
    let size = 0;
    try {
      for await (const piece of withDeadline(body, bodySeconds)) {
        size += piece.length;
        held += piece.length;
        if (size > maxBodyBytes) throw tooLarge(maxBodyBytes);
        if (held > maxBodiesBytes) throw overloaded(maxBodiesBytes);
        pieces.push(piece);
      }
      const { url, method, headers } = c.req.raw;
      c.req.raw = new Request(url, { method, headers, body: new Blob(pieces) });
      pieces = []; // the blob has them
      await next();
    } finally {
      held -= size;
    }
  };
}

/** The pieces of a stream, as long as they come within so many seconds altogether. */
async function* withDeadline(stream: ReadableStream<Uint8Array<ArrayBuffer>>, seconds: number) {
  const reader = stream.getReader();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new HTTPException(408, {
        message:
          `Cannot take the request as its body must arrive within ${seconds} s: it is slower.`,
      }),
    );
  }, seconds * 1000);
  try {
    while (true) {
      const { done, value } = await Promise.race([reader.read(), late.promise]);
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(timer);
    late.promise.catch(() => {});
    reader.cancel().catch(() => {}); // of what comes after a refusal, nothing is wanted
  }
}

function tooLarge(limit: number): LookalikeError {
  return new LookalikeError(
    "too_large",
    `Cannot take the request as its body must have at most ${limit} bytes: it has more.`,
  );
}

function overloaded(limit: number): LookalikeError {
  return new LookalikeError(
    "overloaded",
    `Cannot take the request as all request bodies in memory may have at most ${limit} bytes.`,
    { retryAfter: 1 },
  );
}
