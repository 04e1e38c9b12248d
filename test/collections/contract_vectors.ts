import { assert, assertEquals } from "@std/assert";
import type { Collections, ItemVectors } from "../../src/collections/collections.ts";
import {
  type ContractTest,
  itemOf,
  nested,
  randomItems,
  refused,
  search,
} from "./contract_helpers.ts";

type Options = Omit<Parameters<Collections["vectors"]>[1], "after">;

/** All pages as one; `rows` are the vectors apart. */
async function allVectors(collections: Collections, options: Options) {
  const all = { ids: [] as string[], labels: [] as ItemVectors["labels"], rows: [] as number[][] };
  let after: string | undefined;
  do {
    const page = await collections.vectors("c", { ...options, after });
    assert(page.ids.length <= options.limit);
    const dimension = page.vectors.length / page.ids.length;
    all.ids.push(...page.ids);
    all.labels.push(...page.labels);
    for (const at of page.ids.keys()) {
      all.rows.push([...page.vectors.subarray(at * dimension, (at + 1) * dimension)]);
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

/**
 * What every adapter must do for classifiers: vectors at length 1, counts of labels, and answers
 * written back.
 *
 * @param test Makes a test.
 */
export function vectorsContract(test: ContractTest): void {
  test("gives vectors at length 1 by pages, of all, of the labelled, and of named ones", async (collections) => {
    const { items, units } = randomItems(25, 6);
    const labelled = items.map((item, at) => ({ ...item, label: ["cat", null, "dog"][at % 3] }));
    await collections.upsert("c", { encoder: "a@1", items: labelled });
    const expect = (wanted: typeof labelled) => ({
      ids: wanted.map(({ id }) => id),
      labels: wanted.map(({ label }) => label),
      rows: wanted.map(({ id }) => [...units.get(id)!]),
    });
    for (const limit of [1, 7, 24, 25, 10_000]) {
      assertEquals(await allVectors(collections, { limit }), expect(labelled));
      for (const wanted of [true, false]) {
        assertEquals(
          await allVectors(collections, { limit, labelled: wanted }),
          expect(labelled.filter(({ label }) => (label !== null) === wanted)),
        );
      }
      const named = [20, 3, 4, 11, 3].map((at) => labelled[at]);
      const ids = named.map(({ id }) => id);
      assertEquals(await allVectors(collections, { limit, ids }), expect(named));
      assertEquals(
        await allVectors(collections, { limit, ids, labelled: false }),
        expect(named.filter(({ label }) => label === null)),
      );
    }
    const { encoder, vectors } = await collections.vectors("c", { limit: 3, ids: [] });
    assertEquals([encoder, vectors.length], ["a@1", 0]);
  });

  test("draws so many of all by a seed, each as likely as another", async (collections) => {
    const { items } = randomItems(40, 2);
    const labelled = items.map((item, at) => ({ ...item, label: at % 2 ? "odd" : null }));
    await collections.upsert("c", { encoder: null, items: labelled });
    const draw = async (seed: number, limit = 8, wanted?: boolean) => {
      const { ids, next } = await collections.vectors("c", { limit, seed, labelled: wanted });
      assertEquals(next, null);
      return ids.map((id) => Number(id.split(" ")[1]));
    };
    assertEquals(await draw(1), await draw(1));
    const times = new Map<number, number>();
    for (let seed = 0; seed < 100; seed++) {
      const drawn = await draw(seed, 8, true);
      assertEquals(drawn, [...new Set(drawn)].sort((a, b) => a - b));
      for (const at of drawn) times.set(at, (times.get(at) ?? 0) + 1);
    }
    assertEquals(
      [...times.keys()].sort((a, b) => a - b),
      items.flatMap((_, at) => at % 2 ? at : []),
    );
    for (const count of times.values()) assert(count > 20 && count < 60, `${count} of 100`); // of 40 ± 5
    assertEquals(await draw(3, 40), items.map((_, at) => at));
    assertEquals((await draw(3, 10_000, false)).length, 20);
  });

  for (const metric of ["dot", "euclidean"] as const) {
    test(`vectors of any length come at length 1: ${metric}`, async (collections) => {
      await collections.create("c", { encoder: null, dimension: 2, metric });
      const items = [itemOf("long", 3e17, 4e17), itemOf("short", 3e-30, -4e-30), itemOf("0", 0, 0)];
      await collections.upsert("c", { encoder: null, items });
      const { rows } = await allVectors(collections, { limit: 10 });
      assertEquals(rows.map((row) => row.map((x) => Math.fround(x))), [
        [Math.fround(0.6), Math.fround(0.8)],
        [Math.fround(0.6), Math.fround(-0.8)],
        [0, 0],
      ]);
      assertEquals((await collections.item("c", "long")).vector, items[0].vector);
    });
  }

  test("a page of vectors is of the moment of its call, whatever is written meanwhile", async (collections) => {
    const { items, units } = randomItems(3000, 64);
    await collections.upsert("c", { encoder: null, items });
    const reading = collections.vectors("c", { limit: 10_000 });
    const writes = [
      collections.upsert("c", {
        encoder: null,
        items: items.map((item) => ({ ...item, vector: item.vector.map((x) => -x), label: "new" })),
      }),
      collections.remove("c", items.slice(1000).map(({ id }) => id)),
    ];
    const after = collections.vectors("c", { limit: 10_000 });
    const { ids, labels, vectors } = await reading;
    assertEquals(ids, items.map(({ id }) => id));
    assert(labels.every((label) => label === null));
    assertEquals(vectors.subarray(2999 * 64), units.get("item 2999"));
    assertEquals((await after).ids.length, 1000);
    assertEquals((await after).labels[999], "new");
    await Promise.all(writes);
  });

  test("a page of vectors that cannot be is refused by name", async (collections) => {
    await collections.upsert("c", { encoder: null, items: [itemOf("x", 1, 0)] });
    for (const limit of [0, 1.5, NaN, 10_001]) {
      await refused(collections.vectors("c", { limit }), "invalid_input", "limit");
    }
    await refused(collections.vectors("c", { limit: 1, after: "x" }), "invalid_input", "after");
    await refused(collections.vectors("c", { limit: 5, ids: ["x", "y"] }), "not_found", "ids");
    await refused(collections.vectors("absent", { limit: 1 }), "not_found", "name");
    await refused(collections.vectors("a/b", { limit: 1 }), "invalid_input", "name");
  });

  test("counts labels as they come and go", async (collections) => {
    const counts = async () => {
      const { labels, unlabelled } = await collections.labelCounts("c");
      return [Object.fromEntries(labels), unlabelled];
    };
    await collections.create("c", { encoder: null, dimension: 1 });
    assertEquals(await counts(), [{}, 0]);
    const items = ["cat", "dog", null, "cat", "__proto__x"].map((label, at) => ({
      ...itemOf(`${at}`, 1),
      label,
    }));
    await collections.upsert("c", { encoder: null, items });
    await collections.upsert("other", { encoder: null, items });
    assertEquals(await counts(), [{ cat: 2, dog: 1, "__proto__x": 1 }, 1]);
    await collections.patch("c", "1", { label: null });
    await collections.remove("c", ["0", "4"]);
    assertEquals(await counts(), [{ cat: 1 }, 2]);
    await refused(collections.labelCounts("absent"), "not_found", "name");
  });

  test("merges into the metadata of many, all or none, and searches see it", async (collections) => {
    const items = ["a", "b", "c"].map((id, at) => ({
      ...itemOf(id, 1, at),
      label: "cat",
      metadata: { kept: at, deep: { x: 1 } },
    }));
    await collections.upsert("c", { encoder: null, items });
    await search(collections, "c", { query: [1, 0], k: 1 });
    const count = await collections.patchMany("c", [
      { id: "a", metadata: { prediction: { label: "dog" }, deep: { y: 2 } } },
      { id: "gone", metadata: { prediction: null } },
      { id: "c", metadata: { kept: null } },
    ]);
    assertEquals(count, 2);
    const a = { kept: 0, deep: { x: 1, y: 2 }, prediction: { label: "dog" } };
    assertEquals((await collections.item("c", "a")).metadata, a);
    assertEquals((await collections.item("c", "b")).metadata, items[1].metadata);
    assertEquals((await collections.item("c", "c")).metadata, { deep: { x: 1 } });
    const filter = { field: "metadata.prediction.label", eq: "dog" };
    const vectors = [Float32Array.of(1, 0)];
    assertEquals(await collections.search("c", { vectors, k: 3, filter }), [
      [{ id: "a", score: 1, label: "cat", metadata: a }],
    ]);
    const half = { text: "x".repeat(40_000) };
    await collections.patchMany("c", [{ id: "b", metadata: { half } }]);
    const changes = [{ id: "a", metadata: { a: 1 } }, { id: "b", metadata: { again: half } }];
    await refused(collections.patchMany("c", changes), "invalid_input", "changes[1].metadata");
    changes[1] = { id: "b", metadata: nested(33) as never };
    await refused(collections.patchMany("c", changes), "invalid_input", "changes[1].metadata");
    assertEquals((await collections.item("c", "a")).metadata, a);
    const many = Array.from({ length: 1001 }, () => changes[0]);
    await refused(collections.patchMany("c", many), "invalid_input", "changes");
    assertEquals(await collections.patchMany("c", []), 0);
    await refused(collections.patchMany("absent", []), "not_found", "name");
  });
}
