import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { LookalikeError } from "../../src/errors.ts";
import { gatherBytes } from "../../src/gathered_bytes.ts";
import type { AppEnv, RequestLimits } from "../services.ts";
import { checkParts, createJsonCounter } from "./structure.ts";

/** What other methods send along is not looked at. */
const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);

/** Parts of a form beside its images. */
const FORM_FIELDS = 16;

/**
 * Pieces after which others have their turn: what has arrived already is read without a pause, and
 * a body of 200 KB that came byte by byte would keep everybody waiting for seconds.
 */
const PIECES_A_TURN = 64;

/**
 * Reads each request's body into memory, and counts as it arrives: the bytes of this one, of all
 * that are held (with images that are fetched for it, by `c.var.hold`), the seconds, and what
 * parsing it would cost. What a header claims is believed only where it is too much.
 *
 * @param limits What a body, and all bodies together, may have.
 * @returns The middleware; what comes after it finds the body read.
 * @throws {LookalikeError} `too_large` for one body, `overloaded` for all together, `invalid_input`
 * for one that breaks off; HTTPException 408 for one that is too slow, 415 for one that is compressed.
 */
export function readBody(limits: RequestLimits): MiddlewareHandler<AppEnv> {
  const { maxBodyBytes, maxBodiesBytes, bodySeconds, maxImages } = limits;
  let held = 0;
  return async (c, next) => {
    const { body, signal, url, method, headers } = c.req.raw;
    c.set("signal", signal);
    let size = 0;
    let answered = false;
    const hold = (bytes: number) => {
      if (answered) return; // what still arrives for it is thrown away
      size += bytes;
      held += bytes;
      if (size > maxBodyBytes) throw tooLarge(maxBodyBytes);
      if (held > maxBodiesBytes) throw overloaded(maxBodiesBytes);
    };
    c.set("hold", hold);
    if (body === null || !WITH_BODY.has(method)) return await next();
    const encoding = c.req.header("content-encoding") ?? "identity";
    if (encoding.toLowerCase() !== "identity") throw encoded(encoding);
    if (Number(c.req.header("content-length")) > maxBodyBytes) throw tooLarge(maxBodyBytes);
    const type = c.req.header("content-type") ?? "";
    const isForm = /^multipart\//i.test(type);
    const countJson = isForm ? () => {} : createJsonCounter();
    const bytes = gatherBytes();
    try {
      for await (const piece of withDeadline(body, bodySeconds)) {
        hold(piece.length);
        countJson(piece);
        bytes.add(piece);
      }
      const whole = bytes.take();
      if (isForm) checkParts(whole, { type, most: maxImages + FORM_FIELDS });
      c.req.raw = new Request(url, { method, headers, body: whole });
      await next();
    } finally {
      answered = true;
      held -= size;
    }
  };
}

/** The pieces of a stream, as long as they come within so many seconds altogether. */
async function* withDeadline(stream: ReadableStream<Uint8Array>, seconds: number) {
  const reader = stream.getReader();
  const stop = () => void reader.cancel().catch(() => {}); // of what comes after a refusal, nothing is wanted
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stop(); // who waits for a piece gets none; a race of promises would remember every piece
  }, seconds * 1000);
  try {
    for (let pieces = 1;; pieces++) {
      const { done, value } = await reader.read().catch(brokenOff);
      if (isLate) throw tooSlow(seconds);
      if (done) return;
      yield value;
      if (pieces % PIECES_A_TURN === 0) await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    clearTimeout(timer);
    stop();
  }
}

/** The client has left, or what it says of its chunks cannot be: nothing of the server's failed. */
function brokenOff(cause: unknown): never {
  throw new LookalikeError(
    "invalid_input",
    "Cannot read the body as it must arrive whole, in the way that its headers say: it does not.",
    { cause },
  );
}

function tooSlow(seconds: number): HTTPException {
  return new HTTPException(408, {
    message: `Cannot take the request as its body must arrive within ${seconds} s: it is slower.`,
  });
}

/** Bytes that are unpacked would have to be counted as well, and images are compressed already. */
function encoded(encoding: string): HTTPException {
  return new HTTPException(415, {
    message:
      "Cannot take the request as its body must not be compressed: its Content-Encoding is " +
      `${encoding.slice(0, 40)}.`,
  });
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
