import { assert, assertEquals, assertRejects } from "@std/assert";
import type { CollectionItem, Collections } from "../../src/collections/collections.ts";
import { createReembedder, type Reembedder } from "../../src/collections/reembedder.ts";
import { openCollections } from "../../src/collections/sqlite_collections.ts";
import { LookalikeError } from "../../src/errors.ts";
import { createLog } from "../../src/log.ts";

const OLD = "old@1", NEW = "new@1", OTHER = "other@2";
const TARGET = { encoder: NEW, dimension: 3 };

/** What an encoder of these tests makes of an image: a vector that tells both. */
function vectorOf(encoder: string, image: string): Float32Array {
  const sum = [...image].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const length = encoder === OLD ? 2 : 3;
  return Float32Array.from({ length }, (_, at) => encoder.charCodeAt(at) + sum * at);
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function itemOf(id: string, image = `image of ${id}`): CollectionItem {
  const bytes = new TextEncoder().encode(image);
  return { id, vector: vectorOf(OLD, image), image: { bytes, type: "image/png" } };
}

/** Collections on disk and a re-embedder, whose embeddings a test may hold up or spoil. */
class Bench {
  readonly lines: string[] = [];
  /** What was embedded: encoder and images of each call. */
  readonly calls: { encoder: string; images: string[] }[] = [];
  /** Called before each embedding. */
  before: (images: string[], signal: AbortSignal) => unknown = () => {};
  inFlight = 0;
  collections!: Collections;
  reembedder!: Reembedder;

  constructor(readonly home: string) {}

  /** Opens all anew, as a process does that starts. */
  open(): void {
    this.collections = openCollections(this.home);
    this.reembedder = createReembedder(this.collections, {
      batch: 4,
      log: createLog("debug", (line) => this.lines.push(line)),
      embed: async (encoder, files, signal) => {
        assertEquals(this.inFlight++, 0, "two batches at once");
        try {
          const images = files.map(textOf);
          this.calls.push({ encoder, images });
          await this.before(images, signal);
          return images.map((image) => vectorOf(encoder, image));
        } finally {
          this.inFlight--;
        }
      },
    });
  }

  async close(): Promise<void> {
    await this.reembedder.close();
    await this.collections.close();
  }

  async fill(name: string, count: number): Promise<void> {
    await this.collections.create(name, { encoder: OLD, dimension: 2, metric: "dot" });
    const items = Array.from({ length: count }, (_, at) => itemOf(`${at}`));
    await this.collections.upsert(name, { encoder: OLD, items });
  }

  /** Waits until a collection's way has ended, well or not. */
  async ended(name: string) {
    for (let tries = 0; tries < 1000; tries++) {
      const info = await this.collections.get(name);
      if (info.reembedding?.status !== "running") return info;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`${name} is still on its way`);
  }

  /** Checks that all vectors are an encoder's, of the images that are given, in order of the ids. */
  async check(name: string, encoder: string, images: Record<string, string>): Promise<void> {
    const info = await this.collections.get(name);
    assertEquals([info.encoder, info.count], [encoder, Object.keys(images).length]);
    for (const [id, image] of Object.entries(images)) {
      const { vector } = await this.collections.item(name, id);
      assertEquals(vector, vectorOf(encoder, image), `vector of ${id}`);
    }
  }
}

const imagesOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}`, `image of ${at}`]));

function test(name: string, body: (bench: Bench) => Promise<void>): void {
  Deno.test(`re-embedder: ${name}`, async () => {
    const bench = new Bench(await Deno.makeTempDir());
    bench.open();
    try {
      await body(bench);
    } finally {
      await bench.close();
      await Deno.remove(bench.home, { recursive: true });
    }
  });
}

test("takes a collection to another encoder; the old vectors serve until then", async (bench) => {
  await bench.fill("c", 10);
  bench.before = async () => {
    assertEquals((await bench.collections.item("c", "3")).vector, vectorOf(OLD, "image of 3"));
  };
  const info = await bench.reembedder.begin("c", TARGET);
  assertEquals([info.encoder, info.reembedding?.encoder], [OLD, NEW]);
  const after = await bench.ended("c");
  assertEquals([after.encoder, after.dimension, after.reembedding], [NEW, 3, null]);
  await bench.check("c", NEW, imagesOf(10));
  assertEquals(bench.calls.map(({ images }) => images.length), [4, 4, 2]);
});

test("a collection without items is there at once", async (bench) => {
  await bench.fill("c", 1);
  await bench.collections.remove("c", ["0"]);
  await bench.reembedder.begin("c", TARGET);
  assertEquals((await bench.ended("c")).encoder, NEW);
});

test("takes up what is written and removed meanwhile", async (bench) => {
  await bench.fill("c", 10);
  let batches = 0;
  bench.before = async (images) => {
    const items = [itemOf("0", "another image of 0"), itemOf("new")];
    if (++batches === 2) {
      assertEquals(images[0], "image of 4");
      await bench.collections.upsert("c", {
        encoder: OLD,
        items: [...items, itemOf("5", "another image of 5")], // 5 is being embedded right now
      });
      await bench.collections.remove("c", ["1", "6"]);
    }
    if (images.includes("image of new")) { // the last batch
      await bench.collections.upsert("c", { encoder: OLD, items: [itemOf("newest")] });
    }
  };
  await bench.reembedder.begin("c", TARGET);
  await bench.ended("c");
  const { "1": _, "6": __, ...images } = imagesOf(10);
  await bench.check("c", NEW, {
    ...images,
    "0": "another image of 0",
    "5": "another image of 5",
    "new": "image of new",
    "newest": "image of newest",
  });
});

test("waits where others are served first, and tries again", async (bench) => {
  await bench.fill("c", 6);
  let refusals = 0;
  bench.before = () => {
    const codes = ["overloaded", "unavailable", "rate_limited"] as const;
    if (refusals === codes.length) return;
    throw new LookalikeError(codes[refusals++], "Later.", { retryAfter: 0.01 });
  };
  await bench.reembedder.begin("c", TARGET);
  await bench.ended("c");
  await bench.check("c", NEW, imagesOf(6));
  const waits = bench.lines.map((line) => JSON.parse(line)).filter(({ level }) => level === "warn");
  assertEquals(waits.map(({ seconds }) => seconds), [0.01, 0.02, 0.03]);
});

test("an image that cannot be embedded ends it, by name, and it can be begun again", async (bench) => {
  await bench.fill("c", 10);
  bench.before = (images) => {
    const at = images.indexOf("image of 6");
    if (at < 0) return;
    throw new LookalikeError("unsupported_image", "Cannot decode an image.", {
      param: `input[${at}]`,
    });
  };
  await bench.reembedder.begin("c", TARGET);
  const failed = await bench.ended("c");
  assertEquals(failed.reembedding?.status, "failed");
  assertEquals(failed.reembedding?.error, 'Cannot embed item "6" anew: Cannot decode an image.');
  assertEquals(failed.reembedding?.done, 6);
  await bench.check("c", OLD, imagesOf(10));
  const calls = bench.calls.length;
  await bench.reembedder.resume(); // it has failed, and so stays
  await new Promise((resolve) => setTimeout(resolve, 30));
  assertEquals(bench.calls.length, calls);
  await bench.collections.remove("c", ["6"]);
  await bench.reembedder.begin("c", TARGET);
  await bench.ended("c");
  const { "6": _, ...images } = imagesOf(10);
  await bench.check("c", NEW, images);
});

test("what lasts ends it with its own sentence", async (bench) => {
  await bench.fill("c", 5);
  bench.before = () => {
    throw new LookalikeError("not_found", "Cannot find encoder new@1.", { param: "model" });
  };
  await bench.reembedder.begin("c", TARGET);
  const { reembedding } = await bench.ended("c");
  assertEquals([reembedding?.status, reembedding?.error], ["failed", "Cannot find encoder new@1."]);
  assertEquals(bench.calls.length, 1);
  await bench.reembedder.begin("c", { encoder: NEW, dimension: 4 }); // its vectors have 3 numbers
  bench.before = () => {};
  assert((await bench.ended("c")).reembedding?.error?.includes("it must have 4 numbers"));
});

test("an original that is no longer as it was ends it", async (bench) => {
  await bench.fill("c", 5);
  for await (const { name: shelf } of Deno.readDir(`${bench.home}/images`)) {
    for await (const { name } of Deno.readDir(`${bench.home}/images/${shelf}`)) {
      await Deno.writeTextFile(`${bench.home}/images/${shelf}/${name}`, "something else");
    }
  }
  await bench.reembedder.begin("c", TARGET);
  const { reembedding } = await bench.ended("c");
  assertEquals(reembedding?.status, "failed");
  await bench.check("c", OLD, imagesOf(5));
});

test("ends quietly where the collection is dropped", async (bench) => {
  await bench.fill("c", 10);
  const dropped = Promise.withResolvers<void>();
  bench.before = () => bench.collections.drop("c").then(dropped.resolve, () => {});
  await bench.reembedder.begin("c", TARGET);
  await dropped.promise;
  await bench.reembedder.close();
  assertEquals([bench.calls.length, bench.lines], [1, []]);
});

test("cancelling it forgets it, also in the middle of a batch", async (bench) => {
  await bench.fill("c", 10);
  const second = Promise.withResolvers<void>();
  bench.before = (_, signal) => {
    if (bench.calls.length < 2) return;
    second.resolve();
    return new Promise((_, reject) => signal.onabort = () => reject(signal.reason));
  };
  await bench.reembedder.begin("c", TARGET);
  await second.promise;
  await bench.reembedder.cancel("c");
  assertEquals((await bench.collections.get("c")).reembedding, null);
  await bench.check("c", OLD, imagesOf(10));
  await bench.reembedder.cancel("c"); // there is none
  assertEquals([bench.calls.length, bench.lines], [2, []]);
});

for (const stopped of [1, 2, 3]) {
  test(`a start after a stop in batch ${stopped} goes on, to the same vectors`, async (bench) => {
    await bench.fill("c", 10);
    const reached = Promise.withResolvers<void>();
    bench.before = (_, signal) => {
      if (bench.calls.length < stopped) return;
      reached.resolve();
      return new Promise((_, reject) => signal.onabort = () => reject(signal.reason));
    };
    await bench.reembedder.begin("c", TARGET);
    await reached.promise;
    await bench.close();
    bench.before = () => {};
    bench.open();
    const info = await bench.collections.get("c");
    assertEquals([info.reembedding?.status, info.reembedding?.done], [
      "running",
      4 * (stopped - 1),
    ]);
    await bench.check("c", OLD, imagesOf(10));
    await bench.reembedder.resume();
    await bench.reembedder.resume(); // it goes on already
    await bench.ended("c");
    await bench.check("c", NEW, imagesOf(10));
    assertEquals(bench.calls.length, 4); // no batch but the one that was stopped was done twice
  });
}

test("collections take turns, one batch at a time", async (bench) => {
  await bench.fill("a", 12);
  await bench.fill("b", 12);
  bench.before = () => new Promise((resolve) => setTimeout(resolve, 5));
  await bench.reembedder.begin("a", TARGET);
  await bench.reembedder.begin("b", { encoder: OTHER, dimension: 3 });
  await Promise.all([bench.ended("a"), bench.ended("b")]);
  await bench.check("a", NEW, imagesOf(12));
  await bench.check("b", OTHER, imagesOf(12));
  const first = bench.calls.findIndex(({ encoder }) => encoder === OTHER);
  const turns = bench.calls.slice(first, first + 4).map(({ encoder }) => encoder);
  assertEquals(turns, [OTHER, NEW, OTHER, NEW]);
});

test("one begun in place of another leads to the later encoder", async (bench) => {
  await bench.fill("c", 10);
  bench.before = () => new Promise((resolve) => setTimeout(resolve, 5));
  const begun = [TARGET, { encoder: OTHER, dimension: 3 }].map((target) =>
    bench.reembedder.begin("c", target)
  );
  await Promise.all(begun);
  await bench.ended("c");
  await bench.check("c", OTHER, imagesOf(10));
});

test("one that cannot be begun leaves the one that runs", async (bench) => {
  await bench.fill("c", 10);
  bench.before = () => new Promise((resolve) => setTimeout(resolve, 5));
  await bench.reembedder.begin("c", TARGET);
  const same = { encoder: OLD, dimension: 2 };
  const error = await assertRejects(() => bench.reembedder.begin("c", same), LookalikeError);
  assertEquals(error.code, "conflict");
  await assertRejects(() => bench.reembedder.begin("none", TARGET), LookalikeError, "none");
  await bench.ended("c");
  await bench.check("c", NEW, imagesOf(10));
});

test("nothing is begun once it is closed", async (bench) => {
  await bench.fill("c", 3);
  await bench.reembedder.close();
  const error = await assertRejects(() => bench.reembedder.begin("c", TARGET), LookalikeError);
  assertEquals(error.code, "unavailable");
  assertEquals((await bench.collections.get("c")).reembedding, null);
});
