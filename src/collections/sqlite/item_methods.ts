import { checkName } from "../../encoders/reference.ts";
import { transaction } from "../../sqlite.ts";
import { checkCount, checkLabel, CURSOR, encodeMetadata, invalid } from "../checks.ts";
import type { Collections, StoredItem } from "../collections.ts";
import { mergePatch } from "../merge_patch.ts";
import type { CollectionRow } from "./collection_rows.ts";
import { itemNotFound } from "./item_not_found.ts";
import type { Parts } from "./parts.ts";

/** The most items of one page. */
const MOST_ITEMS = 1000;
/** The most items of one call that patches many, as all are one transaction. */
const MOST_PATCHES = 1000;

type Methods = Pick<
  Collections,
  "items" | "item" | "labelCounts" | "patch" | "patchMany" | "remove"
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
    throw itemNotFound(row.name, { id });
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

    labelCounts(name) {
      const row = existing(name);
      const labels = items.labelCounts(row);
      const labelled = labels.values().reduce((sum, count) => sum + count, 0);
      return Promise.resolve({ labels, unlabelled: row.count - labelled });
    },

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

    patchMany(name, changes) {
      checkName(name, "collection");
      if (changes.length > MOST_PATCHES) {
        const sentence = `there must be at most ${MOST_PATCHES}: there are ${changes.length}`;
        throw invalid("changes", sentence);
      }
      for (const [at, { metadata }] of changes.entries()) {
        encodeMetadata(metadata, `changes[${at}].metadata`);
      }
      return inOrder(name, () => {
        const { row, patched } = transaction(database, () => {
          const row = collections.get(name);
          const patched = changes.flatMap(({ id, metadata }, at) => {
            const before = items.facts(row, id);
            if (before === undefined) return [];
            const merged = mergePatch(before.metadata, metadata) as Record<string, unknown>;
            const text = encodeMetadata(merged, `changes[${at}].metadata`);
            return [items.relabel(row, { ...before, metadata: text })];
          });
          return { row, patched };
        });
        for (const facts of patched) indexes.relabel(row.key, facts);
        return patched.length;
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
