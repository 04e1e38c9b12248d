import { assertEquals } from "@std/assert";
import { join } from "node:path";
import type { createApi } from "./api.ts";

/** A photograph as an item of a collection. */
export interface Photograph {
  id: string;
  label: string;
  metadata: { split: string; number: number };
  bytes: Uint8Array<ArrayBuffer>;
}

const BATCH = 100;

/**
 * Reads photographs of folders `train/LABEL/` and `test/LABEL/`.
 *
 * @param folder Where those are.
 * @returns The photographs by id, which is their path in it.
 */
export async function readPhotographs(folder: string): Promise<Photograph[]> {
  const photographs: Photograph[] = [];
  for (const split of ["train", "test"]) {
    for await (const { name: label } of Deno.readDir(join(folder, split))) {
      for await (const { name } of Deno.readDir(join(folder, split, label))) {
        const id = `${split}/${label}/${name}`;
        const bytes = await Deno.readFile(join(folder, id));
        photographs.push({ id, label, metadata: { split, number: parseInt(name) }, bytes });
      }
    }
  }
  return photographs.sort((a, b) => a.id < b.id ? -1 : 1);
}

/**
 * Adds photographs to a collection, which has none of them yet.
 *
 * @param api Who adds them.
 * @param collection The collection's name.
 * @param photographs What is added, with a label where there is one.
 */
export async function ingest(
  api: ReturnType<typeof createApi>,
  collection: string,
  photographs: (Omit<Photograph, "label"> & { label?: string })[],
): Promise<void> {
  for (let first = 0; first < photographs.length; first += BATCH) {
    const items = photographs.slice(first, first + BATCH).map(({ bytes, ...item }) => ({
      ...item,
      image: bytes.toBase64(),
    }));
    const { inserted } = await api.ok("PUT", `/v1/collections/${collection}/items`, { items });
    assertEquals(inserted, items.length);
  }
}
