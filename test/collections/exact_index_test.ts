import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { unitVector } from "../../src/collections/checks.ts";
import { createExactIndex } from "../../src/collections/exact_index.ts";
import type { VectorIndex } from "../../src/collections/vector_index.ts";
import { random } from "../../src/random.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { nearest, type OracleHit } from "./oracle.ts";

const runtime = await startTensorFlow({ device: "cpu" });

const unit = (...values: number[]) => unitVector(Float32Array.from(values), { param: "vector" });
const item = (id: string, vector: Float32Array) => ({ id, vector, payload: `"${id}"` });

/** Searches, and strips and checks the payloads. */
async function search(index: VectorIndex, query: Float32Array, k: number): Promise<OracleHit[]> {
  const [hits] = await index.search([query], k);
  return hits.map(({ id, score, payload }) => {
    assertEquals(payload, `"${id}"`);
    return { id, score };
  });
}

/** Random directions, or as many near one as `spread` is small. */
function directions(count: number, { dimension = 8, seed = 1, spread = Infinity } = {}) {
  const source = random(seed);
  const draw = () => Float32Array.from({ length: dimension }, () => source.normal());
  const centre = draw();
  const vectors = Array.from({ length: count }, () => {
    const vector = draw();
    if (spread === Infinity) return unit(...vector);
    return unit(...centre.map((value, at) => value + spread * vector[at]));
  });
  return new Map(vectors.map((vector, at) => [`item ${at}`, vector]));
}

function indexOf(items: Map<string, Float32Array>, options: { blockSlots?: number } = {}) {
  const [first] = items.values();
  const index = createExactIndex({ dimension: first.length, ...options });
  index.upsert([...items].map(([id, vector]) => item(id, vector)));
  return index;
}

Deno.test("exact index: equals the naive scan, over several blocks and numbers of hits", async () => {
  const items = directions(700);
  const index = indexOf(items, { blockSlots: 256 });
  for (const [at, query] of [...directions(6, { seed: 2 }).values()].entries()) {
    const k = [1, 2, 31, 32, 33, 700][at];
    assertEquals(await search(index, query, k), nearest(items, query, k));
  }
  index.dispose();
});

Deno.test("exact index: many queries at once give each its own answer, in order", async () => {
  const items = directions(100);
  const index = indexOf(items, { blockSlots: 64 });
  const queries = [...directions(71, { seed: 3 }).values()];
  const found = await index.search(queries, 5);
  const strip = (hits: { id: string; score: number }[]) =>
    hits.map(({ id, score }) => ({ id, score }));
  assertEquals(found.map(strip), queries.map((query) => nearest(items, query, 5)));
  assertEquals(await index.search([], 5), []);
  index.dispose();
});

Deno.test("exact index: a block grows from its first slots and keeps what it has", async () => {
  const items = directions(1300, { dimension: 4 });
  const index = createExactIndex({ dimension: 4 });
  const query = unit(1, 2, 3, 4);
  for (const [id, vector] of items) {
    index.upsert([item(id, vector)]);
    if (id !== "item 511" && id !== "item 512") continue;
    assertEquals((await search(index, query, 1)).length, 1);
  }
  assertEquals(await search(index, query, 20), nearest(items, query, 20));
  index.dispose();
});

Deno.test("exact index: of more equal items than a block is first asked for, the first by id", async () => {
  const vector = unit(3, 4, 5);
  const ids = Array.from({ length: 400 }, (_, at) => String(999 - at)); // the first by id come last
  const index = createExactIndex({ dimension: 3, blockSlots: 256 });
  index.upsert(ids.map((id) => item(id, vector)));
  assertEquals((await search(index, unit(1, 0, 0), 3)).map(({ id }) => id), ["600", "601", "602"]);
  index.dispose();
});

Deno.test("exact index: order is exact where float32 on the device cannot tell items apart", async () => {
  const items = directions(500, { dimension: 64, spread: 1e-6 });
  const index = indexOf(items, { blockSlots: 256 });
  const [query] = directions(1, { dimension: 64, spread: 1 }).values();
  const expected = nearest(items, query, 10);
  assertNotEquals(Math.fround(expected[0].score), expected[0].score);
  assertEquals(await search(index, query, 10), expected);
  index.dispose();
});

