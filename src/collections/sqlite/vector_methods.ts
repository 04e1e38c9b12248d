import { checkName } from "../../encoders/reference.ts";
import { permutation } from "../../random.ts";
import { checkCount } from "../checks.ts";
import type { Collections, ItemVectors } from "../collections.ts";
import { dot } from "../metrics.ts";
import { turns } from "../turns.ts";
import { type CollectionRow, collectionRows } from "./collection_rows.ts";
import { cursorOf } from "./item_methods.ts";
import { itemNotFound } from "./item_not_found.ts";
import type { Parts } from "./parts.ts";
import { openSnapshot } from "./snapshot.ts";
import { type VectorRows, vectorRows } from "./vector_rows.ts";

/** The most items of one page. */
const MOST_ITEMS = 10_000;
/** And so many numbers of their vectors, 128 MiB. */
const MOST_NUMBERS = 2 ** 25;

/** Which items are read. */
interface Wanted {
  limit: number;
  after: number;
  labelled?: boolean;
  ids?: string[];
  seed?: number;
}

/** What is read, and of which collection. */
interface Reading {
  collection: CollectionRow;
  rows: VectorRows;
  /** To be awaited between pieces. */
  pause: () => Promise<void> | void;
}

/**
 * The method that reads vectors: a page as it is when it is asked for, read over several turns of
 * the event loop.
 *
 * @param parts What it stands on.
 * @returns The method.
 */
export function vectorMethods({ database }: Parts): Pick<Collections, "vectors"> {
  return {
    async vectors(name, { limit, after, ...which }) {
      checkName(name, "collection");
      checkCount(limit, { most: MOST_ITEMS, param: "limit" });
      const begin = cursorOf(after);
      const snapshot = openSnapshot(database);
      try {
        const collection = collectionRows(snapshot).get(name);
        const rows = vectorRows(snapshot);
        const { dimension, encoder } = collection;
        const most = Math.min(limit, Math.floor(MOST_NUMBERS / dimension));
        const wanted = { limit: most, after: begin, ...which };
        const pause = turns();
        const { keys, next } = await keysOf({ collection, rows, pause }, wanted);
        const page: ItemVectors = {
          ids: [],
          labels: [],
          vectors: new Float32Array(keys.length * dimension),
          encoder,
        };
        for (const [at, key] of keys.entries()) {
          await pause();
          const { id, label, vector } = rows.read(collection, key);
          page.ids.push(id);
          page.labels.push(label);
          if (collection.metric !== "cosine") scaleToUnit(vector);
          page.vectors.set(vector, at * dimension);
        }
        return { ...page, next };
      } finally {
        snapshot.close();
      }
    },
  };
}

/** The items of a page, and where the next one begins: behind a key, or at a place among the ids. */
async function keysOf(
  reading: Reading,
  wanted: Wanted,
): Promise<{ keys: number[]; next: string | null }> {
  const { collection, rows } = reading;
  const { limit, after, ids, seed } = wanted;
  if (ids !== undefined) {
    const next = after + limit < ids.length ? String(after + limit) : null;
    return { keys: namedKeys(reading, wanted), next };
  }
  if (seed !== undefined) {
    return { keys: await drawnKeys(reading, { ...wanted, seed }), next: null };
  }
  const keys = rows.keys(collection, { ...wanted, limit: limit + 1 });
  const next = keys.length > limit ? String(keys[limit - 1]) : null;
  return { keys: keys.slice(0, limit), next };
}

function namedKeys(
  { collection, rows }: Reading,
  { limit, after, labelled, ids = [] }: Wanted,
): number[] {
  return ids.slice(after, after + limit).flatMap((id) => {
    const found = rows.find(collection, id);
    if (found === undefined) throw itemNotFound(collection.name, { id, param: "ids" });
    const { key, label } = found;
    return labelled === undefined || labelled === (label !== null) ? [key] : [];
  });
}

/** Some of all items behind a key, in their order; which, is a function of the items and the seed. */
async function drawnKeys(
  { collection, rows, pause }: Reading,
  { limit, after, labelled, seed }: Wanted & { seed: number },
): Promise<number[]> {
  const all: number[] = [];
  for (let page = [after]; page.length > 0;) {
    page = rows.keys(collection, { after: page.at(-1)!, limit: MOST_ITEMS, labelled });
    for (const key of page) all.push(key);
    await pause();
  }
  if (all.length <= limit) return all;
  return Array.from(permutation(all.length, seed).subarray(0, limit).sort(), (at) => all[at]);
}

/** Brings a vector to length 1; zeros stay zeros, as they point nowhere. */
function scaleToUnit(vector: Float32Array): void {
  const length = Math.sqrt(dot(vector, vector, 0)) || 1;
  for (let at = 0; at < vector.length; at++) vector[at] /= length;
}
