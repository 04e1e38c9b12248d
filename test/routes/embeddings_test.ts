import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createMeanColourRunner } from "../embed/mean_colour_runner.ts";
import { type Colour, picture, picture64 } from "./pictures.ts";
import { withHost } from "../image/https_host.ts";
import { MEAN_COLOURS } from "../embed/mean_colour_runner.ts";
import { startService, type TestService } from "./service.ts";

const RED: Colour = [255, 0, 0];
const TEAL: Colour = [0, 30, 40];

/** What the one encoder that was asked has done so far. */
function statsOf({ encoders }: TestService) {
  const [encoder] = encoders.loaded();
  return encoder?.stats() ?? { waiting: 0, queue: { count: 0 }, dropped: 0, embedded: 0 };
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 1));
}

Deno.test("embeddings: each image's own, in order, of length 1", async () => {
  await using service = await startService();
  const input = [await picture64(RED), `data:image/png;base64,${await picture64(TEAL)}`];
  const { status, body } = await service.json("POST", "/v1/embeddings", {
    model: "colours",
    input,
  });
  assertEquals(status, 200);
  assertEquals(body.model, "colours@2");
  assertEquals(body.data.map((one: { index: number }) => one.index), [0, 1]);
  assertEquals(body.data[0].embedding, [1, 0, 0]);
  const [red, green, blue] = body.data[1].embedding;
  assertAlmostEquals(red, 0);
  assertAlmostEquals(green, 0.6, 1e-6);
  assertAlmostEquals(blue, 0.8, 1e-6);
  assertEquals(body.usage.images, 2);
});

Deno.test("embeddings: as they are on request, one without a list, an older version by name", async () => {
  await using service = await startService();
  const { body } = await service.json("POST", "/v1/embeddings", {
    model: "colours@1",
    input: await picture64(TEAL),
    normalize: false,
  });
  assertEquals([body.model, body.data[0].embedding], ["colours@1", [0, 30, 40]]);
});

Deno.test("embeddings: base64 holds the same float32 values, as OpenAI's clients read them", async () => {
  await using service = await startService();
  const request = { model: "colours", input: [await picture64([10, 20, 30])] };
  const floats = (await service.json("POST", "/v1/embeddings", request)).body.data[0].embedding;
  const { body } = await service.json("POST", "/v1/embeddings", {
    ...request,
    encoding_format: "base64",
  });
  const bytes = Uint8Array.fromBase64(body.data[0].embedding);
  const view = new DataView(bytes.buffer);
  assertEquals([0, 4, 8].map((at) => view.getFloat32(at, true)), floats);
});

Deno.test("embeddings: of the length they have and no other", async () => {
  await using service = await startService();
  const request = { model: "colours", input: await picture64(RED) };
  const ask = (dimensions: number) =>
    service.json("POST", "/v1/embeddings", { ...request, dimensions });
  assertEquals((await ask(3)).body.data[0].embedding, [1, 0, 0]);
  assertEquals(
    (await ask(256)).body.error.message,
    "Cannot answer with 256 dimensions as those of colours@2 must be 3: it was not trained to be shortened.",
  );
});

Deno.test("embeddings: by a layer of the head, where the encoder has one", async () => {
  await using service = await startService();
  const head = { input: 3, layers: [3, 3] };
  const manifest = { ...MEAN_COLOURS, head };
  await service.store.save({ name: "headed", tensors: new Map(), manifest });
  const input = await picture64(RED);
  const ask = (layer?: number) =>
    service.json("POST", "/v1/embeddings", { model: "headed", input, layer });
  const layers = () => service.encoders.loaded().map(({ layer }) => layer);
  assertEquals([(await ask(2)).status, layers()], [200, [2]]);
  assertEquals([(await ask()).status, layers()], [200, [2, 0]]);
  const { status, body } = await ask(3);
  assertEquals([status, body.error.param], [400, "layer"]);
});

Deno.test("embeddings: the answer says what each stage took", async () => {
  await using service = await startService({
    createRunner: () =>
      createMeanColourRunner({ before: () => new Promise((resolve) => setTimeout(resolve, 20)) }),
  });
  const response = await service.ask("/v1/embeddings", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: "colours", input: await picture64(RED) }),
  });
  await response.body?.cancel();
  const timing = response.headers.get("Server-Timing") ?? "";
  const [, ...stages] =
    /^decode;dur=([\d.]+), queue;dur=([\d.]+), inference;dur=([\d.]+)$/.exec(timing) ?? [];
  const [decode, queue, inference] = stages.map(Number);
  assert(decode >= 0 && queue >= 0 && inference >= 19 && inference < 5000, timing);
});

