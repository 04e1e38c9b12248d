import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { createEmbeddingEngine, type EngineOptions } from "../../src/embed/engine.ts";
import { createTurns } from "../../src/turns.ts";
import { createGate } from "../../src/gate.ts";
import { LookalikeError } from "../../src/errors.ts";
import { createMeanColourRunner, meanColours } from "./mean_colour_runner.ts";

const IMAGE = 2 * 2 * 3;
const OPTIONS: EngineOptions = { maxBatch: 8, maxWaitMs: 0, maxQueue: 64 };

/** A plain image of one colour, told from others by its number. */
function image(number: number): Uint8Array {
  return Uint8Array.from({ length: IMAGE }, (_, at) => [number % 251, number % 13, 7][at % 3]);
}

/** A wait that a test ends. */
function latch() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: () => promise, open: resolve };
}

/** Lets everything happen that waits for no timer. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

async function code(promise: Promise<unknown>): Promise<LookalikeError> {
  return await assertRejects(() => promise, LookalikeError) as LookalikeError;
}

Deno.test("engine: requests that arrive together share a batch, and each gets its own", async () => {
  const runner = createMeanColourRunner();
  const engine = createEmbeddingEngine(runner, { ...OPTIONS, maxWaitMs: 20 });
  const [{ vectors: first }, { vectors: second }] = await Promise.all([
    engine.embed([image(1), image(2)]),
    engine.embed([image(3)]),
  ]);
  assertEquals(runner.batches, [3]);
  assertEquals(first, [meanColours(image(1), 1), meanColours(image(2), 1)]);
  assertEquals(second, [meanColours(image(3), 1)]);
  await engine.close();
});

Deno.test("engine: a full batch does not wait, a large request goes in several", async () => {
  const runner = createMeanColourRunner({ maxBatch: 4 });
  const engine = createEmbeddingEngine(runner, { ...OPTIONS, maxWaitMs: 1 });
  const images = Array.from({ length: 10 }, (_, number) => image(number));
  const { vectors: answers } = await engine.embed(images);
  assertEquals(runner.batches, [4, 4, 2]);
  assertEquals(answers, images.map((one) => meanColours(one, 1)));
  await engine.close();
});

Deno.test("engine: while a batch runs, the next one fills", async () => {
  const gate = latch();
  const runner = createMeanColourRunner({ before: gate.wait });
  const engine = createEmbeddingEngine(runner, OPTIONS);
  const answers = [0, 1, 2, 3].map((number) => engine.embed([image(number)]));
  await settle();
  const later = [4, 5].map((number) => engine.embed([image(number)]));
  gate.open();
  await Promise.all([...answers, ...later]);
  assertEquals(runner.batches, [4, 2]);
  await engine.close();
});

Deno.test("engine: full answers overloaded alike for one and many, and takes again once drained", async () => {
  const gate = latch();
  const runner = createMeanColourRunner({ maxBatch: 2, before: gate.wait });
  const engine = createEmbeddingEngine(runner, { maxBatch: 2, maxWaitMs: 0, maxQueue: 4 });
  const running = engine.embed([image(0), image(1)]); // on the device: no longer in the queue
  await settle();
  const waiting = engine.embed([image(2), image(3), image(4)]);
  const refused = await code(engine.embed([image(5), image(6)]));
  assertEquals([refused.code, refused.retryAfter], ["overloaded", 1]);
  const last = engine.embed([image(7)]);
  assertEquals((await code(engine.embed([image(8)]))).code, "overloaded");
  assertEquals((await code(engine.embed(Array(5).fill(image(9))))).code, "too_large");
  assertEquals(engine.stats().waiting, 4);
  assertEquals(engine.stats().refused, 3);
  gate.open();
  await Promise.all([running, waiting, last]);
  assertEquals((await engine.embed([image(10)])).vectors.length, 1);
  await engine.close();
});

Deno.test("engine: what a caller left behind is dropped before it is decoded or computed", async () => {
  const gate = latch();
  const runner = createMeanColourRunner({ maxBatch: 1, before: gate.wait });
  const engine = createEmbeddingEngine(runner, { maxBatch: 1, maxWaitMs: 0, maxQueue: 4 });
  const running = engine.embed([image(0)]);
  await settle();
  let decoded = 0;
  const caller = new AbortController();
  const slow = latch();
  const left = engine.embed([
    image(1),
    async () => (await slow.wait(), decoded++, image(2)),
    () => Promise.resolve((decoded++, image(3))),
  ], { signal: caller.signal });
  caller.abort("closed");
  assertEquals((await code(left)).code, "interrupted");
  assertEquals(engine.stats().waiting, 0);
  assertEquals(engine.stats().dropped, 3);
  slow.open();
  gate.open();
  await running;
  await engine.close();
  assertEquals(runner.batches, [1]);
  assertEquals(decoded, 1); // it had begun; the one behind it never did
});

Deno.test("engine: a caller that has left already costs nothing", async () => {
  const runner = createMeanColourRunner();
  const engine = createEmbeddingEngine(runner, OPTIONS);
  const signal = AbortSignal.abort();
  assertEquals((await code(engine.embed([image(1)], { signal }))).code, "interrupted");
  await engine.close();
  assertEquals(runner.batches, []);
});

Deno.test("engine: an image that cannot be decoded fails its request alone", async () => {
  const runner = createMeanColourRunner();
  const engine = createEmbeddingEngine(runner, { ...OPTIONS, maxWaitMs: 5 });
  const bad = engine.embed([image(1), () => Promise.reject(new LookalikeError("damaged", "Cut."))]);
  const good = engine.embed([image(2)]);
  assertEquals((await code(bad)).code, "damaged");
  assertEquals((await good).vectors, [meanColours(image(2), 1)]);
  assertEquals(engine.stats().waiting, 0);
  const wrong = await code(engine.embed([new Uint8Array(5)]));
  assertEquals(wrong.message, "Cannot embed 5 bytes as an image must be [2, 2, 3].");
  await engine.close();
});

Deno.test("engine: a batch that fails fails its requests, and the next one runs", async () => {
  const runner = createMeanColourRunner({
    before: (batch) => batch === 1 ? Promise.reject(new Error("device lost")) : Promise.resolve(),
  });
  const engine = createEmbeddingEngine(runner, OPTIONS);
  await assertRejects(() => engine.embed([image(1)]), Error, "device lost");
  assertEquals((await engine.embed([image(1)])).vectors, [meanColours(image(1), 1)]);
  assertEquals(engine.stats().waiting, 0);
  await engine.close();
});

Deno.test("engine: close finishes what was taken, refuses the rest, then disposes", async () => {
  const runner = createMeanColourRunner({ maxBatch: 1, before: settle as () => Promise<void> });
  const engine = createEmbeddingEngine(runner, { ...OPTIONS, maxWaitMs: 10_000 });
  const taken = [1, 2, 3].map((number) => engine.embed([() => Promise.resolve(image(number))]));
  const closed = engine.close();
  assertEquals(closed, engine.close());
  const late = await code(engine.embed([image(4)]));
  assertEquals([late.code, late.retryAfter], ["unavailable", 5]);
  assert(!runner.disposed());
  assertEquals((await Promise.all(taken)).length, 3);
  await closed;
  assert(runner.disposed());
});

Deno.test("engine: engines that share the device take turns", async () => {
  const device = createGate(1);
  let together = 0;
  const before = async () => {
    assertEquals(++together, 1);
    await settle();
    together--;
  };
  const runners = [createMeanColourRunner({ before }), createMeanColourRunner({ before })];
  const engines = runners.map((runner) => createEmbeddingEngine(runner, { ...OPTIONS, device }));
  await Promise.all(
    [0, 1, 0, 1, 0, 1].map(async (which, number) => {
      for (let at = 0; at < number; at++) await settle();
      return await engines[which].embed([image(number)]);
    }),
  );
  await Promise.all(engines.map((engine) => engine.close()));
});

Deno.test("engine: one image of an encoder waits for one batch of another that is flooded", async () => {
  const device = createGate(1);
  const order: string[] = [];
  const named = (name: string) =>
    createMeanColourRunner({
      maxBatch: 4,
      before: async () => {
        order.push(name);
        await settle();
      },
    });
  const options = { ...OPTIONS, maxBatch: 4, device };
  const [flooded, calm] = ["flood", "calm"].map((name) =>
    createEmbeddingEngine(named(name), options)
  );
  const flood = flooded.embed(Array.from({ length: 40 }, (_, number) => image(number)));
  while (order.length < 3) await settle();
  const before = order.length; // the last of them is on the device
  await calm.embed([image(1)]);
  assertEquals(order.slice(before, order.indexOf("calm")).length, 0);
  assert(flooded.stats().waiting > 0);
  await flood;
  await Promise.all([flooded.close(), calm.close()]);
});

Deno.test("engine: an encoder's images are decoded in turn with those of one that is flooded", async () => {
  const turns = createTurns(2);
  const order: string[] = [];
  const decoded = (name: string) => async () => {
    order.push(name);
    await settle();
    return image(1);
  };
  const [flooded, calm] = [0, 1].map(() =>
    createEmbeddingEngine(createMeanColourRunner(), { ...OPTIONS, decoding: turns.join() })
  );
  const flood = flooded.embed(new Array(60).fill(decoded("flood")));
  await settle();
  const before = order.length;
  await calm.embed([decoded("calm")]);
  assert(order.indexOf("calm") - before <= 3, order.join(" "));
  await flood;
  await Promise.all([flooded.close(), calm.close()]);
});

Deno.test("engine: while the device computes, two batches are decoded ahead and no more", async () => {
  const gate = latch();
  const runner = createMeanColourRunner({ maxBatch: 4, before: gate.wait });
  const engine = createEmbeddingEngine(runner, {
    ...{ maxBatch: 4, maxWaitMs: 0, maxQueue: 64 },
    decoding: createGate(64),
  });
  let decoded = 0;
  const decode = () => Promise.resolve((decoded++, image(1)));
  const running = engine.embed(new Array(4).fill(decode));
  await settle();
  const waiting = engine.embed(new Array(50).fill(decode));
  for (let at = 0; at < 5; at++) await settle();
  assertEquals([decoded, engine.stats().decoded, engine.stats().waiting], [4 + 8, 8, 50]);
  gate.open();
  assertEquals((await waiting).vectors.length, 50);
  await running;
  await engine.close();
});

/** A device that has memory for so many images at once. */
function smallDevice(fits: number, { sizes = [] }: { sizes?: number[] } = {}) {
  return createMeanColourRunner({
    sizes,
    before: (_, count) =>
      count > fits
        ? Promise.reject(new LookalikeError("out_of_memory", "OOM when allocating."))
        : Promise.resolve(),
  });
}

