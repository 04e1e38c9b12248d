/**
 * How the server and a process that decodes speak: a head of four numbers, then bytes. One asks, the
 * other answers, in turn; so no frame needs a name.
 *
 * | frame    | numbers                                                | bytes                     |
 * | -------- | ------------------------------------------------------ | ------------------------- |
 * | settings | their length, 0, 0, 0                                  | `ImageLimits` as JSON     |
 * | request  | the file's length, side, thumbnail's longest side or 0, 0 | the file               |
 * | made     | `MADE`, pixels' length, thumbnail's length, 0          | pixels, thumbnail         |
 * | refused  | `REFUSED`, the refusal's length, 0, 0                  | {@link Refusal} as JSON   |
 *
 * The settings come first and are answered by an empty `made`: the process is ready.
 *
 * @module
 */
import { LookalikeError } from "../errors.ts";

/** The numbers of a frame, each a whole number below 2³². */
export type FrameHead = [number, number, number, number];

/** The head's size in bytes. */
export const HEAD_BYTES = 16;

/** The answer holds what was asked for. */
export const MADE = 0;

/** The answer says why there is nothing. */
export const REFUSED = 1;

/** Why an image is refused by the process that decodes it. */
export interface Refusal {
  code: string;
  message: string;
}

const CODES = ["unsupported_image", "too_large", "damaged"] as const;

/**
 * A head as it is sent, with a small body behind it.
 *
 * @param head The numbers.
 * @param body What follows at once; large bytes are better written by themselves, uncopied.
 * @returns The bytes.
 */
export function frame(head: FrameHead, ...body: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = body.reduce((sum, { length }) => sum + length, HEAD_BYTES);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  head.forEach((value, at) => view.setUint32(at * 4, value));
  let at = HEAD_BYTES;
  for (const part of body) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * A head as it was received.
 *
 * @param bytes As {@link frame} wrote them.
 * @returns The numbers.
 */
export function frameHead(bytes: Uint8Array): FrameHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEAD_BYTES);
  return [view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12)];
}

/**
 * What the bytes of a refusal say. They may come from a process that a hostile image has taken over.
 *
 * @param bytes JSON in UTF-8.
 * @returns The error to be thrown.
 * @throws {Error} If they are no {@link Refusal}.
 */
export function readRefusal(bytes: Uint8Array): LookalikeError {
  const { code, message } = JSON.parse(new TextDecoder().decode(bytes)) as Refusal;
  const known = CODES.find((one) => one === code);
  if (known === undefined || typeof message !== "string") throw new Error("That is no refusal.");
  return new LookalikeError(known, message);
}
