import { checkName, parseReference } from "../../encoders/reference.ts";
import { transaction } from "../../sqlite.ts";
import { checkCount, invalid, MOST_DIMENSION } from "../checks.ts";
import type { Collections, UnembeddedItem } from "../collections.ts";
import { METRICS } from "../metrics.ts";
import { type CollectionRow, infoOf } from "./collection_rows.ts";
import type { Parts } from "./parts.ts";
import type { OnTheWay } from "./reembedding_rows.ts";

/** How many items are looked at between two turns of others. */
const PAGE = 1024;
/** The most items of one answer. */
const MOST_ITEMS = 1000;
/** And so many bytes of their images, but for the first. */
const MOST_BYTES = 2 ** 26;

type Methods = Pick<
  Collections,
  | "beginReembedding"
  | "unembedded"
  | "addReembedded"
  | "finishReembedding"
  | "failReembedding"
  | "cancelReembedding"
>;

/**
 * The methods about a collection's way to another encoder.
 *
 * @param parts What they stand on.
 * @returns The methods.
 */
export function reembeddingMethods(
  { database, collections, images, reembeddings, files, indexes, janitor, inOrder }: Parts,
): Methods {
  /** Before which item all have their new vector, by the collection's key, as far as is known. */
  const reached = new Map<number, { generation: number; after: number }>();

  const write = <T>(name: string, work: (row: CollectionRow) => T): Promise<T> => {
    checkName(name, "collection");
    return inOrder(name, () => transaction(database, () => work(collections.get(name))));
  };

  /** Some items without their new vector, from where the last ones were. */
  const remaining = async (row: CollectionRow, limit: number): Promise<OnTheWay[]> => {
    const { generation } = row.reembedding!;
    const known = reached.get(row.key);
    let after = known?.generation === generation ? known.after : 0;
    let whole = after === 0;
    for (;;) {
      const page = reembeddings.page(row, { after, limit: PAGE });
      const left = page.filter(({ done }) => !done);
      if (left.length > 0) {
        reached.set(row.key, { generation, after: left[0].key - 1 });
        return left.slice(0, Math.min(limit, fitting(left)));
      }
      if (page.length === PAGE) after = page[PAGE - 1].key;
      else if (whole) return [];
      else { // once more from the first: some may have been written since they had theirs
        after = 0;
        whole = true;
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
  };

  return {
    async beginReembedding(name, target) {
      if (parseReference(target.encoder).version === undefined) {
        throw invalid("encoder", `it must be NAME@VERSION: it is ${target.encoder}`);
      }
      checkCount(target.dimension, { most: MOST_DIMENSION, param: "dimension" });
      const info = await write(name, (row) => {
        reembeddings.begin(row, target);
        return infoOf(collections.get(name));
      });
      janitor.wake();
      return info;
    },

    async unembedded(name, limit) {
      const row = collections.get(checkName(name, "collection"));
      checkCount(limit, { most: MOST_ITEMS, param: "limit" });
      if (row.reembedding?.status !== "running") return [];
      for (;;) {
        const left = await remaining(row, limit);
        const read = await Promise.all(left.map(async ({ id, revision, image }) => {
          try {
            return [{ id, revision, image: await files.read(image!) }];
          } catch (error) {
            if (images.image(row.key, id)?.file === image!.file) throw error;
            return []; // written or removed meanwhile
          }
        }));
        const found: UnembeddedItem[] = read.flat();
        if (found.length > 0 || left.length === 0) return found;
      }
    },

    addReembedded: (name, vectors) =>
      write(name, (row) => {
        if (row.reembedding?.status !== "running") return;
        const { dimension } = row.reembedding;
        const prepared = vectors.map(({ vector, ...item }, at) => ({
          ...item,
          vector: METRICS[row.metric].prepare(vector, {
            dimension,
            param: `vectors[${at}].vector`,
          }),
        }));
        reembeddings.add(row, prepared);
      }),

    finishReembedding(name) {
      checkName(name, "collection");
      return inOrder(name, () => {
        const before = transaction(database, () => {
          const row = collections.get(name);
          return reembeddings.finish(row) ? row : null;
        });
        if (before === null) return false;
        indexes.forget(before);
        janitor.wake();
        return true;
      });
    },

    failReembedding: (name, reason) =>
      write(name, (row) => {
        if (row.reembedding?.status === "running") reembeddings.fail(row, reason);
      }),

    async cancelReembedding(name) {
      await write(name, (row) => reembeddings.cancel(row));
      janitor.wake();
    },
  };
}

/** How many of the first items have images that are not too many bytes together. */
function fitting(items: OnTheWay[]): number {
  let bytes = 0;
  const over = items.findIndex(({ image }) => (bytes += image?.bytes ?? 0) > MOST_BYTES);
  return over < 0 ? items.length : Math.max(1, over);
}