Deno.test("engine: what does not fit into memory is run in halves, and batches stay that small", async () => {
  const runner = smallDevice(2);
  const sizes: number[] = [];
  const engine = createEmbeddingEngine(runner, {
    ...{ ...OPTIONS, maxWaitMs: 1 },
    onBatch: (images) => sizes.push(images),
  });
  const images = Array.from({ length: 11 }, (_, number) => image(number));
  const { vectors } = await engine.embed(images);
  assertEquals(vectors, images.map((one) => meanColours(one, 1)));
  assertEquals(runner.batches, [8, 4, 2, 2, 4, 2, 2, 2, 1]);
  assertEquals(sizes, [2, 2, 2, 2, 2, 1]);
  const { maxBatch, tooLarge, batches, batchSizes } = engine.stats();
  assertEquals([maxBatch, tooLarge, batches, batchSizes], [2, 3, 6, { 1: 1, 2: 5 }]);
  await engine.close();
});

Deno.test("engine: an image that does not fit alone is said, and the engine goes on", async () => {
  let fits = 0;
  const runner = createMeanColourRunner({
    before: (_, count) =>
      count > fits
        ? Promise.reject(new LookalikeError("out_of_memory", "OOM when allocating."))
        : Promise.resolve(),
  });
  const engine = createEmbeddingEngine(runner, { ...OPTIONS, maxWaitMs: 1 });
  const failed = await Promise.all([
    code(engine.embed([image(1), image(2)])),
    code(engine.embed([image(3)])),
  ]);
  assertEquals(failed.map((error) => error.code), ["out_of_memory", "out_of_memory"]);
  assertEquals(
    failed[1].message,
    "Cannot embed the image as the device must have memory for it: OOM when allocating.",
  );
  fits = 1;
  assertEquals((await engine.embed([image(4)])).vectors, [meanColours(image(4), 1)]);
  assertEquals(engine.stats().waiting, 0);
  await engine.close();
});