Deno.test("embeddings: at an address only where that is allowed, and public", async () => {
  const file = await picture(TEAL) as Uint8Array<ArrayBuffer>;
  await using host = await withHost(() => new Response(file));
  const good = await picture64(RED);
  const input = [good, "https://images.example/teal.png"];
  const ask = async (service: TestService, input: string[]) => {
    const { body } = await service.json("POST", "/v1/embeddings", {
      model: "colours",
      input,
      normalize: false,
    });
    return body.error ? [body.error.param, body.error.message] : body.data[1].embedding;
  };
  await using closed = await startService();
  assertEquals(await ask(closed, input), [
    "input[1]",
    "Cannot take an address as this service fetches none: send the image itself in base64 or as a data: URI.",
  ]);
  await using service = await startService({ fetchImage: host.fetcher({}) });
  assertEquals(await ask(service, input), TEAL);
  const refused = ["https://127.0.0.1/a.png", "http://images.example/", "https://", "ftp://a/"];
  for (const address of refused) {
    assertEquals((await ask(service, [good, address]))[0], "input[1]", address);
  }
  assertEquals(host.reached, ["9.9.9.9"]);
});

Deno.test("embeddings: what is not a number is a fault of the encoder's, normalised or not", async () => {
  const runner = createMeanColourRunner();
  const run = () => Promise.resolve(Float32Array.of(1, NaN, 0));
  await using service = await startService({ createRunner: () => ({ ...runner, run }) });
  const request = { model: "colours", input: await picture64(RED) };
  for (const normalize of [true, false]) {
    const { status, body } = await service.json("POST", "/v1/embeddings", {
      ...request,
      normalize,
    });
    assertEquals([status, body.error.code], [500, "not_finite"]);
  }
});

Deno.test("embeddings: a form of files answers as JSON does", async () => {
  await using service = await startService();
  const form = new FormData();
  form.set("model", "colours");
  form.set("normalize", "false");
  for (const colour of [RED, TEAL]) {
    form.append("input", new File([await picture(colour) as Uint8Array<ArrayBuffer>], "a.png"));
  }
  const response = await service.ask("/v1/embeddings", { method: "POST", body: form });
  const { data } = await response.json();
  assertEquals(data.map((one: { embedding: number[] }) => one.embedding), [RED, TEAL]);
  form.set("dimensions", "4");
  form.set("layer", "0");
  const long = await service.ask("/v1/embeddings", { method: "POST", body: form });
  assertEquals((await long.json()).error.param, "dimensions");
  form.set("layer", "h");
  const unknown = await service.ask("/v1/embeddings", { method: "POST", body: form });
  assertEquals((await unknown.json()).error.param, "layer");
  form.delete("layer");
  form.set("input", "text");
  const refused = await service.ask("/v1/embeddings", { method: "POST", body: form });
  const { error } = await refused.json();
  assertEquals([error.param, error.message], [
    "input[0]",
    "Cannot take input[0] as it must be a file: it is text.",
  ]);
});

Deno.test("embeddings: what is wrong is refused by the name of its field", async () => {
  await using service = await startService({
    limits: { maxBytes: 20_000, maxPixels: 10_000, maxImages: 3 },
  });
  const good = await picture64(RED);
  const cut = (await picture(RED, 64)).slice(0, 120).toBase64();
  const many = await picture64(RED, 200); // 40,000 pixels
  const heavy = new Uint8Array(30_000);
  heavy.set(await picture(RED));
  const cases: [body: unknown, status: number, code: string, param: string | null][] = [
    [{ input: good }, 400, "invalid_input", "model"],
    [{ model: "colours" }, 400, "invalid_input", "input"],
    [{ model: "colours", input: [] }, 400, "invalid_input", "input"],
    [{ model: "colours", input: Array(4).fill(good) }, 400, "invalid_input", "input"],
    [{ model: "colours", input: [good, 7] }, 400, "invalid_input", "input[1]"],
    [{ model: "colours", input: [good, "$"] }, 400, "invalid_input", "input[1]"],
    [{ model: "colours", input: good, dimensions: 2 }, 400, "invalid_input", "dimensions"],
    [{ model: "colours", input: good, dimensions: 0 }, 400, "invalid_input", "dimensions"],
    [{ model: "colours", input: good, dimensions: "3" }, 400, "invalid_input", "dimensions"],
    [{ model: "colours", input: good, layer: 1 }, 400, "invalid_input", "layer"],
    [{ model: "colours", input: good, layer: -1 }, 400, "invalid_input", "layer"],
    [{ model: "colours", input: good, layer: 0.5 }, 400, "invalid_input", "layer"],
    [{ model: "colours", input: good, user: "me" }, 400, "invalid_input", "user"],
    [{ model: "colours", input: ["data:image/png,abc"] }, 400, "invalid_input", "input[0]"],
    [
      { model: "colours", input: good, encoding_format: "hex" },
      400,
      "invalid_input",
      "encoding_format",
    ],
    [{ model: "dogs", input: good }, 404, "not_found", "model"],
    [{ model: "colours@3", input: good }, 404, "not_found", "model"],
    [{ model: "../colours", input: good }, 404, "not_found", "model"],
    [{ model: "colours", input: [good, btoa("no image")] }, 400, "invalid_image", "input[1]"],
    [{ model: "colours", input: [good, btoa("<svg/>")] }, 400, "invalid_image", "input[1]"],
    [{ model: "colours", input: [good, cut] }, 400, "invalid_image", "input[1]"],
    [{ model: "colours", input: [good, ""] }, 400, "invalid_image", "input[1]"],
    [{ model: "colours", input: [good, many] }, 413, "too_large", "input[1]"],
    [{ model: "colours", input: [good, heavy.toBase64()] }, 413, "too_large", "input[1]"],
    [[], 400, "invalid_input", null],
    [null, 400, "invalid_input", null],
  ];
  for (const [body, status, code, param] of cases) {
    const answer = await service.json("POST", "/v1/embeddings", body);
    const { error } = answer.body;
    assertEquals([answer.status, error.code, error.param], [status, code, param], error.message);
    assert(error.message.startsWith("Cannot ") && error.message.endsWith("."), error.message);
  }
  const long = await service.json("POST", "/v1/embeddings", { ["x".repeat(500_000)]: 1 });
  assertEquals(long.status, 400);
  assert(JSON.stringify(long.body).length < 1000);
  assertEquals(statsOf(service).waiting, 0);
});

