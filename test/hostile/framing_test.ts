import { assert, assertEquals } from "@std/assert";
import { residentBytes } from "../../bench/serve/memory.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { besiege, type Besieged } from "./besieged.ts";
import { connect, exchange, head, type Piece, send } from "./raw_socket.ts";

await startTensorFlow({ device: "cpu" }); // it draws the encoders' weights

/** The server's 600, bodies of 64 MiB, and connections. */
const MOST_BYTES = 900 * 2 ** 20;
const MEBIBYTE = 2 ** 20;

const JSON_TYPE = "Content-Type: application/json";
const CHUNKED = "Transfer-Encoding: chunked";
const POST = "POST /v1/embeddings";
const GET = "GET /v1/models";

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
const post = (...headers: string[]) => head(POST, JSON_TYPE, ...headers);
const floodOf = (count: number) => Array.from({ length: count }, (_, at) => `X-${at}: y`);

/**
 * What is sent, and which statuses may come of it; 0 is a connection that is closed without an answer,
 * which is all that can be said to what is no HTTP.
 */
const EXCHANGES: Record<string, [pieces: Piece[], ...statuses: number[]]> = {
  "chunks that never end": [
    [post(CHUNKED), ...Array<string>(40).fill(chunk(" ".repeat(MEBIBYTE)))],
    413,
  ],
  "a chunk without end": [[post(CHUNKED), "ffffffffffffff\r\n", "{"], 408],
  "a chunk longer than numbers are": [[post(CHUNKED), "ffffffffffffffffff\r\n{}\r\n"], 0, 400],
  "a chunk whose length is none": [[post(CHUNKED), "xyz\r\n{}\r\n"], 0, 400],
  "a chunk of a negative length": [[post(CHUNKED), "-2\r\n{}\r\n"], 0, 400],
  "a chunk with a long extension": [
    [post(CHUNKED), `2;${"x".repeat(100_000)}\r\n{}\r\n0\r\n\r\n`],
    400,
  ],
  "chunks with 1,000 trailers": [
    [post(CHUNKED), chunk("{}"), "0\r\n", `${floodOf(1000).join("\r\n")}\r\n\r\n`],
    400,
  ],
  "a length that is too small": [[post("Content-Length: 2"), '{}{"model":"tiny"}'], 400],
  "a length that is too large": [[post("Content-Length: 50"), "{}"], 408],
  "a length above the limit": [[post("Content-Length: 99999999"), "{}"], 413],
  "a length longer than numbers are": [[post("Content-Length: 99999999999999999999"), "{}"], 400],
  "a negative length": [[post("Content-Length: -1"), "{}"], 400],
  "a length with a sign": [[post("Content-Length: +2"), "{}"], 400],
  "a hexadecimal length": [[post("Content-Length: 0x2"), "{}"], 400],
  "two lengths": [[post("Content-Length: 2", "Content-Length: 3"), "{} "], 400],
  "a length and chunks": [[post("Content-Length: 5", CHUNKED), "0\r\n\r\n"], 400],
  "chunks, then a length": [[post(CHUNKED, "Content-Length: 5"), "0\r\n\r\n"], 400],
  "an encoding that is unknown": [[post("Transfer-Encoding: gzip"), "{}"], 400],
  "chunks within another encoding": [[post("Transfer-Encoding: chunked, identity"), "{}"], 400],
  "a space before a colon": [[post("Transfer-Encoding : chunked"), "0\r\n\r\n"], 400],
  "a header over two lines": [[head(GET, "X: a\r\n b")], 400],
  "a header with NUL": [[head(GET, "X: a\0b")], 400],
  "a header without a name": [[head(GET, ": a")], 400],
  "a body that stalls": [[post("Content-Length: 50"), "{"], 408],
  "a body byte by byte": [
    [post("Content-Length: 5000"), ..."{".repeat(100).split("").flatMap((byte) => [byte, 50])],
    408,
  ],
  "expecting what nobody knows": [[post("Expect: 42-things", "Content-Length: 2"), "{}"], 400],
  "1,000 headers": [[head(GET, ...floodOf(1000))], 400],
  "a header of 1 MB": [[head(GET, `X: ${"y".repeat(MEBIBYTE)}`)], 400],
  "a header that never ends": [
    [`${GET} HTTP/1.1\r\nX: `, ...Array(64).fill("y".repeat(16_384))],
    400,
  ],
  "an address of 1 MB": [[head(`GET /${"y".repeat(MEBIBYTE)}`)], 400],
  "an address of 50 KB": [[head(`GET /${"y".repeat(50_000)}`)], 404],
  "a question of 50 KB": [[head(`GET /v1/collections/album/items?${"a=b&".repeat(12_500)}`)], 400],
  "a method of 100 KB": [[head(`${"A".repeat(100_000)} /v1/models`)], 400],
  "a method that is made up": [[head("MAKE-COFFEE /v1/models")], 405],
  "TRACE": [[head("TRACE /v1/models")], 405],
  "CONNECT": [["CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n"], 404, 405],
  "OPTIONS of everything": [
    ["OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"],
    404,
  ],
  "a space in an address": [["GET /v1/mod els HTTP/1.1\r\nHost: localhost\r\n\r\n"], 400],
  "HTTP/0.9": [["GET /v1/models\r\n\r\n"], 400],
  "HTTP/3 in writing": [["GET /v1/models HTTP/3.0\r\nHost: localhost\r\n\r\n"], 400],
  "TLS": [[Uint8Array.of(22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3, ...new Uint8Array(190))], 400],
  "NUL": [[new Uint8Array(1000)], 400],
  "empty lines": [["\r\n".repeat(50_000)], 400],
};