Deno.test("exact index: an emptied index finds nothing and can be filled again", async () => {
  const items = directions(40);
  const index = indexOf(items, { blockSlots: 16 });
  index.remove([...items.keys(), "never there"]);
  assertEquals([index.count, await search(index, unit(1, 0, 0, 0, 0, 0, 0, 0), 5)], [0, []]);
  index.upsert([...items].map(([id, vector]) => item(id, vector)));
  const query = unit(1, 1, 0, 0, 0, 0, 0, 0);
  assertEquals(await search(index, query, 5), nearest(items, query, 5));
  index.dispose();
});

// Coordinates of −1, 0 and 1 make many equal scores.
const coordinate = fc.integer({ min: -1, max: 1 });
const gridVector = fc.tuple(coordinate, coordinate, coordinate)
  .filter((values) => values.some((value) => value !== 0))
  .map((values) => unit(...values));
const id = fc.integer({ min: 0, max: 30 }).map(String);
const step = fc.oneof(
  fc.record({ upsert: fc.array(fc.tuple(id, gridVector), { minLength: 1, maxLength: 12 }) }),
  fc.record({ remove: fc.array(id, { maxLength: 8 }) }),
  fc.record({ search: gridVector, k: fc.integer({ min: 1, max: 12 }) }),
);

Deno.test("exact index: any searches amid writes see the index as it was when they were called", async () => {
  const before = runtime.memory();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const index = createExactIndex({ dimension: 3, blockSlots: 4 });
      const items = new Map<string, Float32Array>();
      const checks: Promise<void>[] = [];
      for (const step of steps) {
        if ("upsert" in step) {
          index.upsert(step.upsert.map(([id, vector]) => item(id, vector)));
          for (const [id, vector] of step.upsert) items.set(id, vector);
        } else if ("remove" in step) {
          index.remove(step.remove);
          for (const id of step.remove) items.delete(id);
        } else {
          const expected = nearest(items, step.search, step.k);
          checks.push(
            search(index, step.search, step.k).then((found) => assertEquals(found, expected)),
          );
          // Some end before the next write, some do not.
          if (step.k % 3 === 0) await checks.at(-1);
        }
        assertEquals(index.count, items.size);
      }
      await Promise.all(checks);
      index.dispose();
    }),
    { numRuns: 60 },
  );
  assertEquals(runtime.memory().tensors, before.tensors);
});

Deno.test("exact index: hundreds of searches and writes leave no tensor and no handle", async () => {
  const items = directions(100, { dimension: 4 });
  const index = indexOf(items, { blockSlots: 64 });
  const query = unit(1, 2, 3, 4);
  await search(index, query, 3);
  const before = runtime.memory();
  for (let round = 0; round < 300; round++) {
    const running = search(index, query, 3);
    index.upsert([item(`item ${round % 100}`, query)]);
    index.remove([`item ${(round + 50) % 100}`]);
    await running;
  }
  await search(index, query, 3);
  const after = runtime.memory();
  assertEquals([after.tensors, after.handles], [before.tensors, before.handles]);
  index.dispose();
});

Deno.test("exact index: the places of removed items are used again", async () => {
  const index = createExactIndex({ dimension: 2, blockSlots: 4 });
  const before = runtime.memory().tensors;
  for (let round = 0; round < 20; round++) {
    index.upsert([item(`${round}`, unit(1, round)), item("stays", unit(0, 1))]);
    index.remove([`${round - 1}`]);
  }
  assertEquals((await search(index, unit(1, 0), 9)).map(({ id }) => id), ["19", "stays"]);
  assertEquals(runtime.memory().tensors, before + 2); // one block: its vectors and its mask
  index.dispose();
});

Deno.test("exact index: disposing of it lets a search under way end well", async () => {
  const items = directions(600, { dimension: 4 });
  const index = indexOf(items, { blockSlots: 64 });
  const query = unit(4, 3, 2, 1);
  const running = search(index, query, 7);
  index.dispose();
  assertEquals(await running, nearest(items, query, 7));
});