Deno.test("embeddings: a body that is not what its type says is refused", async () => {
  await using service = await startService();
  const send = async (type: string | undefined, body: BodyInit) => {
    const headers: HeadersInit = type === undefined ? {} : { "Content-Type": type };
    const response = await service.ask("/v1/embeddings", { method: "POST", headers, body });
    return [response.status, (await response.json()).error.code];
  };
  const deep = "[".repeat(90_000);
  assertEquals(await send("application/json", "{"), [400, "invalid_input"]);
  assertEquals(await send("application/json", ""), [400, "invalid_input"]);
  assertEquals(await send("application/json", deep), [400, "invalid_input"]);
  assertEquals(await send("application/json", deep + "]".repeat(90_000)), [400, "invalid_input"]);
  assertEquals(await send("multipart/form-data", "--x"), [400, "invalid_input"]);
  assertEquals(await send("multipart/form-data; boundary=x", "--y"), [400, "invalid_input"]);
  assertEquals(await send("application/x-www-form-urlencoded", "model=a"), [
    415,
    "unsupported_media_type",
  ]);
  assertEquals(await send("text/plain", "{}"), [415, "unsupported_media_type"]);
  assertEquals(await send(undefined, new Uint8Array(3)), [415, "unsupported_media_type"]);
});

Deno.test("embeddings: a full queue answers 429 and when to come back", async () => {
  const latch = Promise.withResolvers<void>();
  await using service = await startService({
    engine: { maxQueue: 2, maxBatch: 2, maxWaitMs: 1000 }, // both go together
    createRunner: () => createMeanColourRunner({ before: () => latch.promise }),
  });
  const input = Array(2).fill(await picture64(RED));
  const ask = () => service.json("POST", "/v1/embeddings", { model: "colours", input });
  const taken = ask();
  await until(() => statsOf(service).queue.count >= 2);
  const waiting = ask();
  await until(() => statsOf(service).waiting >= 2);
  const refused = await service.ask("/v1/embeddings", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: "colours", input }),
  });
  assertEquals([refused.status, refused.headers.get("Retry-After")], [429, "1"]);
  await refused.body?.cancel();
  latch.resolve();
  assertEquals([(await taken).status, (await waiting).status], [200, 200]);
});

Deno.test("embeddings: what a client asked for that has left is dropped", async () => {
  const latch = Promise.withResolvers<void>();
  await using service = await startService({
    createRunner: () => createMeanColourRunner({ before: () => latch.promise }),
  });
  const body = JSON.stringify({ model: "colours", input: await picture64(RED) });
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body };
  const running = service.ask("/v1/embeddings", init);
  await until(() => statsOf(service).queue.count >= 1);
  const client = new AbortController();
  const request = new Request("http://localhost/v1/embeddings", { ...init, signal: client.signal });
  const left = service.app.fetch(request);
  await until(() => statsOf(service).waiting >= 1);
  client.abort();
  assertEquals((await left).status, 499);
  assertEquals([statsOf(service).waiting, statsOf(service).dropped], [0, 1]);
  latch.resolve();
  assertEquals((await running).status, 200);
  assertEquals(statsOf(service).embedded, 1);
});
