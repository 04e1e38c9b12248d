import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import type { Collections } from "../../src/collections/collections.ts";
import { openCollections } from "../../src/collections/sqlite_collections.ts";
import { decodeSafetensors } from "../../src/encoders/safetensors.ts";
import { LookalikeError } from "../../src/errors.ts";
import { checkClasses } from "../../src/jobs/label_counts.ts";
import {
  type JobItems,
  writeImageExamples,
  writeVectorExamples,
} from "../../src/jobs/write_examples.ts";
import { picture } from "../routes/pictures.ts";

const ENCODER = "colours@1";
const ITEMS: JobItems = { collection: "pictures", labels: null, unlabelled: false };
const { signal } = new AbortController();
const check = (counts: ReadonlyMap<string, number>) => checkClasses(counts, "collection");

/** A home with a collection of so many items with images, every second without a label. */
async function someItems(count: number) {
  const home = await Deno.makeTempDir();
  const collections = openCollections(home);
  const bytes = await picture([1, 2, 3]);
  await collections.upsert("pictures", {
    encoder: ENCODER,
    items: Array.from({ length: count }, (_, at) => ({
      id: `item ${at}`,
      vector: Float32Array.of(1, at, 0),
      label: at % 2 === 0 ? ["b", "a", "ä"][at / 2 % 3] : null,
      image: { bytes, type: "image/png" },
    })),
  });
  const folder = join(home, "job");
  await Deno.mkdir(folder);
  return {
    ...{ collections, folder },
    async [Symbol.asyncDispose]() {
      await collections.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

async function examplesIn(folder: string) {
  return JSON.parse(await Deno.readTextFile(join(folder, "examples.json")));
}

/** The collections, in one thing other than they are. */
const but = (collections: Collections, other: Partial<Collections>) => ({
  ...collections,
  ...other,
});

async function fault(work: Promise<void>): Promise<[string, string | undefined]> {
  const { code, param } = await assertRejects(() => work, LookalikeError);
  return [code, param];
}

Deno.test("a job's examples: images of thousands, each with the class that it has", async () => {
  await using home = await someItems(2100);
  const { collections, folder } = home;
  const items = { ...ITEMS, unlabelled: true };
  await writeImageExamples(folder, { collections, items, check, signal });
  const { classes, examples } = await examplesIn(folder);
  assertEquals([classes, examples.length], [["a", "b", "ä"], 2100]);
  for (const at of [0, 1, 2, 1999, 2098]) {
    const { id, label, file } = examples[at];
    const said = label === null ? null : classes[label];
    const wanted = at % 2 === 0 ? ["b", "a", "ä"][at / 2 % 3] : null;
    assertEquals([id, said], [`item ${at}`, wanted]);
    assertEquals((await Deno.stat(join(folder, "images", file))).isFile, true);
  }
});

Deno.test("a job's examples: vectors of more than a page, in the order of the examples", async () => {
  await using home = await someItems(2100);
  const { collections, folder } = home;
  const options = { collections, encoder: ENCODER, check, signal };
  await writeVectorExamples(folder, { ...options, items: ITEMS });
  const { examples } = await examplesIn(folder);
  const file = await Deno.readFile(join(folder, "vectors.safetensors"));
  const { shape, data } = decodeSafetensors(file).get("vectors")!;
  assertEquals([examples.length, shape], [1050, [1050, 3]]);
  for (const row of [0, 1, 1049]) {
    const { vector } = await collections.item("pictures", examples[row].id);
    assertEquals([...data.slice(row * 3, row * 3 + 3)], [...vector]);
  }
});

Deno.test("a job's examples: what changes while they are written is seen", async () => {
  await using home = await someItems(6);
  const { collections, folder } = home;
  const vectors = (other: Partial<Awaited<ReturnType<Collections["vectors"]>>>) =>
    but(collections, {
      vectors: async (...asked) => ({ ...await collections.vectors(...asked), ...other }),
    });
  const options = { items: ITEMS, encoder: ENCODER, check, signal };
  const write = (given: Collections) =>
    fault(writeVectorExamples(folder, { ...options, collections: given }));
  assertEquals(await write(vectors({ encoder: "colours@2" })), ["conflict", "collection"]);
  const huge = new Float32Array(2 ** 27 + 3);
  assertEquals(await write(vectors({ vectors: huge })), ["too_large", "collection"]);
  for (const id of ["item 2", "item 4"]) await collections.patch("pictures", id, { label: "b" });
  assertEquals(await write(collections), ["invalid_input", "collection"]); // one class is left
  assertEquals(
    await fault(writeImageExamples(folder, { collections, items: ITEMS, check, signal })),
    ["invalid_input", "collection"],
  );
  await collections.drop("pictures");
  assertEquals(await write(collections), ["not_found", "collection"]);
});

Deno.test("a job's examples: labels of items that are not there are refused, and an end is an end", async () => {
  await using home = await someItems(6);
  const { collections, folder } = home;
  const labels = new Map([["item 1", "x"], ["none", "y"]]);
  for (const [at, unlabelled] of [true, false].entries()) {
    const own = join(folder, String(at));
    await Deno.mkdir(own);
    const items = { ...ITEMS, labels, unlabelled };
    const options = { collections, items, check, signal };
    assertEquals(await fault(writeImageExamples(own, options)), ["not_found", "labels"]);
  }
  const items = { ...ITEMS, labels };
  const options = { collections, items, encoder: ENCODER, check, signal };
  assertEquals(await fault(writeVectorExamples(folder, options)), ["not_found", "labels"]);
  const aborted = { ...options, items: ITEMS, signal: AbortSignal.abort() };
  for (const write of [writeImageExamples, writeVectorExamples]) {
    await assertRejects(() => write(folder, aborted), DOMException, "aborted");
  }
});
