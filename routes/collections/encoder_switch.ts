import type { CollectionInfo, Collections } from "../../src/collections/collections.ts";
import { LookalikeError } from "../../src/errors.ts";

/**
 * Does what depends on a collection's encoder, and does it anew if the collection was switched to
 * another one meanwhile: vectors of one encoder say nothing to those of another.
 *
 * @param collections Where the collection is.
 * @param name The collection.
 * @param work What to do; it is handed the collection as it is.
 * @returns What the work returned when the encoder after it was the one before it.
 * @throws {LookalikeError} `not_found` without the collection; what the work throws.
 */
export async function withSteadyEncoder<T>(
  collections: Collections,
  name: string,
  work: (info: CollectionInfo) => Promise<T>,
): Promise<T> {
  let before = await collections.get(name);
  while (true) {
    const [outcome] = await Promise.allSettled([work(before)]);
    const after = await collections.get(name);
    if (after.encoder === before.encoder) {
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    }
    before = after;
  }
}

/**
 * Adds to a collection, and does it anew as often as the collection is switched to another encoder
 * meanwhile. (What was added before the switch was re-embedded with the rest.)
 *
 * @param work What to do; it asks for the collection's encoder each time.
 * @returns What the work returned.
 * @throws What the work throws.
 */
export async function againIfSwitched<T>(work: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await work();
    } catch (error) {
      const isSwitched = error instanceof LookalikeError && error.code === "conflict" &&
        error.param === "encoder"; // as the collections, and no request, call it
      if (!isSwitched) throw error;
    }
  }
}
