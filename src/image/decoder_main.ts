/**
 * What runs in a process that decodes: reads a file, answers with its pixels, and so on until its
 * input ends. `decoder_process.ts` starts it and bounds what it may do, need and last.
 *
 * Reading and writing hold its only thread, on purpose: it has nothing else to do, and a byte costs
 * least so. Decoding itself does not.
 *
 * @module
 */
import { LookalikeError } from "../errors.ts";
import { frame, frameHead, HEAD_BYTES, MADE, type Refusal, REFUSED } from "./frames.ts";
import type { ImageLimits } from "./limits.ts";
import { createLocalDecoder } from "./local_decoder.ts";
import { lacksMemory } from "./memory_bound.ts";

const parent = Deno.ppid;
// Where the server is killed, what is being decoded would go on to its end.
const watch = setInterval(() => {
  if (Deno.ppid !== parent) throw new Error("The server has gone.");
}, 500);

// Ctrl-C reaches every process of a terminal, but the server still wants images while it drains.
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const ignore = () => {};
for (const signal of SIGNALS) Deno.addSignalListener(signal, ignore);

const limits = JSON.parse(new TextDecoder().decode(receive()?.body)) as ImageLimits;
const decoder = createLocalDecoder(limits);
const redDot = atob("R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=");
// Loads what decoding needs, before memory is bounded.
await decoder.decode(Uint8Array.from(redDot, (character) => character.charCodeAt(0)), {
  side: 8,
  thumbnail: 8,
});
send(frame([MADE, 0, 0, 0]));

for (let request = receive(); request !== null; request = receive()) {
  const [, side, thumbnail] = request.numbers;
  send(await answer(request.body, side, thumbnail));
}
for (const signal of SIGNALS) Deno.removeSignalListener(signal, ignore);
clearInterval(watch);

async function answer(file: Uint8Array, side: number, longest: number): Promise<Uint8Array> {
  try {
    const { pixels, thumbnail } = await decoder.decode(file, {
      side,
      thumbnail: longest === 0 ? undefined : longest,
    });
    const small = thumbnail ?? new Uint8Array();
    return frame([MADE, pixels.length, small.length, 0], pixels, small);
  } catch (error) {
    if (!(error instanceof LookalikeError)) throw error;
    // What did without its memory may have left anything behind: better begin anew.
    if (lacksMemory(`${error.cause}`)) throw new Error("Out of memory.", { cause: error });
    const { code, message } = error;
    const refusal: Refusal = { code, message };
    const json = new TextEncoder().encode(JSON.stringify(refusal));
    return frame([REFUSED, json.length, 0, 0], json);
  }
}

/** The next frame, or null where the input has ended. */
function receive() {
  const head = new Uint8Array(HEAD_BYTES);
  if (!fill(head)) return null;
  const numbers = frameHead(head);
  const body = new Uint8Array(numbers[0]);
  return fill(body) ? { numbers, body } : null;
}

function fill(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length;) {
    const read = Deno.stdin.readSync(bytes.subarray(at));
    if (read === null) return false;
    at += read;
  }
  return true;
}

function send(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}
