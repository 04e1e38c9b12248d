import { Buffer } from "node:buffer";
import { LookalikeError } from "../../src/errors.ts";

/**
 * What parsing JSON costs by its characters, inside strings too: a field or a list about 40 times a
 * value. It is paid on the thread that answers everybody, where 60 MB of fields would take 10 s.
 * base64 has none of these characters.
 */
const COSTS = new Uint8Array(256);
for (const character of ":[{") COSTS[character.charCodeAt(0)] = 40;
COSTS[",".charCodeAt(0)] = 1;

/** 100,000 fields, or the numbers of 128 vectors of the greatest length: some 0.3 s. */
const MOST_COST = 4_000_000;

/**
 * Adds up what it will cost to parse a body of JSON, as it arrives.
 *
 * @returns What takes each piece of the body; it throws `too_large` at the first that is too much.
 */
export function createJsonCounter(): (piece: Uint8Array) => void {
  let cost = 0;
  return (piece) => {
    for (let at = 0; at < piece.length; at++) cost += COSTS[piece[at]];
    if (cost <= MOST_COST) return;
    throw new LookalikeError(
      "too_large",
      "Cannot take the request as its body has too many fields, lists or values: send it in parts.",
    );
  };
}

/**
 * Refuses a form of too many parts before it is parsed, which takes time for each: 60 MB of empty
 * files would take 20 s.
 *
 * @param body The whole body.
 * @param options The request's Content-Type, which names the boundary, and how many parts there may be.
 * @throws {LookalikeError} `too_large`.
 */
export function checkParts(body: Uint8Array, options: { type: string; most: number }): void {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(options.type) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return; // what parses it refuses it
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `--${boundary}`;
  let parts = -1; // the last delimiter opens none
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
    if (++parts <= options.most) continue;
    throw new LookalikeError(
      "too_large",
      `Cannot take the request as its form must have at most ${options.most} parts: it has more.`,
    );
  }
}
