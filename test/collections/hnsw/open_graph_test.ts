import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import type { Metric } from "../../../src/collections/collections.ts";
import { openGraph, removeGraph } from "../../../src/collections/hnsw/open_graph.ts";
import type { VectorGraph } from "../../../src/collections/hnsw/vector_graph.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { sha256 } from "../../../src/files.ts";
import { createLog } from "../../../src/log.ts";
import { random } from "../../../src/random.ts";
import { clustered, nearestKeys, pagesOf, recallOf } from "./graph_helpers.ts";

const METRICS: Metric[] = ["cosine", "dot", "euclidean"];

/** A folder for one test, and graphs in it. */
async function inFolder(
  body: (
    open: (vectors: Map<number, Float32Array>, options?: Partial<Opened>) => Promise<VectorGraph>,
    at: { folder: string; lines: string[] },
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const lines: string[] = [];
  const graphs: VectorGraph[] = [];
  const log = createLog("info", (line) => lines.push(line));
  try {
    await body(async (vectors, options = {}) => {
      const graph = await openGraph({
        folder,
        name: "1-0",
        dimension: 32,
        metric: "cosine",
        stamp: "7",
        count: vectors.size,
        log,
        ...options,
        pages: options.pages ?? pagesOf(vectors),
      });
      graphs.push(graph);
      return graph;
    }, { folder: join(folder, "1-0"), lines });
  } finally {
    for (const graph of graphs) graph.dispose();
    await Deno.remove(folder, { recursive: true });
  }
}

type Opened = Parameters<typeof openGraph>[0];

const queries = [...clustered(50, { seed: 2 }).values()];
const unread = () => {
  throw new Error("the vectors were read, though the graph's file is good");
};
const items = (vectors: Map<number, Float32Array>) =>
  [...vectors].map(([key, vector]) => ({ key, vector }));
const graphFile = (folder: string) =>
  join(folder, [...Deno.readDirSync(folder)].find(({ name }) => name.endsWith(".usearch"))!.name);

for (const metric of METRICS) {
  Deno.test(`graph: finds 95 % of the ten nearest by ${metric}, built and added one by one`, () =>
    inFolder(async (open) => {
      const vectors = clustered(3000);
      const built = await open(vectors, { metric });
      assertEquals(built.size, 3000);
      const ofBuilt = recallOf(built, vectors, { metric, queries });
      assert(ofBuilt >= 0.95, `recall@10 of the built graph is ${ofBuilt}`);
      const grown = await open(new Map(), { metric, name: "2-0" });
      await grown.upsert(items(vectors));
      const ofGrown = recallOf(grown, vectors, { metric, queries });
      assert(ofGrown >= 0.95, `recall@10 of the grown graph is ${ofGrown}`);
    }));

  Deno.test(`graph: stays as good by ${metric} when all vectors are replaced, and replaced again`, () =>
    inFolder(async (open, { lines }) => {
      const vectors = clustered(1500);
      const graph = await open(vectors, { metric });
      for (const [round, seed] of [11, 12].entries()) {
        const anew = items(clustered(1500, { seed }));
        for (const { key, vector } of anew) vectors.set(key, vector);
        for (let first = 0; first < 1500; first += 100) {
          await graph.upsert(anew.slice(first, first + 100));
        }
        assertEquals(graph.size, 1500);
        const recall = recallOf(graph, vectors, { metric, queries });
        assert(recall >= 0.95, `recall@10 is ${recall} after round ${round}`);
      }
      assertEquals(lines.filter((line) => line.includes("not built anew")), []);
    }));
}

Deno.test("graph: a search sees what is written before it, linked or not", () =>
  inFolder(async (open) => {
    const vectors = clustered(1200);
    const graph = await open(new Map());
    const linked = graph.upsert(items(vectors));
    const [query] = queries;
    const wanted = { query, metric: "cosine" as const, count: 10 };
    const nearest = nearestKeys(vectors, wanted);
    assertEquals(graph.size, 1200);
    const found = graph.search(query, 10).keys;
    assert(nearest.filter((key) => found.includes(key)).length >= 9);
    graph.remove([nearest[0]]);
    vectors.delete(nearest[0]);
    assert(!graph.search(query, 10).keys.includes(nearest[0]));
    const replaced = graph.upsert([{ key: nearest[1], vector: queries[1].map((value) => -value) }]);
    assert(!graph.search(query, 10).keys.includes(nearest[1]));
    await linked;
    await replaced;
    assert(!graph.search(query, 10).keys.includes(nearest[1]));
    assertEquals(graph.size, 1199);
  }));

Deno.test("graph: gives what there is where more is asked for, and nothing where nothing is", () =>
  inFolder(async (open) => {
    const vectors = clustered(20);
    const graph = await open(new Map());
    const [query] = queries;
    assertEquals(graph.search(query, 10).keys, []);
    await graph.upsert(items(vectors));
    assertEquals(graph.search(query, 1_000_000).keys.sort((a, b) => a - b), [...vectors.keys()]);
    graph.remove([...vectors.keys(), 99]);
    assertEquals([graph.size, graph.search(query, 10).keys], [0, []]);
  }));

Deno.test("graph: refuses what the library would take, and takes none of the batch", () =>
  inFolder(async (open) => {
    const graph = await open(new Map());
    const good = { key: 1, vector: new Float32Array(32).fill(1) };
    const bad = (length: number, value: number) => new Float32Array(length).fill(value);
    for (const vector of [bad(32, NaN), bad(32, Infinity), bad(31, 1), bad(64, 1), bad(0, 1)]) {
      const items = [good, { key: 2, vector }];
      const error = await assertRejects(() => graph.upsert(items), LookalikeError);
      assertEquals([error.code, error.param], ["invalid_input", "items[1].vector"]);
      assertThrows(() => graph.search(vector, 1), LookalikeError, "Cannot take query as");
    }
    for (const key of [-1, 0.5, NaN, 2 ** 60]) {
      await assertRejects(() => graph.upsert([{ ...good, key }]), LookalikeError, "items[0].key");
    }
    for (const count of [0, -1, 1.5, NaN]) {
      assertThrows(() => graph.search(good.vector, count), LookalikeError, "Cannot take count as");
    }
    assertEquals(graph.size, 0);
  }));

Deno.test("graph: once saved is read again, with the same answers, and not built", () =>
  inFolder(async (open, { folder }) => {
    const vectors = clustered(700);
    const graph = await open(vectors);
    const first = graphFile(folder);
    await graph.upsert([{ key: 9000, vector: queries[0] }]);
    graph.remove([3, 4]);
    await graph.save("8");
    assertNotEquals(graphFile(folder), first); // the one before is gone
    assertEquals([...Deno.readDirSync(folder)].length, 2);
    const again = await open(vectors, { count: 699, stamp: "8", pages: unread });
    for (const query of queries) assertEquals(again.search(query, 10), graph.search(query, 10));
    await again.upsert([{ key: 3, vector: vectors.get(3)! }]);
    assertEquals(again.size, 700);
  }));

Deno.test("graph: a save takes what is still to be linked, and saves wait for each other", () =>
  inFolder(async (open) => {
    const vectors = clustered(600);
    const graph = await open(new Map());
    const upserting = graph.upsert(items(vectors));
    await Promise.all([graph.save("8"), graph.save("9")]);
    await upserting;
    const again = await open(vectors, { stamp: "9", pages: unread });
    assertEquals(again.size, 600);
  }));

Deno.test("graph: is built anew if its file or record is not as it was written", () =>
  inFolder(async (open, { folder, lines }) => {
    const vectors = clustered(300);
    (await open(vectors)).dispose();
    const source = random(5);
    const spoil = async (path: string, change: (bytes: Uint8Array) => Uint8Array) => {
      await Deno.writeFile(path, change(await Deno.readFile(path)) as Uint8Array<ArrayBuffer>);
      lines.length = 0;
      const graph = await open(vectors);
      assertEquals(lines.length, 1, lines.join("\n"));
      assert(recallOf(graph, vectors, { metric: "cosine", queries }) >= 0.95);
      graph.dispose();
    };
    const flip = (bytes: Uint8Array) => {
      bytes[source.below(bytes.length)] ^= 1 << source.below(8);
      return bytes;
    };
    const cut = (bytes: Uint8Array) => bytes.subarray(0, source.below(bytes.length));
    for (const change of [flip, flip, flip, cut, cut, () => new Uint8Array()]) {
      await spoil(graphFile(folder), change);
      await spoil(join(folder, "graph.json"), change);
    }
    await Deno.remove(graphFile(folder));
    await spoil(join(folder, "graph.json"), (bytes) => bytes); // points to a file that is gone
    (await open(vectors, { pages: unread })).dispose(); // each time a good pair was left
  }));

Deno.test("graph: a file cut short before it was hashed is refused, not believed", () =>
  inFolder(async (open, { folder, lines }) => {
    const vectors = clustered(300);
    const text = async () => JSON.parse(await Deno.readTextFile(join(folder, "graph.json")));
    (await open(vectors)).dispose();
    const whole = await Deno.readFile(graphFile(folder));
    for (const length of [whole.length - 1, whole.length - 4096, 20_000, 100, 8, 0]) {
      const short = whole.slice(0, length);
      await Deno.writeFile(graphFile(folder), short);
      const { checksum: _, ...content } = { ...await text(), sha256: sha256(short) };
      const checksum = sha256(JSON.stringify(content));
      await Deno.writeTextFile(
        join(folder, "graph.json"),
        JSON.stringify({ ...content, checksum }),
      );
      lines.length = 0;
      const graph = await open(vectors);
      assert(lines[0]?.includes("cannot be read"), `${length}: ${lines}`);
      assert(recallOf(graph, vectors, { metric: "cosine", queries }) >= 0.95);
      graph.dispose();
    }
  }));

Deno.test("graph: is built anew if it is of another state, dimension, metric or count", () =>
  inFolder(async (open, { lines }) => {
    const vectors = clustered(50);
    (await open(vectors)).dispose();
    const wide = clustered(50, { dimension: 33 });
    const more = clustered(51);
    for (
      const [what, other, options] of [
        ["stamp", vectors, { stamp: "6" }],
        ["metric", vectors, { stamp: "6", metric: "dot" as const }],
        ["dimension", wide, { stamp: "6", metric: "dot" as const, dimension: 33 }],
        ["dimension", vectors, {}],
        ["count", more, {}],
      ] as const
    ) {
      lines.length = 0;
      const graph = await open(other, options);
      assert(lines[0]?.includes(`The graph's ${what} must be`), lines[0]);
      assertEquals(graph.size, other.size);
      graph.dispose();
    }
  }));

Deno.test("graph: what a crash left is swept, and a graph can be removed", () =>
  inFolder(async (open, { folder }) => {
    const vectors = clustered(50);
    (await open(vectors)).dispose();
    await Deno.writeTextFile(join(folder, `${crypto.randomUUID()}.usearch`), "half a graph");
    await Deno.writeTextFile(join(folder, ".x.tmp"), "half a record");
    (await open(vectors, { pages: unread })).dispose();
    assertEquals([...Deno.readDirSync(folder)].length, 2);
    const graph = { folder: join(folder, ".."), name: "1-0" };
    await removeGraph(graph);
    await removeGraph(graph);
    await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
  }));

Deno.test("graph: serves on where it cannot be written, and says so to who saves", () =>
  inFolder(async (open, { folder, lines }) => {
    await Deno.writeTextFile(folder, "a file where the folder should be");
    const graph = await open(new Map());
    await graph.upsert(items(clustered(50)));
    assert(lines.some((line) => line.includes("graph not kept")), lines.join("\n"));
    const error = await assertRejects(() => graph.save("8"), LookalikeError);
    assertEquals(error.code, "unavailable");
    assertEquals(graph.search(queries[0], 10).keys.length, 10);
  }));

Deno.test("graph: opening stops at its signal, and fails where the vectors cannot be", () =>
  inFolder(async (open) => {
    const vectors = clustered(5000);
    const stopper = new AbortController();
    const opening = open(vectors, { signal: stopper.signal });
    setTimeout(() => stopper.abort(), 20);
    const error = await assertRejects(() => opening, LookalikeError);
    assertEquals(error.code, "interrupted");
    vectors.set(4000, new Float32Array(31));
    await assertRejects(() => open(vectors), LookalikeError, "the vector of key 4000");
    await assertRejects(() => open(vectors, { pages: unread }), Error, "the vectors were read");
  }));

Deno.test("graph: writes while it is built anew are in the old one and the new one", () =>
  inFolder(async (open, { folder, lines }) => {
    const vectors = clustered(2400);
    let builds = 0;
    const under = Promise.withResolvers<void>();
    const graph = await open(vectors, {
      pages: async function* () {
        const first = builds++ === 0;
        for await (const page of pagesOf(vectors)()) {
          yield page;
          if (!first) await under.promise; // so that the build lasts until the writes are done
        }
      },
    });
    const gone = Array.from({ length: 1300 }, (_, key) => key);
    gone.forEach((key) => vectors.delete(key));
    graph.remove(gone);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals(builds, 2);
    const write = async (key: number, vector: Float32Array) => {
      vectors.set(key, vector);
      await graph.upsert([{ key, vector }]);
    };
    await write(2000, queries[0]); // on a page that may have been read
    await write(5000, queries[1]);
    vectors.delete(2001);
    graph.remove([2001]);
    const check = () => {
      assertEquals(graph.size, vectors.size);
      assertEquals(graph.search(queries[0], 1).keys, [2000]);
      assertEquals(graph.search(queries[1], 1).keys, [5000]);
      assert(recallOf(graph, vectors, { metric: "cosine", queries }) >= 0.95);
    };
    check();
    under.resolve();
    for (let changed = Infinity; changed > 3;) { // until the new one is there
      await new Promise((resolve) => setTimeout(resolve, 50));
      check();
      await graph.save("8");
      changed = JSON.parse(await Deno.readTextFile(join(folder, "graph.json"))).changed;
    }
    check();
    const again = await open(vectors, { stamp: "8", pages: unread });
    assert(recallOf(again, vectors, { metric: "cosine", queries }) >= 0.95);
    assertEquals(lines.length, 1, lines.join("\n"));
  }));

// Small graphs, in which nothing is missed: all that differs from a map is a fault.
const key = fc.integer({ min: 0, max: 40 });
const step = fc.oneof(
  fc.record({ upsert: fc.array(key, { minLength: 1, maxLength: 20 }) }),
  fc.record({ remove: fc.array(key, { maxLength: 20 }) }),
  fc.record({ search: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ reopen: fc.boolean() }),
);

Deno.test("graph: any writes, searches and starts anew leave what a map would have", () =>
  inFolder(async (open) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const name = crypto.randomUUID();
        const vectors = new Map<number, Float32Array>();
        const source = random(steps.length);
        let graph = await open(vectors, { name });
        for (const [at, step] of steps.entries()) {
          if ("upsert" in step) {
            const given = [...new Set(step.upsert)].map((key) => ({
              key,
              vector: Float32Array.from({ length: 32 }, () => source.normal()),
            }));
            for (const { key, vector } of given) vectors.set(key, vector);
            const linked = graph.upsert(given);
            if (at % 2 === 0) await linked;
          } else if ("remove" in step) {
            graph.remove(step.remove);
            for (const key of step.remove) vectors.delete(key);
          } else if ("reopen" in step) {
            const stamp = `${at}`;
            if (step.reopen) await graph.save(stamp);
            graph.dispose();
            graph = await open(vectors, { name, stamp, pages: step.reopen ? unread : undefined });
          } else {
            const { keys } = graph.search(queries[at], step.search);
            assertEquals(keys.length, Math.min(step.search, vectors.size));
            assertEquals(new Set(keys).size, keys.length);
            assert(keys.every((key) => vectors.has(key)));
          }
          assertEquals(graph.size, vectors.size);
        }
        graph.dispose();
      }),
      { numRuns: 40 },
    );
  }));
