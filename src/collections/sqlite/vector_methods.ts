import { checkName } from "../../encoders/reference.ts";
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

interface Wanted {
  limit: number;
  after: number;
  labelled?: boolean;
  ids?: string[];
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
    async vectors(name, { limit, labelled, ids, after }) {
      checkName(name, "collection");
      checkCount(limit, { most: MOST_ITEMS, param: "limit" });
      const begin = cursorOf(after);
      const snapshot = openSnapshot(database);
      try {
        const collection = collectionRows(snapshot).get(name);
        const rows = vectorRows(snapshot);
        const { dimension, encoder } = collection;
        const most = Math.min(limit, Math.floor(MOST_NUMBERS / dimension));
        const wanted = { limit: most, after: begin, labelled, ids };
        const { keys, next } = keysOf(collection, { rows, wanted });
        const page: ItemVectors = {
          ids: [],
          labels: [],
          vectors: new Float32Array(keys.length * dimension),
          encoder,
        };
        const pause = turns();
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
function keysOf(
  collection: CollectionRow,
  { rows, wanted }: { rows: VectorRows; wanted: Wanted },
): { keys: number[]; next: string | null } {
  const { limit, after, labelled, ids } = wanted;
  if (ids === undefined) {
    const keys = rows.keys(collection, { after, limit: limit + 1, labelled });
    const next = keys.length > limit ? String(keys[limit - 1]) : null;
    return { keys: keys.slice(0, limit), next };
  }
  const keys = ids.slice(after, after + limit).flatMap((id) => {
    const found = rows.find(collection, id);
    if (found === undefined) throw itemNotFound(collection.name, { id, param: "ids" });
    const { key, label } = found;
    return labelled === undefined || labelled === (label !== null) ? [key] : [];
  });
  return { keys, next: after + limit < ids.length ? String(after + limit) : null };
}

/** Brings a vector to length 1; zeros stay zeros, as they point nowhere. */
function scaleToUnit(vector: Float32Array): void {
  const length = Math.sqrt(dot(vector, vector, 0)) || 1;
  for (let at = 0; at < vector.length; at++) vector[at] /= length;
}
