import { assert, assertEquals } from "@std/assert";
import type { Metric } from "../../src/collections/collections.ts";
import { type Filter, matches } from "../../src/collections/filter.ts";
import { random } from "../../src/random.ts";
import { type ContractTest, itemOf, randomItems, refused } from "./contract_helpers.ts";
import { nearest } from "./oracle.ts";

/**
 * What every adapter must do with metrics, filters, thresholds, graphs and duplicates.
 *
 * @param test Makes a test.
 */
export function searchContract(test: ContractTest): void {
  for (const metric of ["dot", "euclidean"] as const) {
    test(`searches by ${metric}, and keeps vectors as they come`, async (collections) => {
      await collections.create("c", { encoder: null, dimension: 5, metric });
      const { items } = randomItems(200, 5);
      items[3].vector = new Float32Array(5);
      await collections.upsert("c", { encoder: null, items });
      assertEquals((await collections.item("c", "item 7")).vector, items[7].vector);
      const plain = new Map(items.map(({ id, vector }) => [id, vector]));
      const queries = [...randomItems(6, 5, 2).items.map(({ vector }) => vector), items[3].vector];
      const found = await collections.search("c", { vectors: queries, k: 9 });
      for (const [at, hits] of found.entries()) {
        assertEquals(hits.map(idAndScore), nearest(plain, queries[at], 9, metric));
      }
      const vectors = [Float32Array.from([1e30, 0, 0, 0, 0])];
      await refused(collections.search("c", { vectors, k: 1 }), "invalid_input", "vectors[0]");
    });
  }

  test("finds k that match a filter if there are k", async (collections) => {
    const { items, units } = randomItems(600, 4);
    const labelled = items.map((item, at) => ({
      ...item,
      label: at % 3 === 0 ? "third" : null,
      metadata: { at, tags: at % 50 === 0 ? ["rare"] : [] },
    }));
    await collections.upsert("c", { encoder: null, items: labelled });
    const filters: Filter[] = [
      { field: "label", eq: "third" },
      { field: "metadata.tags", contains: "rare" },
      { and: [{ field: "metadata.at", gte: 100 }, { not: { field: "label", exists: true } }] },
      { field: "id", in: ["item 5", "item 6", "never"] },
      { or: [] },
    ];
    const [query] = randomItems(1, 4, 9).units.values();
    for (const filter of filters) {
      const isMeant = matches(filter);
      const meant = new Map(
        labelled.filter((item) => isMeant(item)).map(({ id }) => [id, units.get(id)!]),
      );
      const [hits] = await collections.search("c", { vectors: [query], k: 15, filter });
      assertEquals(hits.map(idAndScore), nearest(meant, query, 15));
    }
    const wrong = { and: [{ field: "label", eq: "a" }, { field: "label" }] } as Filter;
    const call = collections.search("c", { vectors: [query], k: 1, filter: wrong });
    await refused(call, "invalid_input", "filter.and[1]");
  });

  test("gives hits up to a threshold, by similarity or by distance", async (collections) => {
    const items = [itemOf("a", 1, 0), itemOf("b", 3, 4), itemOf("c", 0, 1), itemOf("d", 9, 0)];
    const find = async (metric: Metric, threshold: number) => {
      await collections.create(metric, { encoder: null, dimension: 2, metric });
      await collections.upsert(metric, { encoder: null, items });
      const request = { vectors: [Float32Array.of(1, 0)], k: 9, threshold };
      const [hits] = await collections.search(metric, request);
      return hits.map(({ id }) => id);
    };
    assertEquals(await find("cosine", 0.6), ["a", "d", "b"]);
    assertEquals(await find("dot", 3), ["d", "b"]);
    assertEquals(await find("euclidean", 5), ["a", "c", "b"]);
    for (const threshold of [NaN, Infinity]) {
      const call = collections.search("dot", { vectors: [], k: 1, threshold });
      await refused(call, "invalid_input", "threshold");
    }
  });

  test("refuses queries of an encoder that is no longer the collection's", async (collections) => {
    await collections.upsert("c", { encoder: "a@1", items: [itemOf("x", 1, 0)] });
    const vectors = [Float32Array.of(1, 0)];
    const call = collections.search("c", { vectors, k: 1, encoder: "b@1" });
    await refused(call, "conflict", "encoder");
    const [hits] = await collections.search("c", { vectors, k: 1, encoder: "a@1" });
    assertEquals(hits.length, 1);
  });

  test("lists each pair of near duplicates once, whatever the pages", async (collections) => {
    const source = random(3);
    const { items, units } = randomItems(90, 6);
    for (let at = 0; at < 90; at += 4) { // groups of up to three, in any order
      const near = items[at].vector.map((value) => value + 1e-3 * source.normal());
      items[(at * 7 + 1) % 90].vector = near;
      if (at % 3 === 0) items[(at * 11 + 2) % 90].vector = near.slice();
    }
    for (const metric of ["cosine", "euclidean"] as const) {
      await collections.create(metric, { encoder: null, dimension: 6, metric });
      await collections.upsert(metric, { encoder: null, items });
      const vectors = new Map<string, Float32Array>();
      for (const { id } of items) vectors.set(id, (await collections.item(metric, id)).vector);
      const ids = [...units.keys()];
      const threshold = metric === "cosine" ? 0.999 : 0.02;
      const expected = ids.flatMap((id, at) =>
        nearest(new Map([...vectors].slice(at + 1)), vectors.get(id)!, 90, metric)
          .filter(({ score }) => metric === "cosine" ? score >= threshold : score <= threshold)
          .map((hit) => [id, hit.id])
          .sort((a, b) => ids.indexOf(a[1]) - ids.indexOf(b[1]))
      );
      assert(expected.length > 20);
      for (const limit of [1, 40, 90, 1000]) {
        const pairs: [string, string][] = [];
        let after: string | null | undefined;
        do {
          const options = { threshold, limit, after: after ?? undefined };
          const page = await collections.duplicates(metric, options);
          for (const { ids, score } of page.pairs) {
            assert(metric === "cosine" ? score >= threshold && score <= 1 : score <= threshold);
            pairs.push(ids);
          }
          after = page.next;
        } while (after !== null);
        assertEquals(pairs, expected);
      }
    }
    const options = { threshold: 1, limit: 1 };
    await refused(collections.duplicates("c", options), "not_found", "name");
    const wrong = { threshold: NaN, limit: 0, after: "x.y" };
    for (const [name, value] of Object.entries(wrong)) {
      const call = collections.duplicates("cosine", { ...options, [name]: value });
      await refused(call, "invalid_input", name);
    }
  });

  test("pairs without end come in pages that do", async (collections) => {
    const items = Array.from({ length: 160 }, (_, at) => itemOf(`${at}`, 1, 0)); // 12,720 pairs
    await collections.upsert("c", { encoder: null, items });
    const seen = new Set<string>();
    let pages = 0;
    let after: string | null | undefined;
    do {
      const options = { threshold: 1, limit: 1000, after: after ?? undefined };
      const page = await collections.duplicates("c", options);
      assert(page.pairs.length <= 10_000);
      for (const { ids } of page.pairs) seen.add(ids.join());
      after = page.next;
      pages++;
    } while (after !== null);
    assertEquals([seen.size, pages], [160 * 159 / 2, 2]);
  });
}

function idAndScore({ id, score }: { id: string; score: number }) {
  return { id, score };
}
