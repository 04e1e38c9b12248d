import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import type { SearchHit } from "../../../src/collections/collections.ts";
import { openCollections } from "../../../src/collections/sqlite_collections.ts";
import { createLog } from "../../../src/log.ts";
import { random } from "../../../src/random.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { inHome, until } from "./in_home.ts";

const runtime = await startTensorFlow({ device: "cpu" });

const DIMENSION = 16;

/** Draws vectors; the same again each time it is made. */
function source(seed: number) {
  const { normal } = random(seed);
  return () => Float32Array.from({ length: DIMENSION }, () => normal());
}

const items = (count: number, seed = 1) => {
  const draw = source(seed);
  return Array.from({ length: count }, (_, at) => ({
    id: `${seed}/${at}`,
    vector: draw(),
    metadata: { at },
  }));
};

/** Collections whose log is kept, and that tell when a graph has answered. */
function open(home: string) {
  const lines: string[] = [];
  const collections = openCollections(home, { log: createLog("info", (line) => lines.push(line)) });
  const built = () => lines.filter((line) => line.includes("graph is built")).length;
  return { collections, lines, built };
}

const settings = { encoder: null, dimension: DIMENSION, index: "hnsw" } as const;
const vectors = Array.from({ length: 20 }, source(99));

/** How many of the exact hits were found; each that was has the same score and facts. */
function recall(found: SearchHit[][], exact: SearchHit[][]): number {
  let same = 0;
  for (const [at, hits] of found.entries()) {
    assertEquals(hits.length, exact[at].length);
    for (const hit of hits) {
      const other = exact[at].find(({ id }) => id === hit.id);
      if (other) assertEquals(hit, other);
      if (other) same++;
    }
  }
  const all = exact.flat().length;
  return all === 0 ? 1 : same / all;
}

inHome(
  "a graph's hits are the exact ones, with their scores, amid writes and after a restart",
  async (home) => {
    const first = open(home);
    for (const metric of ["cosine", "euclidean"] as const) {
      await first.collections.create(metric, { ...settings, metric });
      await first.collections.upsert(metric, { encoder: null, items: items(1500) });
      await first.collections.search(metric, { vectors, k: 1 }); // begins to build it
      const late = first.collections.upsert(metric, { encoder: null, items: items(200, 2) });
      await first.collections.remove(metric, ["1/7", "2/3"]);
      await late;
    }
    await until(async () => first.built() === 2 && await hasGraphs(home, 2));
    for (const metric of ["cosine", "euclidean"] as const) {
      const [k, exact] = [10, true];
      const hits = await first.collections.search(metric, { vectors, k });
      assert(recall(hits, await first.collections.search(metric, { vectors, k, exact })) > 0.95);
      const moved = items(300).map((item) => ({ ...item, vector: item.vector.map((x) => -x) }));
      await first.collections.upsert(metric, { encoder: null, items: moved });
      const [[nearest]] = await first.collections.search(metric, {
        vectors: [moved[5].vector],
        k: 1,
      });
      assertEquals(nearest.id, "1/5");
      assertEquals((await first.collections.get(metric)).count, 1699);
    }
    await first.collections.close();
    const second = open(home);
    for (const metric of ["cosine", "euclidean"] as const) {
      const [k, exact] = [10, true];
      await second.collections.search(metric, { vectors, k });
      await new Promise((resolve) => setTimeout(resolve, 100));
      const hits = await second.collections.search(metric, { vectors, k });
      assert(recall(hits, await second.collections.search(metric, { vectors, k, exact })) > 0.95);
    }
    await second.collections.close();
    assertEquals(second.lines, []); // nothing was built, nothing went wrong
  },
);

inHome("with a graph too, k hits come back if k match", async (home) => {
  const { collections, lines, built } = open(home);
  await collections.create("c", settings);
  await collections.upsert("c", { encoder: null, items: items(2000) });
  await collections.search("c", { vectors, k: 1 });
  await until(async () => built() === 1 && await hasGraphs(home, 1));
  const filters = [
    { field: "metadata.at", lt: 1000 },
    { field: "metadata.at", lt: 20 },
    { field: "metadata.at", lt: 5 },
    { field: "metadata.at", lt: 0 },
  ];
  for (const filter of filters) {
    const request = { vectors, k: 10, filter, exclude: ["1/3", "1/4"] };
    const hits = await collections.search("c", request);
    assert(recall(hits, await collections.search("c", { ...request, exact: true })) > 0.9);
  }
  const [all] = await collections.search("c", { vectors: [vectors[0]], k: 3000 });
  assertEquals(all.length, 2000);
  assertEquals(lines.length, 1);
  await collections.close();
});

inHome("a graph comes and goes as told, and is built anew if its file is damaged", async (home) => {
  const first = open(home);
  await first.collections.create("c", { ...settings, index: "exact" });
  await first.collections.upsert("c", { encoder: null, items: items(300) });
  const before = await first.collections.search("c", { vectors, k: 3 });
  await first.collections.update("c", { index: "hnsw" });
  await first.collections.search("c", { vectors, k: 3 });
  await until(async () => first.built() === 1 && await hasGraphs(home, 1));
  await first.collections.close();
  const [graph] = await names(join(home, "graphs"));
  for (const name of await names(join(home, "graphs", graph))) {
    await Deno.writeTextFile(join(home, "graphs", graph, name), "spoilt");
  }
  const second = open(home);
  assertEquals(await second.collections.search("c", { vectors, k: 3 }), before);
  await until(() => second.built() === 1);
  await second.collections.update("c", { index: "exact" });
  assertEquals(await second.collections.search("c", { vectors, k: 3 }), before);
  await until(() => hasGraphs(home, 0));
  await second.collections.update("c", { index: "hnsw" });
  await second.collections.search("c", { vectors, k: 3 });
  await until(async () => second.built() === 2 && await hasGraphs(home, 1));
  await second.collections.drop("c");
  await until(() => hasGraphs(home, 0));
  await second.collections.close();
});

inHome("what another process writes is found, with a graph too", async (home) => {
  const ours = open(home);
  const theirs = open(home);
  await ours.collections.create("c", settings);
  await ours.collections.upsert("c", { encoder: null, items: items(300) });
  await ours.collections.search("c", { vectors, k: 1 });
  await until(() => ours.built() === 1);
  const item = { id: "theirs", vector: vectors[0] };
  await theirs.collections.upsert("c", { encoder: null, items: [item] });
  const [[hit]] = await ours.collections.search("c", { vectors, k: 1 });
  assertEquals(hit.id, "theirs");
  await ours.collections.close();
  await theirs.collections.close();
});

inHome("closing while a graph is built stops it and frees all", async (home) => {
  const before = runtime.memory();
  const { collections, lines } = open(home);
  await collections.create("c", settings);
  await collections.upsert("c", { encoder: null, items: items(1500) });
  await collections.search("c", { vectors, k: 1 });
  await collections.close();
  assertEquals(lines.filter((line) => line.includes('"warn"')), []);
  assertEquals(runtime.memory().tensors, before.tensors);
});

async function names(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Whether so many graphs are kept, each with its record. */
async function hasGraphs(home: string, count: number): Promise<boolean> {
  const graphs = await names(join(home, "graphs"));
  const kept = await Promise.all(graphs.map((name) => names(join(home, "graphs", name))));
  return graphs.length === count && kept.every((files) => files.includes("graph.json"));
}
