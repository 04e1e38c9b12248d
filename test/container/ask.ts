/**
 * Sends one request from where it runs, such as a container's own network, and prints the answer as
 * JSON. The request is the first argument, JSON too. One that pauses sends half of its body, prints
 * `half sent`, and goes on once standard input ends.
 *
 * @module
 */

/** A request. */
export interface Question {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  pauses?: boolean;
}

/** What came of it. */
export interface Answer {
  status: number;
  body: string;
}

if (import.meta.main) {
  const { url, body, pauses, ...init }: Question = JSON.parse(Deno.args[0]);
  const response = await fetch(url, { ...init, body: pauses ? halfByHalf(body!) : body });
  const answer: Answer = { status: response.status, body: await response.text() };
  console.log(JSON.stringify(answer));
}

function halfByHalf(body: string): ReadableStream<Uint8Array> {
  const half = Math.floor(body.length / 2);
  async function* pieces() {
    yield body.slice(0, half);
    console.log("half sent");
    await Deno.stdin.readable.pipeTo(new WritableStream());
    yield body.slice(half);
  }
  return ReadableStream.from(pieces()).pipeThrough(new TextEncoderStream());
}
