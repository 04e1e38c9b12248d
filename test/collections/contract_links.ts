import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import type {
  CollectionItem,
  Collections,
  LinkedImage,
} from "../../src/collections/collections.ts";
import { LookalikeError } from "../../src/errors.ts";
import { type ContractTest, itemOf, refused } from "./contract_helpers.ts";

type Options = Omit<Parameters<Collections["linkImages"]>[1], "folder">;

function pictured(at: number, type = "image/jpeg"): CollectionItem {
  const image = { bytes: Uint8Array.of(at >> 8, at & 255), type };
  return { ...itemOf(`${at}`, 1, at), label: at % 3 === 0 ? "third" : null, image };
}

/** Links into a folder of its own; `bytes` are those of the files, in the order of the items. */
async function link(collections: Collections, options: Options = {}) {
  const folder = await Deno.makeTempDir();
  try {
    const linked = await collections.linkImages("c", { ...options, folder });
    const bytes = await Promise.all(linked.map(({ file }) => Deno.readFile(join(folder, file))));
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, linked.length);
    return { linked, bytes };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * What every adapter must do to put items' images into a folder.
 *
 * @param test Makes a test.
 */
export function linksContract(test: ContractTest): void {
  const ids = (linked: LinkedImage[]) => linked.map(({ id }) => Number(id));

  test("puts images into a folder: all, the labelled, or those named", async (collections) => {
    const items = Array.from({ length: 1030 }, (_, at) => pictured(at)); // more than one read
    await collections.upsert("c", { encoder: null, items });
    const all = await link(collections);
    assertEquals(ids(all.linked), items.map((_, at) => at));
    assertEquals(all.linked[3], { id: "3", label: "third", file: "000003.jpg" });
    assertEquals(all.linked[1029], { id: "1029", label: "third", file: "001029.jpg" });
    assertEquals(all.bytes, items.map(({ image }) => image!.bytes));
    const labelled = await link(collections, { labelled: true });
    assertEquals(ids(labelled.linked), items.flatMap((_, at) => at % 3 === 0 ? [at] : []));
    assertEquals(labelled.bytes[343], items[1029].image!.bytes);
    const named = { ids: ["700", "5", "6", "5"] };
    assertEquals(ids((await link(collections, named)).linked), [5, 6, 700]);
    assertEquals(ids((await link(collections, { ...named, labelled: false })).linked), [5, 700]);
    assertEquals((await link(collections, { ids: [] })).linked, []);
  });

  test("files are named by their format", async (collections) => {
    const types = ["image/png", "image/webp", "image/tiff", "image/jpeg", "text/../x", "image/a/b"];
    const items = types.map((type, at) => pictured(at, type));
    await collections.upsert("c", { encoder: null, items });
    const { linked } = await link(collections);
    assertEquals(linked.map(({ file }) => file.split(".")[1]), [
      "png",
      "webp",
      "tiff",
      "jpg",
      "image",
      "image",
    ]);
  });

  test("what is linked stays, whatever becomes of the items", async (collections) => {
    await collections.upsert("c", { encoder: null, items: [pictured(1), pictured(2)] });
    const folder = await Deno.makeTempDir();
    try {
      const linked = await collections.linkImages("c", { folder });
      await collections.upsert("c", { encoder: null, items: [{ ...pictured(7), id: "1" }] });
      await collections.drop("c");
      const read = await Promise.all(linked.map(({ file }) => Deno.readFile(join(folder, file))));
      assertEquals(read, [Uint8Array.of(0, 1), Uint8Array.of(0, 2)]);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });

  test("linking amid writes gives each item's image of before or after, and no other", async (collections) => {
    const count = 60;
    const put = (offset: number) =>
      collections.upsert("c", {
        encoder: null,
        items: Array.from({ length: count }, (_, at) => ({
          ...pictured(at + offset),
          id: `${at}`,
        })),
      });
    await put(0);
    const writes = [put(1000), put(2000)];
    const { linked, bytes } = await link(collections);
    assertEquals(ids(linked), Array.from({ length: count }, (_, at) => at));
    for (const [at, [high, low]] of bytes.entries()) {
      assert([at, at + 1000, at + 2000].includes(high * 256 + low));
    }
    await Promise.all(writes);
  });

  test("images that are not to be had are refused by name", async (collections) => {
    const items = [pictured(1), { ...itemOf("bare", 1, 0), label: "cat" }];
    await collections.upsert("c", { encoder: null, items });
    await refused(link(collections), "conflict", "name");
    await assertRejects(() => link(collections, { labelled: true }), LookalikeError, '"bare"');
    assertEquals(ids((await link(collections, { labelled: false })).linked), [1]);
    await refused(link(collections, { ids: ["1", "x"] }), "not_found", "ids");
    await collections.drop("c");
    await refused(link(collections), "not_found", "name");
  });

  test("linking stops when it is told to", async (collections) => {
    await collections.upsert("c", { encoder: null, items: [pictured(1)] });
    const signal = AbortSignal.abort(new Error("No longer wanted."));
    await assertRejects(() => link(collections, { signal }), Error, "No longer wanted.");
  });
}
