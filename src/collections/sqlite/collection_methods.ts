import { checkName, parseReference } from "../../encoders/reference.ts";
import { transaction } from "../../sqlite.ts";
import { checkChoice, checkCount, invalid, MOST_DIMENSION } from "../checks.ts";
import type { Collections, CollectionSettings } from "../collections.ts";
import { METRICS } from "../metrics.ts";
import { infoOf } from "./collection_rows.ts";
import type { Parts } from "./parts.ts";

/** What a collection is like unless told. */
export const DEFAULTS = { metric: "cosine", index: "exact", images: "original" } as const;

const INDEXES = ["exact", "hnsw"];
const RETENTIONS = ["original", "thumbnail", "none"];

/**
 * The methods about collections themselves.
 *
 * @param parts What they stand on.
 * @returns The methods.
 */
export function collectionMethods(
  { database, collections, indexes, janitor, inOrder }: Parts,
): Pick<Collections, "list" | "get" | "create" | "update" | "drop"> {
  return {
    list: () => Promise.resolve(collections.list().map(infoOf)),

    get: (name) => Promise.resolve(infoOf(collections.get(checkName(name, "collection")))),

    create(name, given) {
      const settings = { ...DEFAULTS, ...given };
      checkName(name, "collection");
      checkSettings(settings);
      return inOrder(
        name,
        () => infoOf(transaction(database, () => collections.create(name, settings))),
      );
    },

    update(name, { index }) {
      checkName(name, "collection");
      checkChoice(index, { choices: INDEXES, param: "index" });
      return inOrder(name, () =>
        transaction(database, () => {
          collections.setIndex(collections.get(name).key, index);
          return infoOf(collections.get(name));
        }));
    },

    drop(name) {
      checkName(name, "collection");
      return inOrder(name, () => {
        const row = transaction(database, () => {
          const row = collections.get(name);
          collections.drop(row.key);
          return row;
        });
        indexes.forget(row);
        janitor.wake();
      });
    },
  };
}

function checkSettings(settings: Required<CollectionSettings>): void {
  const { encoder, dimension, metric, index, images } = settings;
  if (encoder !== null && parseReference(encoder).version === undefined) {
    throw invalid("encoder", `it must be NAME@VERSION: it is ${encoder}`);
  }
  checkCount(dimension, { most: MOST_DIMENSION, param: "dimension" });
  checkChoice(metric, { choices: Object.keys(METRICS), param: "metric" });
  checkChoice(index, { choices: INDEXES, param: "index" });
  checkChoice(images, { choices: RETENTIONS, param: "images" });
}
