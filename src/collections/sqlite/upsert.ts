import { checkName } from "../../encoders/reference.ts";
import { LookalikeError } from "../../errors.ts";
import { transaction } from "../../sqlite.ts";
import { invalid } from "../checks.ts";
import type { Collections } from "../collections.ts";
import { DEFAULTS } from "./collection_methods.ts";
import type { CollectionRow } from "./collection_rows.ts";
import { freeze } from "./decode.ts";
import type { KeptImage } from "./image_files.ts";
import type { Parts } from "./parts.ts";
import { type PreparedItem, prepareItems } from "./prepare_items.ts";

/**
 * The method that writes items: first their images' files, beside what else goes on, and in its turn
 * the rows, in one transaction.
 *
 * @param parts What it stands on.
 * @returns The method.
 */
export function upsertMethod(
  { database, collections, items, files, indexes, inOrder, behind }: Parts,
): Collections["upsert"] {
  return (name, { encoder, items: given }) => {
    const before = collections.find(checkName(name, "collection"));
    let prepared = prepareItems(given, before ?? DEFAULTS);
    const originals = prepared.flatMap(({ original }) => original ?? []);

    const commit = (kept: KeptImage[]): { inserted: number; updated: number } => {
      const { row, newItems, keys, inserted, updated, files: old } = transaction(database, () => {
        const found = collections.find(name);
        if (found?.key !== before?.key) { // made, dropped or both since the call
          checkKeepsAsMany(found, { name, images: before?.images ?? DEFAULTS.images });
          prepared = prepareItems(given, found ?? DEFAULTS);
        }
        const dimension = prepared[0].vector.length;
        const row = found ?? collections.create(name, { ...DEFAULTS, encoder, dimension });
        checkFits(row, { encoder, items: prepared });
        const left = kept.values();
        const newItems = prepared.map(({ original, ...item }) => ({
          ...item,
          image: original && left.next().value!,
        }));
        return { row, newItems, ...items.put(row, newItems) };
      });
      indexes.upsert(row.key, () =>
        newItems.map(({ id, vector, label, metadata }, at) => ({
          key: keys[at],
          id,
          vector,
          label,
          metadata: freeze(JSON.parse(metadata)),
        })));
      if (old.length > 0) behind(() => files.remove(old));
      return { inserted, updated };
    };

    if (originals.length === 0) return inOrder(name, () => commit([]));
    const writing = files.write(originals);
    writing.catch(() => {}); // its turn may come later
    return inOrder(name, async () => {
      const kept = await writing;
      try {
        return commit(kept);
      } catch (error) {
        behind(() => files.remove(kept.map(({ file }) => file)));
        throw error;
      }
    });
  };
}

function checkKeepsAsMany(
  found: CollectionRow | undefined,
  { name, images }: { name: string; images: string },
): void {
  if ((found?.images ?? DEFAULTS.images) === images) return;
  throw new LookalikeError(
    "conflict",
    `Cannot add items to collection ${name} as it must be the one it was: it was made anew ` +
      "meanwhile. Try again.",
    { param: "name" },
  );
}

function checkFits(
  found: CollectionRow,
  { encoder, items }: { encoder: string | null; items: PreparedItem[] },
): void {
  const { name, dimension, reembedding } = found;
  if (encoder !== null && encoder !== found.encoder) {
    throw new LookalikeError(
      "conflict",
      `Cannot add vectors of encoder ${encoder} to collection ${name} as all must be alike: ` +
        `those in it are of ${found.encoder ?? "an unknown encoder"}. Use another collection.`,
      { param: "encoder" },
    );
  }
  const numbers = items[0].vector.length;
  if (numbers !== dimension) { // the collection is new, made since the items were checked
    throw invalid("items[0].vector", `it must have ${dimension} numbers: it has ${numbers}`);
  }
  const bare = items.findIndex(({ original }) => original === null);
  if (reembedding?.status === "running" && bare >= 0) {
    throw new LookalikeError(
      "conflict",
      `Cannot add item ${JSON.stringify(items[bare].id)} to collection ${name} as its original ` +
        `image must be kept while all are embedded anew by ${reembedding.encoder}: it has none.`,
      { param: `items[${bare}].image` },
    );
  }
}
