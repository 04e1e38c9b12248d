import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ImageRetention } from "../../src/collections/collections.ts";
import { sha256 } from "../../src/files.ts";
import { type ContractTest, itemOf, nested, refused, search } from "./contract_helpers.ts";

const jpeg = (...bytes: number[]) => ({ bytes: Uint8Array.from(bytes), type: "image/jpeg" });

/**
 * What every adapter must do with settings, items' labels and metadata, images and lists.
 *
 * @param test Makes a test.
 */
export function itemsContract(test: ContractTest): void {
  test("makes a collection as told, once", async (collections) => {
    const settings = {
      encoder: "a@1",
      dimension: 3,
      metric: "euclidean",
      index: "hnsw",
      images: "none",
    } as const;
    const info = await collections.create("c", settings);
    const { createdAt: _, ...rest } = info;
    assertEquals(rest, { name: "c", count: 0, reembedding: null, ...settings });
    assertEquals(await collections.get("c"), info);
    await refused(collections.create("c", settings), "conflict", "name");
    assertEquals(await search(collections, "c", { query: [1, 2, 3], k: 4 }), [[]]);
    const wrong = { encoder: "e", dimension: 0, metric: "l1", index: "ivf", images: "some" };
    for (const [name, value] of Object.entries(wrong)) {
      const call = collections.create("d", { ...settings, [name]: value });
      await refused(call, "invalid_input", name);
    }
    await refused(
      collections.create("d", { ...settings, dimension: 16_385 }),
      "invalid_input",
      "dimension",
    );
    await refused(collections.create("d/e", settings), "invalid_input", "name");
    const updated = await collections.update("c", { index: "exact" });
    assertEquals(updated, { ...info, index: "exact" });
    await refused(collections.update("c", { index: "x" as never }), "invalid_input", "index");
    await refused(collections.update("absent", { index: "exact" }), "not_found", "name");
  });

  test("keeps labels, and lists items in the order they came, also of one label", async (collections) => {
    const items = Array.from({ length: 25 }, (_, at) => ({
      ...itemOf(`${at * 7 % 25}`, 1, at),
      label: ["cat", "dog", null][at % 3],
    }));
    await collections.upsert("c", { encoder: null, items: items.slice(0, 13) });
    await collections.upsert("c", { encoder: null, items: items.slice(13).concat(items[4]) });
    const all = async (limit: number, label?: string) => {
      const ids: string[] = [];
      let after: string | null | undefined;
      do {
        const page = await collections.items("c", { limit, after: after ?? undefined, label });
        assert(page.items.length <= limit);
        for (const item of page.items) {
          assertEquals(item, await collections.item("c", item.id));
          ids.push(item.id);
        }
        after = page.next;
      } while (after !== null);
      return ids;
    };
    const ids = items.map(({ id }) => id);
    for (const limit of [1, 5, 24, 25, 26]) assertEquals(await all(limit), ids);
    const cats = items.filter(({ label }) => label === "cat").map(({ id }) => id);
    for (const limit of [2, 9, 10]) assertEquals(await all(limit, "cat"), cats);
    assertEquals(await all(3, "bird"), []);
    const { next } = await collections.items("c", { limit: 10 });
    await collections.remove("c", ids.slice(8, 12)); // among them where the page ended
    const rest = await collections.items("c", { limit: 10, after: next! });
    assertEquals(rest.items.map(({ id }) => id), ids.slice(12, 22));
    for (const limit of [0, 1.5, 1001]) {
      await refused(collections.items("c", { limit }), "invalid_input", "limit");
    }
    for (const after of ["", "x", "-1", "1e3", "9".repeat(20)]) {
      await refused(collections.items("c", { limit: 1, after }), "invalid_input", "after");
    }
    await refused(collections.items("c", { limit: 1, label: "" }), "invalid_input", "label");
    await refused(collections.items("absent", { limit: 1 }), "not_found", "name");
  });

  test("patches label and metadata, and nothing else", async (collections) => {
    const metadata = { a: 1, deep: { b: 2, c: 3 } };
    const item = { ...itemOf("x", 3, 4), metadata, label: "cat", image: jpeg(1, 2, 3) };
    await collections.upsert("c", { encoder: null, items: [item, itemOf("y", 1, 0)] });
    await search(collections, "c", { query: [1, 0], k: 1 });
    const before = await collections.item("c", "x");
    const patch = (changes: Parameters<typeof collections.patch>[2]) =>
      collections.patch("c", "x", changes);
    const patched = await patch({ metadata: { a: null, deep: { b: 5 }, new: [1] } });
    const expected = { deep: { b: 5, c: 3 }, new: [1] };
    assertEquals(patched, { ...before, metadata: expected, updatedAt: patched.updatedAt });
    assertEquals(await collections.item("c", "x"), patched);
    assertEquals((await patch({ label: "dog" })).label, "dog");
    const filter = { field: "label", eq: "dog" };
    const [[hit]] = await collections.search("c", {
      vectors: [Float32Array.of(1, 0)],
      k: 1,
      filter,
    });
    assertEquals([hit.id, hit.label, hit.metadata], ["x", "dog", expected]);
    assertEquals((await patch({ label: null })).label, null);
    assertEquals((await patch({})).metadata, expected);
    assertEquals((await collections.image("c", "x")).bytes, item.image.bytes);
    await refused(collections.patch("c", "z", {}), "not_found", "id");
    await refused(collections.patch("d", "x", {}), "not_found", "name");
    await refused(patch({ label: "" }), "invalid_input", "label");
    await refused(patch({ metadata: [] as never }), "invalid_input", "metadata");
    await refused(patch({ metadata: nested(33) }), "invalid_input", "metadata");
    const half = { metadata: { first: "x".repeat(40_000) } };
    await patch(half);
    await refused(
      patch({ metadata: { second: half.metadata.first } }),
      "invalid_input",
      "metadata",
    );
  });

  test("any metadata comes back as it was, whatever its names", async (collections) => {
    const object = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "")),
      fc.jsonValue({ maxDepth: 3 }),
      { maxKeys: 5 },
    );
    await fc.assert(
      fc.asyncProperty(object, async (given) => {
        const metadata = JSON.parse(JSON.stringify(given));
        await collections.upsert("c", { encoder: null, items: [{ ...itemOf("x", 1), metadata }] });
        const [[hit]] = await search(collections, "c", { query: [1], k: 1 });
        assertEquals(JSON.stringify(hit.metadata), JSON.stringify(metadata));
        const item = await collections.item("c", "x");
        assertEquals(JSON.stringify(item.metadata), JSON.stringify(metadata));
      }),
      { numRuns: 25 },
    );
  });

  const kept: Record<ImageRetention, [boolean, boolean]> = {
    original: [true, true],
    thumbnail: [false, true],
    none: [false, false],
  };
  for (const [images, [original, thumbnail]] of Object.entries(kept)) {
    test(`keeps images as told: ${images}`, async (collections) => {
      await collections.create("c", {
        encoder: null,
        dimension: 2,
        images: images as ImageRetention,
      });
      const image = jpeg(...Array(5000).keys());
      const items = [
        { ...itemOf("both", 1, 0), image, thumbnail: Uint8Array.of(7, 8) },
        itemOf("none", 1, 1),
      ];
      await collections.upsert("c", { encoder: null, items });
      const stored = await collections.item("c", "both");
      assertEquals(stored.hasThumbnail, thumbnail);
      const sum = sha256(image.bytes);
      assertEquals(
        stored.image,
        original ? { type: "image/jpeg", bytes: 5000, sha256: sum } : null,
      );
      if (original) {
        assertEquals(await collections.image("c", "both"), { ...image, sha256: sum });
      } else await refused(collections.image("c", "both"), "not_found", "id");
      if (thumbnail) assertEquals(await collections.thumbnail("c", "both"), Uint8Array.of(7, 8));
      else await refused(collections.thumbnail("c", "both"), "not_found", "id");
      for (const id of ["none", "absent"]) {
        await refused(collections.image("c", id), "not_found", "id");
        await refused(collections.thumbnail("c", id), "not_found", "id");
      }
      await refused(collections.image("absent", "both"), "not_found", "name");
      await refused(collections.thumbnail("absent", "both"), "not_found", "name");
    });
  }

  test("an item's image is that of its last write", async (collections) => {
    const put = (item: object) =>
      collections.upsert("c", { encoder: null, items: [{ ...itemOf("x", 1, 0), ...item }] });
    await put({ image: jpeg(1, 2), thumbnail: Uint8Array.of(1) });
    await put({ image: jpeg(3, 4, 5), thumbnail: Uint8Array.of(2) });
    assertEquals((await collections.image("c", "x")).bytes, Uint8Array.of(3, 4, 5));
    assertEquals(await collections.thumbnail("c", "x"), Uint8Array.of(2));
    await put({});
    await refused(collections.image("c", "x"), "not_found", "id");
    await refused(collections.thumbnail("c", "x"), "not_found", "id");
    await put({ image: jpeg(9) });
    await collections.remove("c", ["x"]);
    await refused(collections.image("c", "x"), "not_found", "id");
  });

  test("an image is read whole whatever is written meanwhile", async (collections) => {
    const of = (round: number) => jpeg(...Array(3000).fill(round));
    const write = (round: number) =>
      collections.upsert("c", {
        encoder: null,
        items: [{ ...itemOf("x", 1, 0), image: of(round) }],
      });
    await write(0);
    const writes = Array.from({ length: 20 }, (_, round) => write(round + 1));
    for (let reads = 0; reads < 30; reads++) {
      const { bytes } = await collections.image("c", "x");
      assertEquals(bytes, of(bytes[0]).bytes);
    }
    await Promise.all(writes);
    assertEquals((await collections.image("c", "x")).bytes[0], 20);
  });

  test("writes with images and without take effect in the order of the calls", async (collections) => {
    const put = (n: number, image?: ReturnType<typeof jpeg>) =>
      collections.upsert("c", {
        encoder: null,
        items: [{ ...itemOf("x", 1, n), metadata: { n }, image }],
      });
    const calls = [
      put(1, jpeg(1)),
      put(2),
      collections.drop("c"),
      put(3, jpeg(3)),
      put(4, jpeg(4)),
    ];
    calls.push(collections.patch("c", "x", { metadata: { patched: true } }) as never);
    calls.push(put(5), collections.remove("c", ["x"]) as never, put(6, jpeg(6)));
    const counts = await Promise.all(calls);
    assertEquals(counts[3], { inserted: 1, updated: 0 });
    assertEquals(counts[4], { inserted: 0, updated: 1 });
    assertEquals(counts[8], { inserted: 1, updated: 0 });
    assertEquals((await collections.item("c", "x")).metadata, { n: 6 });
    assertEquals((await collections.image("c", "x")).bytes, Uint8Array.of(6));
  });
}
