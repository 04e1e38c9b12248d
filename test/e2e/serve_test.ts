import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import sharp from "sharp";
import { createTensorFlowRunner } from "../../src/embed/tensorflow_runner.ts";
import { normalize } from "../../src/embed/normalize.ts";
import { decodeImage } from "../../src/image/mod.ts";
import { random } from "../../src/random.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { homeWithEncoders } from "./home.ts";
import { runToItsEnd, startServer } from "./server.ts";

await startTensorFlow({ device: "cpu" });

const SIDE = 16;
const SMALL = { LOOKALIKE_MAX_BATCH: "4", LOOKALIKE_THREADS: "1" };

/** A JPEG of blurred noise. */
async function photograph(seed: number, side = 48): Promise<Uint8Array<ArrayBuffer>> {
  const source = random(seed);
  const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, () => source.below(256));
  const raw = { width: 8, height: 8, channels: 3 as const };
  return new Uint8Array(await sharp(pixels, { raw }).resize(side, side).jpeg().toBuffer());
}

async function send(
  url: string,
  method: string,
  body: unknown,
  // deno-lint-ignore no-explicit-any -- a test says what it expects of the answer
): Promise<{ status: number; body: any }> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

Deno.test("service: embeds, keeps and finds; still does after kill -9; drains at SIGTERM", async () => {
  await using data = await homeWithEncoders("tiny", { side: SIDE });
  const photographs = await Promise.all(Array.from({ length: 9 }, (_, seed) => photograph(seed)));
  const images = photographs.map((bytes) => bytes.toBase64());
  let before;
  {
    await using server = await startServer({ ...SMALL, LOOKALIKE_HOME: data.home });
    const { url } = server;
    assertMatch(server.greeting, /^Lookalike serves tiny@1 at http:\/\/127\.0\.0\.1:\d+ /);
    assertEquals((await (await fetch(`${url}/readyz`)).json()).status, "ready");
    assertEquals((await (await fetch(`${url}/v1/models`)).json()).data[0].id, "tiny@1");

    const runner = createTensorFlowRunner(data.encoders[0], {
      side: SIDE,
      maxBatch: 1,
      precision: "float32",
    });
    const pixels = await decodeImage(photographs[4], { side: SIDE });
    const expected = normalize(await runner.run(pixels, 1));
    runner.dispose();
    const json = await send(`${url}/v1/embeddings`, "POST", { model: "tiny", input: images });
    assertEquals(json.status, 200);
    const embedding: number[] = json.body.data[4].embedding;
    embedding.forEach((value, at) => assertAlmostEquals(value, expected[at], 1e-4));

    const form = new FormData();
    form.set("model", "tiny@1");
    for (const bytes of photographs) form.append("input", new Blob([bytes]), "photograph.jpg");
    const formed = await (await fetch(`${url}/v1/embeddings`, { method: "POST", body: form }))
      .json();
    formed.data[4].embedding.forEach((value: number, at: number) =>
      assertAlmostEquals(value, expected[at], 1e-4)
    );

    const items = images.map((image, seed) => ({
      id: `photograph ${seed}`,
      image,
      metadata: { seed },
    }));
    const kept = await send(`${url}/v1/collections/album/items`, "PUT", { model: "tiny", items });
    assertEquals([kept.status, kept.body.inserted], [200, 9]);
    before = await send(`${url}/v1/collections/album/search`, "POST", { image: images[7], k: 3 });
    assertEquals(before.body.data[0].id, "photograph 7");
    assertAlmostEquals(before.body.data[0].score, 1, 1e-4);
    assertEquals(before.body.data.length, 3);

    const busy = await runToItsEnd({
      LOOKALIKE_HOME: data.home,
      LOOKALIKE_PORT: new URL(url).port,
    });
    assertEquals(busy.code, 1);
    assertMatch(
      busy.stderr,
      /^Cannot listen on 127\.0\.0\.1:\d+ as another program has that port/m,
    );
    await server.end("SIGKILL");
  }
  await using server = await startServer({
    ...SMALL,
    LOOKALIKE_HOME: data.home,
    LOOKALIKE_QUEUE_LIMIT: "4",
    LOOKALIKE_MAX_IMAGES: "4",
    LOOKALIKE_BATCH_WAIT_MS: "6000", // an eighth of it a request of one image stays in flight
  });
  const search = `${server.url}/v1/collections/album/search`;
  const after = await send(search, "POST", { image: images[7], k: 3 });
  assertEquals(after, before);
  assertEquals((await send(search, "POST", { id: "photograph 7" })).body.data.length, 8);

  await flood(server.url, images);

  const client = new AbortController();
  const body = { model: "tiny", input: images[0] };
  const left = fetch(`${server.url}/v1/embeddings`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal: client.signal,
  });
  setTimeout(() => client.abort(), 200);
  await assertRejects(() => left);

  const inFlight = send(`${server.url}/v1/embeddings`, "POST", body);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const ended = server.end("SIGTERM");
  assertEquals((await inFlight).status, 200);
  assertEquals((await ended).code, 0);
  const events = server.log().map(({ event }) => event);
  assertEquals(events.slice(events.indexOf("stopping")), ["stopping", "request", "stopped"]);
  assert(server.log().some(({ status }) => status === 499)); // whose image was never computed
  await assertRejects(() => fetch(`${server.url}/livez`));
});

