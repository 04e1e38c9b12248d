import type { CollectionInfo, CollectionItem } from "../../src/collections/collections.ts";
import { METRICS } from "../../src/collections/metrics.ts";
import type { StageTimings } from "../../src/embed/stages.ts";
import type { Hold } from "../../src/image/fetch_image.ts";
import { LookalikeError } from "../../src/errors.ts";
import { imageFormat } from "../../src/image/format.ts";
import type { Services } from "../services.ts";
import { embedImages, encoderForImage } from "./embed_images.ts";
import { encoderOf } from "./encoder_of.ts";
import type { GivenItem } from "./item_schema.ts";

/** The longest side of a thumbnail, in pixels. */
const THUMBNAIL = 256;

/** Items as a collection takes them. */
export interface EmbeddedItems {
  /** What made the vectors, `NAME@VERSION`; null if the caller does not say. */
  encoder: string | null;
  items: CollectionItem[];
  /** What embedding their images took; null if they had none. */
  timings: StageTimings | null;
}

/**
 * Makes items of what a request gives: vectors stay, images are embedded by the collection's encoder.
 *
 * @param services What the routes stand on.
 * @param request The collection's name, the model if the caller says one, the items, a signal
 * that is aborted once nobody waits, and what counts the bytes of images that are fetched.
 * @returns What {@link Collections.upsert} takes.
 * @throws {LookalikeError} `conflict` if the collection is of another model, before anything is
 * embedded; `invalid_input` without a model for images, or for a vector of another dimension; what
 * embedding throws.
 */
export async function embedItems(
  services: Services,
  { name, model, items, signal, hold }: {
    name: string;
    model?: string;
    items: GivenItem[];
    signal: AbortSignal;
    hold: Hold;
  },
): Promise<EmbeddedItems> {
  const info = await services.collections.get(name).catch(absent);
  const given = model === undefined ? null : await encoderOf(services.encoders, model);
  if (info && given) checkModel(info, given.encoder);
  const { metric = "cosine", dimension }: Partial<CollectionInfo> = { ...given, ...info };
  for (const [at, { vector }] of items.entries()) { // before any image is embedded
    if (vector) METRICS[metric].prepare(vector, { dimension, param: `items[${at}].vector` });
  }
  const places = [...items.keys()].filter((at) => items[at].image !== undefined);
  const made = items.map(({ image: _, ...item }) => item as CollectionItem);
  if (places.length === 0) return { encoder: given?.encoder ?? null, items: made, timings: null };
  const fieldOf = (index: number) => `items[${places[index]}].image`;
  const encoder = given?.encoder ?? encoderForImage(info ?? noModel(fieldOf(0)), fieldOf(0));
  const { files, vectors, thumbnails, timings } = await embedImages(services, {
    encoder,
    images: places.map((at) => items[at].image!),
    fieldOf,
    thumbnail: info?.images === "none" ? undefined : THUMBNAIL,
    signal,
    hold,
  });
  for (const [index, at] of places.entries()) {
    const bytes = files[index];
    made[at].vector = vectors[index];
    made[at].image = { bytes, type: `image/${imageFormat(bytes)}` };
    made[at].thumbnail = thumbnails[index] ?? undefined;
  }
  return { encoder, items: made, timings };
}

function absent(error: unknown): null {
  if (error instanceof LookalikeError && error.code === "not_found") return null;
  throw error;
}

function noModel(field: string): never {
  throw new LookalikeError(
    "invalid_input",
    `Cannot embed ${field} as model must be given for the first items of a collection: it is missing.`,
    { param: "model" },
  );
}

function checkModel({ name, encoder }: CollectionInfo, given: string): void {
  if (encoder === given) return;
  throw new LookalikeError(
    "conflict",
    `Cannot add to collection ${name} by model ${given} as all its vectors must be of one: they are ` +
      `of ${encoder ?? "none that was named"}. Leave model out, or use another collection.`,
    { param: "model" },
  );
}
