import { assertEquals } from "@std/assert";
import type { ImageFetcher } from "../../../src/image/fetch_image.ts";
import { picture } from "../pictures.ts";
import { startService } from "../service.ts";

const TYPE = { "Content-Type": "application/json" };

/** A body that comes in pieces, without a length; `wait` comes before its last. */
function pieces(sizes: number[], wait: Promise<void> = Promise.resolve()): RequestInit {
  const left = [...sizes];
  const body = new ReadableStream({
    async pull(controller) {
      if (left.length === 1) await wait;
      const size = left.shift();
      if (size === undefined) return controller.close();
      controller.enqueue(new Uint8Array(size).fill(0x20)); // spaces
    },
  });
  return { method: "POST", headers: TYPE, body };
}

async function outcome(response: Promise<Response>): Promise<[number, string]> {
  const { status, body } = await response.then(async (r) => ({
    status: r.status,
    body: await r.json(),
  }));
  return [status, body.error.code];
}

Deno.test("body: one that is too large is refused, with a length or without", async () => {
  await using service = await startService({ limits: { maxBodyBytes: 1000 } });
  const whole = { method: "POST", headers: TYPE, body: " ".repeat(1001) };
  assertEquals(await outcome(service.ask("/v1/embeddings", whole)), [413, "too_large"]);
  assertEquals(await outcome(service.ask("/v1/embeddings", pieces([500, 501]))), [
    413,
    "too_large",
  ]);
  assertEquals(await outcome(service.ask("/v1/embeddings", pieces([500, 500]))), [
    400,
    "invalid_input",
  ]);
  const claimed = { ...pieces([10]), headers: { ...TYPE, "Content-Length": "5000" } };
  assertEquals(await outcome(service.ask("/v1/embeddings", claimed)), [413, "too_large"]);
});

Deno.test("body: all together are bounded, and those that are answered make room", async () => {
  await using service = await startService({
    limits: { maxBodyBytes: 1000, maxBodiesBytes: 1500 },
  });
  const latch = Promise.withResolvers<void>();
  const first = outcome(service.ask("/v1/embeddings", pieces([900, 1], latch.promise)));
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = () => outcome(service.ask("/v1/embeddings", pieces([900])));
  assertEquals(await second(), [429, "overloaded"]);
  latch.resolve();
  assertEquals(await first, [400, "invalid_input"]);
  assertEquals(await second(), [400, "invalid_input"]);
});

Deno.test("body: one that is too slow is refused, and makes room", async () => {
  await using service = await startService({
    limits: { maxBodyBytes: 1000, maxBodiesBytes: 1000, bodySeconds: 0.02 },
  });
  const never = pieces([900, 1], new Promise(() => {}));
  assertEquals(await outcome(service.ask("/v1/embeddings", never)), [408, "body_timeout"]);
  assertEquals(await outcome(service.ask("/v1/embeddings", pieces([900]))), [400, "invalid_input"]);
});

Deno.test("body: one that is compressed is refused, whatever it would be", async () => {
  await using service = await startService();
  const stream = new Blob(["{}"]).stream().pipeThrough(new CompressionStream("gzip"));
  const body = await new Response(stream).bytes();
  const send = (encoding: string) =>
    outcome(service.ask("/v1/embeddings", {
      method: "POST",
      headers: { ...TYPE, "Content-Encoding": encoding },
      body,
    }));
  for (const encoding of ["gzip", "br", "deflate, gzip", "x-mine"]) {
    assertEquals(await send(encoding), [415, "unsupported_media_type"], encoding);
  }
  assertEquals(await send("identity"), [400, "invalid_input"]);
});

Deno.test("body: a length that is too small hides nothing from the count", async () => {
  await using service = await startService({ limits: { maxBodyBytes: 1000 } });
  const claimed = { ...pieces([900, 900]), headers: { ...TYPE, "Content-Length": "5" } };
  assertEquals(await outcome(service.ask("/v1/embeddings", claimed)), [413, "too_large"]);
});

Deno.test("body: images that are fetched count with it, for as long as they are held", async () => {
  const image = new Uint8Array(600);
  image.set(await picture([1, 2, 3]));
  const latch = Promise.withResolvers<void>();
  const fetchImage: ImageFetcher = async ({ pathname }, { hold }) => {
    if (pathname === "/slow") await latch.promise;
    hold?.(image.length);
    return image;
  };
  await using service = await startService({
    fetchImage,
    limits: { maxBodyBytes: 1000, maxBodiesBytes: 1500 },
  });
  const ask = async (...paths: string[]) => {
    const input = paths.map((path) => `https://images.example/${path}`);
    const { status } = await service.json("POST", "/v1/embeddings", { model: "colours", input });
    return status;
  };
  assertEquals([await ask("a"), await ask("a", "b")], [200, 413]);
  const slow = [ask("slow"), ask("slow"), ask("slow")];
  await new Promise((resolve) => setTimeout(resolve, 20));
  latch.resolve();
  assertEquals((await Promise.all(slow)).sort(), [200, 200, 429]);
  assertEquals(await ask("a"), 200); // those that are answered make room
});
