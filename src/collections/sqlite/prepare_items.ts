import { checkId, checkLabel, encodeMetadata, invalid } from "../checks.ts";
import type { CollectionItem, CollectionSettings, ImageFile } from "../collections.ts";
import { METRICS } from "../metrics.ts";
import type { NewItem } from "./item_rows.ts";

/** An item to be written, whose image has no file yet. */
export interface PreparedItem extends Omit<NewItem, "image"> {
  /** The original to be kept. */
  original: ImageFile | null;
}

/** What items must be like. */
export type ItemRules = Pick<Required<CollectionSettings>, "metric" | "images"> & {
  /** F; that of the first item unless told. */
  dimension?: number;
};

/**
 * Checks items and makes them what their collection keeps.
 *
 * @param given The items.
 * @param rules What they must be like.
 * @returns The items, in their order.
 * @throws {LookalikeError} `invalid_input`, with the field as `param`, if one cannot be.
 */
export function prepareItems(
  given: CollectionItem[],
  { metric, images, dimension = given[0]?.vector.length }: ItemRules,
): PreparedItem[] {
  if (given.length === 0) throw invalid("items", "there must be at least one: there are none");
  const ids = new Set<string>();
  return given.map(({ id, vector, label, metadata = {}, image, thumbnail }, at) => {
    const param = `items[${at}]`;
    checkId(id, `${param}.id`);
    if (ids.has(id)) {
      throw invalid(`${param}.id`, `it must be there once: ${JSON.stringify(id)} is there twice`);
    }
    ids.add(id);
    if (image?.bytes.length === 0) throw invalid(`${param}.image`, "it must not be empty: it is");
    return {
      id,
      vector: METRICS[metric].prepare(vector, { dimension, param: `${param}.vector` }),
      label: checkLabel(label, `${param}.label`),
      metadata: encodeMetadata(metadata, `${param}.metadata`),
      original: images === "original" && image || null,
      thumbnail: images !== "none" && thumbnail || null,
    };
  });
}