Deno.test("engine: warming runs every size up to the largest, and stays below one that does not fit", async () => {
  const all = smallDevice(8, { sizes: [1, 2, 4, 8] });
  const engine = createEmbeddingEngine(all, { ...OPTIONS, maxBatch: 3 });
  await engine.warm();
  assertEquals([all.batches, engine.stats().maxBatch], [[1, 2, 4], 3]);
  const some = smallDevice(2, { sizes: [1, 2, 4, 8] });
  const smaller = createEmbeddingEngine(some, OPTIONS);
  await smaller.warm();
  assertEquals([some.batches, smaller.stats().maxBatch], [[1, 2, 4], 2]);
  const none = createEmbeddingEngine(smallDevice(0, { sizes: [1, 2] }), OPTIONS);
  assertEquals((await code(none.warm())).code, "out_of_memory");
  await Promise.all([engine, smaller, none].map((one) => one.close()));
});

Deno.test("engine: the answer says what each stage took at most, and observers are told of all", async () => {
  const wait = (milliseconds: number) =>
    new Promise<void>((done) => setTimeout(done, milliseconds));
  const passed: Record<string, number[]> = { decode: [], queue: [], inference: [] };
  const engine = createEmbeddingEngine(
    createMeanColourRunner({ maxBatch: 1, before: () => wait(30) }),
    { ...OPTIONS, maxBatch: 1, onStage: (stage, seconds) => passed[stage].push(seconds) },
  );
  const { timings } = await engine.embed([
    async () => (await wait(60), image(1)),
    () => Promise.resolve(image(2)),
  ]);
  // Timers may be a millisecond early; the second image waits for the first to be decoded and run.
  assert(timings.decode >= 58 && timings.inference >= 28, JSON.stringify(timings));
  assert(timings.queue >= 80, JSON.stringify(timings));
  assertEquals(Object.values(passed).map(({ length }) => length), [2, 2, 2]);
  const { decode, queue } = engine.stats();
  assertEquals(decode, { count: 2, seconds: passed.decode[0] + passed.decode[1] });
  assertEquals(queue.count, 2);
  await engine.close();
});

