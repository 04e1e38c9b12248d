import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { unitVector } from "../../src/collections/checks.ts";
import type { Metric } from "../../src/collections/collections.ts";
import { createExactIndex } from "../../src/collections/exact/exact_index.ts";
import type { IndexHit, VectorIndex } from "../../src/collections/vector_index.ts";
import { random } from "../../src/random.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { nearest, type OracleHit } from "./oracle.ts";

const runtime = await startTensorFlow({ device: "cpu" });

const unit = (...values: number[]) => unitVector(Float32Array.from(values), { param: "vector" });
const keys = new Map<string, number>();
const keyOf = (id: string) => keys.get(id) ?? keys.set(id, keys.size + 1).size;
const item = (id: string, vector: Float32Array) => ({
  key: keyOf(id),
  id,
  vector,
  label: `label of ${id}`,
  metadata: { of: id },
});

/** What is left of hits when what is known of the items was checked. */
function strip(hits: IndexHit[]): OracleHit[] {
  return hits.map(({ item, score }) => {
    assertEquals([item.label, item.metadata], [`label of ${item.id}`, { of: item.id }]);
    return { id: item.id, score };
  });
}

async function search(index: VectorIndex, query: Float32Array, k: number): Promise<OracleHit[]> {
  return strip((await index.search([query], { k }))[0]);
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

function indexOf(
  items: Map<string, Float32Array>,
  options: { blockSlots?: number; metric?: Metric } = {},
) {
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
  const found = await index.search(queries, { k: 5 });
  assertEquals(found.map(strip), queries.map((query) => nearest(items, query, 5)));
  assertEquals(await index.search([], { k: 5 }), []);
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
  assertEquals(runtime.memory().tensors, before + 2); // one block: its vectors and its bias
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

for (const metric of ["dot", "euclidean"] as const) {
  Deno.test(`exact index: equals the naive scan by ${metric}, for vectors of any length`, async () => {
    const source = random(8);
    const draw = () => {
      const scale = 10 ** Math.floor(source.next() * 40 - 22); // from 1e-22 to 1e17
      return Float32Array.from({ length: 8 }, () => scale * source.normal());
    };
    const items = new Map(Array.from({ length: 300 }, (_, at) => [`item ${at}`, draw()]));
    items.set("zero", new Float32Array(8));
    const index = indexOf(items, { blockSlots: 128, metric });
    for (const query of [...Array.from({ length: 20 }, draw), new Float32Array(8)]) {
      assertEquals(await search(index, query, 9), nearest(items, query, 9, metric));
    }
    index.dispose();
  });
}

Deno.test("exact index: by distance, items far from the origin and near each other", async () => {
  const source = random(9);
  const items = new Map(
    Array.from({ length: 300 }, (_, at) => [
      `item ${at}`,
      Float32Array.from({ length: 4 }, () => 1000 + 1e-2 * source.normal()),
    ]),
  );
  const index = indexOf(items, { blockSlots: 128, metric: "euclidean" });
  const query = Float32Array.of(1000, 1000, 1000, 1000);
  assertEquals(await search(index, query, 5), nearest(items, query, 5, "euclidean"));
  index.dispose();
});

Deno.test("exact index: a filter and exclusions apply before the best k are chosen", async () => {
  const items = directions(3000);
  const index = indexOf(items, { blockSlots: 512 });
  const [query] = directions(1, { seed: 5 }).values();
  const number = (id: string) => Number(id.slice(5));
  for (const every of [2, 7, 1000, 5000]) { // many match, and few
    const exclude = nearest(items, query, 3).map(({ id }) => id).concat("never there");
    const matching = [...items].filter(([id]) => number(id) % every === 1 && !exclude.includes(id));
    const matches = ({ id }: { id: string }) => number(id) % every === 1;
    const [hits] = await index.search([query], { k: 20, matches, exclude });
    assertEquals(strip(hits), nearest(new Map(matching), query, 20));
  }
  const none = await index.search([query, query], { k: 3, matches: () => false });
  assertEquals(none, [[], []]);
  assertEquals(await index.search([query], { k: 3, exclude: [...items.keys()] }), [[]]);
  assertEquals(await search(index, query, 3), nearest(items, query, 3)); // nothing stays left out
  index.dispose();
});

Deno.test("exact index: a filtered search sees labels as they were when it was called", async () => {
  const items = directions(2500);
  const index = indexOf(items, { blockSlots: 1024 });
  const [query] = directions(1, { seed: 6 }).values();
  const matches = ({ label }: { label: string | null }) => label !== "new";
  const running = index.search([query], { k: 4, matches });
  for (const id of items.keys()) {
    index.relabel({ key: keyOf(id), id, label: "new", metadata: {} });
  }
  assertEquals(strip((await running)[0]), nearest(items, query, 4));
  assertEquals(await index.search([query], { k: 4, matches }), [[]]);
  const [[hit]] = await index.search([query], { k: 1 });
  assertEquals(hit.item.label, "new");
  index.dispose();
});

Deno.test("exact index: neighbours are all up to the threshold, and no others", async () => {
  const before = runtime.memory();
  const items = directions(700);
  const queries = [...directions(3, { seed: 7 }).values()];
  for (const metric of ["cosine", "euclidean"] as const) {
    const index = indexOf(items, { blockSlots: 256, metric });
    for (const rank of [0, 40, 600]) { // how many of the first query's are as near
      const { score } = nearest(items, queries[0], 700, metric)[rank];
      const found = await Array.fromAsync(index.neighbours(queries, score));
      const isNear = (hit: OracleHit) =>
        metric === "cosine" ? hit.score >= score : hit.score <= score;
      const expected = queries.map((query) => nearest(items, query, 700, metric).filter(isNear));
      assertEquals(found.map(strip), expected);
      assertEquals(found[0].length, rank + 1);
    }
    for await (const hits of index.neighbours(queries, 0)) { // who stops early leaves nothing
      if (hits) break;
    }
    index.dispose();
  }
  assertEquals(runtime.memory().tensors, before.tensors);
});

Deno.test("exact index: scores the items of given keys, and reads all of them out", () => {
  const items = directions(40);
  const index = indexOf(items, { blockSlots: 16 });
  index.remove(["item 3"]);
  const [query] = directions(1, { seed: 8 }).values();
  const ids = ["item 3", "item 4", "item 20", "item 30"];
  assertEquals(index.keysOf(ids), ids.slice(1).map(keyOf));
  const expected = nearest(
    new Map([...items].filter(([id]) => ids.slice(1).includes(id))),
    query,
    9,
  );
  assertEquals(strip(index.confirm(query, ids.map(keyOf))), expected);
  const read = new Map([...index.pages()].flat().map(({ key, vector }) => [key, vector]));
  assertEquals(read.size, 39);
  assertEquals(read.get(keyOf("item 39")), items.get("item 39"));
  assertEquals(index.vector(keyOf("item 3")), undefined);
  index.dispose();
});
