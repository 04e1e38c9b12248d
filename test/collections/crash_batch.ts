import type { CollectionItem } from "../../src/collections/collections.ts";

/** Items in a batch of the crash test. */
export const BATCH = 20;

/**
 * The items of one batch of the crash test: new ones, and one that every batch replaces.
 *
 * @param batch The batch's number; vectors, metadata and images are functions of it.
 * @returns `BATCH` items, the last with the id "latest".
 */
export function crashBatch(batch: number): CollectionItem[] {
  return Array.from({ length: BATCH }, (_, at) => ({
    id: at === BATCH - 1 ? "latest" : `${batch}/${at}`,
    vector: Float32Array.from({ length: 64 }, (_, axis) => 1 + (batch + at * axis) % 7),
    metadata: { batch, text: "x".repeat(100) },
    image: { bytes: new Uint8Array(20_000).fill(1 + (batch + at) % 255), type: "image/jpeg" },
    thumbnail: new Uint8Array(500).fill(1 + batch % 255),
  }));
}

/** Items of the collection that goes from encoder to encoder. */
export const REEMBEDDED = 60;

/**
 * What an encoder makes of an item.
 *
 * @param encoder `e@VERSION`; the version is also how long its vectors are.
 * @param id The item's id.
 * @returns Its vector.
 */
export function crashVector(encoder: string, id: string): Float32Array {
  const length = Number(encoder.slice(2));
  return Float32Array.from({ length }, (_, axis) => 1 + (Number(id) + axis) % 5);
}