/** Far more at once than the queue holds: each is answered or told to come back, and none is lost. */
async function flood(url: string, images: string[]): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 40 }, async (_, at) => {
    const response = await fetch(`${url}/v1/embeddings`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model: "tiny", input: [images[at % 9], images[(at + 1) % 9]] }),
    });
    const retryAfter = response.headers.get("Retry-After");
    const { data, error } = await response.json();
    if (response.status === 200) assertEquals([data.length, retryAfter], [2, null]);
    else assertEquals([error.code, Number(retryAfter) >= 1], ["overloaded", true]);
    return response.status;
  }));
  const counts = (status: number) => answers.filter((each) => each === status).length;
  assertEquals(counts(200) + counts(429), 40);
  assert(counts(200) >= 2 && counts(429) >= 2, `${counts(200)} answered, ${counts(429)} refused`);
}

Deno.test("service: over a socket too, bad input is 4xx and the service goes on", async () => {
  await using data = await homeWithEncoders("tiny", { side: SIDE });
  await using server = await startServer({
    ...SMALL,
    LOOKALIKE_HOME: data.home,
    LOOKALIKE_MAX_BODY_BYTES: "100000",
    LOOKALIKE_MAX_PIXELS: "10000",
    LOOKALIKE_BODY_SECONDS: "1",
  });
  const url = `${server.url}/v1/embeddings`;
  const good = await photograph(1);
  const refused: [input: string, status: number, code: string][] = [
    [(await photograph(2, 101)).toBase64(), 413, "too_large"],
    [good.slice(0, 300).toBase64(), 400, "invalid_image"],
    [btoa("no image"), 400, "invalid_image"],
    ["?", 400, "invalid_input"],
  ];
  for (const [input, status, code] of refused) {
    const body = { model: "tiny", input: [good.toBase64(), input] };
    const answer = await send(url, "POST", body);
    const { error } = answer.body;
    assertEquals(
      [answer.status, error.code, error.param],
      [status, code, "input[1]"],
      error.message,
    );
  }
  const headers = { "Content-Type": "application/json" };
  const large = new Uint8Array(200_000).fill(0x20);
  const pieces = () => {
    let left = 100;
    return new ReadableStream({
      pull: (body) => left-- > 0 ? body.enqueue(large.subarray(0, 10_000)) : body.close(),
    });
  };
  for (const body of [large, pieces()]) {
    const answer = await fetch(url, { method: "POST", headers, body });
    assertEquals([answer.status, (await answer.json()).error.code], [413, "too_large"]);
  }
  const stuck = new ReadableStream({ start: (body) => body.enqueue(large.subarray(0, 10)) });
  const late = await fetch(url, { method: "POST", headers, body: stuck });
  assertEquals([late.status, (await late.json()).error.code], [408, "body_timeout"]);

  assertEquals(await statusOfTrace(server.url), "405");

  const client = new AbortController();
  const left = fetch(url, { method: "POST", headers, body: pieces(), signal: client.signal });
  client.abort();
  await assertRejects(() => left);

  const answer = await send(url, "POST", { model: "tiny", input: good.toBase64() });
  assertEquals(answer.status, 200);
  assertEquals((await server.end("SIGINT")).code, 0);
  assertEquals(server.log().filter(({ level }) => level === "error"), []);
});

/** What TRACE is answered, which fetch will not send. */
async function statusOfTrace(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const request = "TRACE /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n";
  await connection.write(new TextEncoder().encode(request));
  const answer = new Uint8Array(100);
  await connection.read(answer);
  return new TextDecoder().decode(answer).split(" ")[1];
}

Deno.test("service: starts without an encoder and says how to make one; names one that is damaged", async () => {
  await using data = await homeWithEncoders("tiny", { side: SIDE });
  await Deno.truncate(`${data.home}/encoders/tiny/1/weights.safetensors`, 100);
  await using server = await startServer({ ...SMALL, LOOKALIKE_HOME: data.home });
  assertMatch(server.greeting, /has no encoder yet: make one with `deno task quickstart`/);
  const { data: sound, damaged } = await (await fetch(`${server.url}/v1/models`)).json();
  assertEquals([sound, damaged.length, damaged[0].id], [[], 1, "tiny@1"]);
  const { error } = await (await fetch(`${server.url}/v1/models/tiny`)).json();
  assertMatch(error.message, /encoders\/tiny\/1\/weights\.safetensors/);
  assertEquals(server.log().find(({ event }) => event === "model damaged")?.model, "tiny@1");
});

Deno.test("service: wrong settings are refused by name, all of them, before anything starts", async () => {
  const { code, stderr, stdout } = await runToItsEnd({
    LOOKALIKE_PORT: "http",
    LOOKALIKE_MAX_BATCH: "0",
  });
  assertEquals([code, stdout], [2, ""]);
  assertEquals(stderr.trim().split("\n").map((line) => line.slice(0, 30)), [
    "Cannot use LOOKALIKE_PORT as i",
    "Cannot use LOOKALIKE_MAX_BATCH",
  ]);
  const file = await Deno.makeTempFile();
  const noHome = await runToItsEnd({ LOOKALIKE_HOME: file });
  assertEquals(noHome.code, 1);
  assertMatch(noHome.stderr, /^Cannot use LOOKALIKE_HOME as it must be a folder to write in: /);
  await Deno.remove(file);
});
