import { checkName } from "../../encoders/reference.ts";
import { LookalikeError } from "../../errors.ts";
import { transaction } from "../../sqlite.ts";
import { checkCount, checkLabel, CURSOR, encodeMetadata, invalid } from "../checks.ts";
import type { Collections, StoredItem } from "../collections.ts";
import { mergePatch } from "../merge_patch.ts";
import type { CollectionRow } from "./collection_rows.ts";
import type { Parts } from "./parts.ts";

/** The most items of one page. */
const MOST_ITEMS = 1000;

type Methods = Pick<
  Collections,
  "items" | "item" | "patch" | "remove" | "image" | "thumbnail"
>;

/**
 * The methods about items that are there.
 *
 * @param parts What they stand on.
 * @returns The methods.
 */
export function itemMethods(
  { database, collections, items, files, indexes, inOrder, behind }: Parts,
): Methods {
  const existing = (name: string) => collections.get(checkName(name, "collection"));

  const found = (row: CollectionRow, id: string) => {
    const item = items.item(row, id);
    if (item) return item;
    throw notFound(row.name, id);
  };

  const keptImage = (name: string, id: string) => {
    const kept = items.image(existing(name).key, id);
    if (kept === undefined) throw notFound(name, id);
    if (kept === null) throw notKept(name, { id, what: "original image" });
    return kept;
  };

  return {
    items(name, { limit, after, label }) {
      const row = existing(name);
      checkCount(limit, { most: MOST_ITEMS, param: "limit" });
      if (label !== undefined) checkLabel(label, "label");
      const page = items.list(row, { after: cursorOf(after), limit: limit + 1, label });
      const next = page.length > limit ? String(page[limit - 1].key) : null;
      return Promise.resolve({ items: page.slice(0, limit).map(withoutKey), next });
    },

    item: (name, id) => Promise.resolve(withoutKey(found(existing(name), id))),

    patch(name, id, changes) {
      checkName(name, "collection");
      const label = checkLabel(changes.label, "label");
      if (changes.metadata !== undefined) encodeMetadata(changes.metadata, "metadata");
      return inOrder(name, () => {
        const { row, facts } = transaction(database, () => {
          const row = collections.get(name);
          const item = found(row, id);
          const metadata = mergePatch(item.metadata, changes.metadata ?? {});
          const facts = items.relabel(row, {
            key: item.key,
            label: changes.label === undefined ? item.label : label,
            metadata: encodeMetadata(metadata as Record<string, unknown>, "metadata"),
          });
          return { row, facts };
        });
        indexes.relabel(row.key, facts);
        return withoutKey(found(row, id));
      });
    },

    remove(name, ids) {
      checkName(name, "collection");
      return inOrder(name, () => {
        const { row, count, files: old } = transaction(database, () => {
          const row = collections.get(name);
          return { row, ...items.remove(row, ids) };
        });
        indexes.remove(row.key, ids);
        if (old.length > 0) behind(() => files.remove(old));
        return count;
      });
    },

    async image(name, id) {
      for (let kept = keptImage(name, id);;) {
        try {
          const bytes = await files.read(kept);
          return { bytes, type: kept.type, sha256: kept.sha256 };
        } catch (error) {
          const now = keptImage(name, id);
          if (now.file === kept.file) throw error;
          kept = now; // the item was written meanwhile
        }
      }
    },

    thumbnail(name, id) {
      const thumbnail = items.thumbnail(existing(name).key, id);
      if (thumbnail === undefined) throw notFound(name, id);
      if (thumbnail === null) throw notKept(name, { id, what: "thumbnail" });
      return Promise.resolve(thumbnail);
    },
  };
}

/**
 * The key that a page begins behind.
 *
 * @param after What the last page said.
 * @returns A whole number; 0 for the first page.
 * @throws {LookalikeError} `invalid_input` if no page said it.
 */
export function cursorOf(after: string | undefined): number {
  if (after === undefined) return 0;
  if (CURSOR.test(after)) return Number(after);
  const said = JSON.stringify(after).slice(0, 100);
  throw invalid("after", `it must be the next of a page before: it is ${said}`);
}

function withoutKey({ key: _, ...item }: StoredItem & { key: number }): StoredItem {
  return item;
}

function notFound(name: string, id: string): LookalikeError {
  const sentence = `Cannot find item ${JSON.stringify(id)} in collection ${name}.`;
  return new LookalikeError("not_found", sentence, { param: "id" });
}

function notKept(name: string, { id, what }: { id: string; what: string }): LookalikeError {
  const sentence = `Cannot find the ${what} of item ${JSON.stringify(id)} in collection ${name}: ` +
    "none is kept.";
  return new LookalikeError("not_found", sentence, { param: "id" });
}