Deno.test("hostile framing: what can be read two ways, or is too much, is refused at once", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  await Promise.all(
    Object.entries(EXCHANGES).map(async ([what, [pieces, ...allowed]]) => {
      const { statuses: [status = 0], text, closed } = await exchange(besieged.url, pieces, {
        answers: 1,
        waitMs: 8000,
      });
      assert(status > 0 || closed, `${what}: no answer`);
      assert(allowed.includes(status), `${what}: ${status} ${text.slice(-300)}`);
    }),
  );
  await besieged.isWell();
});

Deno.test("hostile framing: odd and legal requests are answered as others are", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  const { url } = besieged;
  const old = await exchange(url, ["GET /livez HTTP/1.0\r\n\r\n"]);
  assertEquals([old.statuses, old.closed], [[200], true]);
  const pipelined = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200);
  assertEquals((await exchange(url, [pipelined], { answers: 200 })).statuses, Array(200).fill(200));
  const bytewise = await exchange(url, [...head("GET /livez")].flatMap((byte) => [byte, 2]));
  assertEquals(bytewise.statuses, [200]);
  const smuggled = `${post("Content-Length: 2")}{}${head("GET /livez")}`;
  assertEquals((await exchange(url, [smuggled])).statuses, [400]); // the connection ends with the first
  // Who knows beforehand may speak HTTP/2 without TLS: Deno's server answers with its settings.
  const http2 = await exchange(url, ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"], { waitMs: 500 });
  assertEquals(http2.text.slice(0, 5), "\0\0\x18\x04\0");
  await besieged.isWell();
});

Deno.test("hostile framing: a body that comes byte by byte costs no more than another", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  const before = await residentBytes(besieged.server.pid);
  const bytewise = "1\r\n \r\n".repeat(50_000); // 50 KB; each byte is a piece of its own
  const sent = Array.from(
    { length: 2 },
    () => exchange(besieged.url, [post(CHUNKED), bytewise, "0\r\n\r\n"]),
  );
  const latency = await slowestOf(besieged, sent);
  assert(latency < 1000, `others waited ${latency} ms`); // they waited until all of it was read
  for (const { statuses } of await Promise.all(sent)) assert([400, 408].includes(statuses[0]));
  const grown = await residentBytes(besieged.server.pid) - before;
  assert(grown < 300 * MEBIBYTE, `${grown} bytes for 100 KB`); // it was 64 KB for each byte
  await besieged.isWell();
});

Deno.test("hostile framing: clients that idle, stall, flood, leave or never read starve nobody", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  const { url } = besieged;
  const idle = await Promise.all(Array.from({ length: 500 }, () => connect(url)));
  const stalled = await Promise.all(Array.from({ length: 100 }, () => connect(url)));
  for (const one of stalled) await send(one, ["GET /livez HTTP/1.1\r\nHost: loc"]);
  const deaf = await Promise.all(Array.from({ length: 40 }, () => connect(url)));
  const wanted = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50);
  for (const one of deaf) await send(one, [wanted]); // some 7 MB each, of which nothing is read
  const leaving = Array.from({ length: 100 }, async (_, at) => {
    const one = await connect(url);
    await send(one, [post("Content-Length: 1000"), "{".repeat(at * 5), at]);
    one.close();
  });
  const flood = Array.from(
    { length: 100 },
    () => exchange(url, [head(GET, ...floodOf(1000))], { answers: 1 }),
  );
  const latency = await slowestOf(besieged, [...leaving, ...flood]);
  assert(latency < 3000, `others waited ${latency} ms`);
  await besieged.isWell();
  for (const one of [...idle, ...stalled, ...deaf]) one.close();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await besieged.isWell();
});

/** How long the slowest of other people's requests takes while something goes on, in milliseconds. */
async function slowestOf({ url, image }: Besieged, going: Promise<unknown>[]): Promise<number> {
  let over = false;
  const all = Promise.all(going).finally(() => over = true);
  let slowest = 0;
  do {
    const start = performance.now();
    const response = await fetch(`${url}/v1/embeddings`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model: "tiny", input: image }),
    });
    await response.body?.cancel();
    assertEquals(response.status, 200);
    slowest = Math.max(slowest, performance.now() - start);
  } while (!over);
  await all;
  return slowest;
}