Deno.test("engine: whatever the interleaving, every image gets its own answer, in order", async () => {
  const request = fc.record({
    images: fc.array(fc.nat(1000), { maxLength: 9 }),
    decoded: fc.boolean(),
    broken: fc.boolean(),
    leaves: fc.option(fc.nat(5), { nil: null }),
    starts: fc.nat(4),
  });
  const settings = fc.record({
    maxBatch: fc.integer({ min: 1, max: 5 }),
    maxQueue: fc.integer({ min: 1, max: 24 }),
    maxWaitMs: fc.constantFrom(0, 1),
    decoders: fc.integer({ min: 1, max: 3 }),
    failing: fc.nat(6),
    fits: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { maxLength: 12 }),
      settings,
      fc.scheduler(),
      async (plan, { maxBatch, maxQueue, maxWaitMs, decoders, failing, fits }, scheduler) => {
        let lost = 0;
        const runner = createMeanColourRunner({
          maxBatch,
          before: async (batch, count) => {
            await scheduler.schedule(Promise.resolve());
            if (count > fits) throw new LookalikeError("out_of_memory", "OOM.");
            if (batch !== failing) return;
            lost++;
            throw new Error("device lost");
          },
        });
        const decoding = createGate(decoders);
        const engine = createEmbeddingEngine(runner, { maxBatch, maxQueue, maxWaitMs, decoding });
        let embedded = 0;
        const outcomes = plan.map(async ({ images, decoded, broken, leaves, starts }) => {
          for (let at = 0; at < starts; at++) await scheduler.schedule(Promise.resolve());
          const caller = new AbortController();
          const sources = images.map((number, index) =>
            decoded ? image(number) : async () => {
              await scheduler.schedule(Promise.resolve());
              if (broken && index === 1) throw new LookalikeError("damaged", "Cut.");
              return image(number);
            }
          );
          const answer = engine.embed(sources, { signal: caller.signal });
          const left = (async () => {
            if (leaves === null) return;
            for (let at = 0; at < leaves; at++) await scheduler.schedule(Promise.resolve());
            caller.abort();
          })();
          try {
            assertEquals(
              (await answer).vectors,
              images.map((number) => meanColours(image(number), 1)),
            );
            embedded += images.length;
          } catch (error) {
            if (!(error instanceof Error) || error.name === "AssertionError") throw error;
            const kind = error instanceof LookalikeError ? error.code : error.message;
            assert(
              ["overloaded", "too_large", "interrupted", "damaged", "device lost"].includes(kind),
            );
            if (kind === "damaged") assert(broken && !decoded && images.length > 1);
            if (kind === "too_large") assert(images.length > maxQueue);
            if (kind === "interrupted") assert(leaves !== null);
          }
          await left;
          assert(engine.stats().waiting <= maxQueue);
        });
        await scheduler.waitFor(Promise.all(outcomes));
        const closed = engine.close();
        await scheduler.waitFor(closed);
        const { waiting, decoded, batches, tooLarge, embedded: computed } = engine.stats();
        assertEquals([waiting, decoded], [0, 0]);
        assert(computed >= embedded);
        assertEquals(batches, runner.batches.length - lost - tooLarge);
        assert(runner.disposed());
      },
    ),
    { numRuns: 300 },
  );
});
