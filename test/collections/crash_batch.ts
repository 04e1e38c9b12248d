import type { CollectionItem } from "../../src/collections/collections.ts";

/** Items in a batch of the crash test. */
export const BATCH = 20;

/**
 * The items of one batch of the crash test: new ones, and one that every batch replaces.
 *
 * @param batch The batch's number; vectors and metadata are functions of it.
 * @returns `BATCH` items, the last with the id "latest".
 */
export function crashBatch(batch: number): CollectionItem[] {
  return Array.from({ length: BATCH }, (_, at) => ({
    id: at === BATCH - 1 ? "latest" : `${batch}/${at}`,
    vector: Float32Array.from({ length: 64 }, (_, axis) => 1 + (batch + at * axis) % 7),
    metadata: { batch, text: "x".repeat(100) },
  }));
}
