import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LookalikeError } from "../../../src/errors.ts";
import { listen } from "../../../routes/edge/listen.ts";

/** Sends bytes on a connection of their own; what comes back until it is closed or nothing comes. */
async function exchange(port: number, head: string): Promise<string> {
  using connection = await Deno.connect({ port });
  await connection.write(new TextEncoder().encode(head)).catch(() => {}); // it may be refused midway
  const answer = new Uint8Array(10_000);
  const length = await connection.read(answer).catch(() => null);
  return new TextDecoder().decode(answer.subarray(0, length ?? 0));
}

/** The lines of a stream of text, as they come. */
async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

/** How many files the crowded server may have open. */
const MOST_FILES = 80;

const LOCAL = { host: "127.0.0.1", port: 0 };

Deno.test("listen: closes once requests in hand are answered, and takes no more", async () => {
  const latch = Promise.withResolvers<void>();
  const server = listen(async () => (await latch.promise, new Response("done")), LOCAL);
  const answer = fetch(server.url);
  await new Promise((resolve) => setTimeout(resolve, 50));
  let closed = false;
  const closing = server.close().then(() => closed = true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert(!closed);
  latch.resolve();
  assertEquals(await (await answer).text(), "done");
  await closing;
});

Deno.test("listen: a client that stalls in the middle of a body does not hold the end up", async () => {
  const server = listen((request) => {
    request.body?.cancel();
    return new Response("no", { status: 408 });
  }, LOCAL);
  const { port } = new URL(server.url);
  using connection = await Deno.connect({ port: Number(port) });
  const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf";
  await connection.write(new TextEncoder().encode(head));
  await connection.read(new Uint8Array(1000));
  const start = performance.now();
  await server.close();
  assert(performance.now() - start < 5000); // without end, were it waited for
});

Deno.test("listen: a port that is taken is a sentence", async () => {
  const server = listen(() => new Response(), LOCAL);
  const port = Number(new URL(server.url).port);
  const error = assertThrows(
    () => listen(() => new Response(), { host: "127.0.0.1", port }),
    LookalikeError,
  ) as LookalikeError;
  assertEquals(
    error.message,
    `Cannot listen on 127.0.0.1:${port} as another program has that port: stop it, or set LOOKALIKE_PORT to another.`,
  );
  await server.close();
});

Deno.test("listen: floods of headers, and requests that can be read two ways, do not reach the app", async () => {
  let reached = 0;
  const server = listen(() => (reached++, new Response()), LOCAL);
  const port = Number(new URL(server.url).port);
  const head = "GET / HTTP/1.1\r\nHost: x\r\n";
  const many = Array.from({ length: 1000 }, (_, at) => `X-${at}: y\r\n`).join("");
  const body = "Content-Length: 5\r\n";
  for (
    const request of [
      `${head}${many}\r\n`,
      `${head}X: ${"y".repeat(500_000)}\r\n\r\n`,
      `GET /${"y".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `POST / HTTP/1.1\r\nHost: x\r\n${body}Content-Length: 6\r\n\r\nabcdef`,
      `POST / HTTP/1.1\r\nHost: x\r\n${body}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      "nonsense\r\n\r\n",
    ]
  ) {
    const answer = await exchange(port, request);
    assertMatch(answer, /^HTTP\/1\.1 400 Bad Request\r\n[^]*connection: close/);
  }
  assertEquals(reached, 0);
  assertMatch(await exchange(port, `${head}\r\n`), /^HTTP\/1\.1 200 OK/);
  await server.close();
});

Deno.test("listen: more connections than the process may hold end nothing", async () => {
  const program = fileURLToPath(import.meta.resolve("./crowded_server.ts"));
  const limited = `ulimit -n ${MOST_FILES} && exec "$0" "$@"`;
  await using child = new Deno.Command("sh", {
    args: ["-c", limited, Deno.execPath(), "run", "-A", "--no-check", program],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = linesOf(child.stdout);
  const { value: url = "" } = await lines.next();
  const crowd: Deno.Conn[] = [];
  const { port } = new URL(url);
  while (crowd.length < MOST_FILES) {
    const one = await Deno.connect({ port: Number(port) }).catch(() => null);
    if (one === null) break;
    crowd.push(one);
  }
  assertEquals((await lines.next()).value, "a fault"); // there was one too many
  for (const one of crowd) one.close();
  let status = 0;
  for (let attempt = 0; status !== 200 && attempt < 50; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    status = answer?.status ?? 0;
  }
  assertEquals(status, 200);
  await lines.return(undefined);
});
