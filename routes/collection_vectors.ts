import { unitVector } from "../src/collections/checks.ts";
import type { CollectionInfo } from "../src/collections/collections.ts";
import type { ServedEncoder } from "../src/embed/served_encoder.ts";
import { LookalikeError } from "../src/errors.ts";
import type { Services } from "./services.ts";

type Needed = Pick<Services, "collections" | "encoders">;

/** An item as a request gives it: with an image or with a vector. */
interface GivenItem {
  image?: Uint8Array;
  vector?: Float32Array;
}

/**
 * The vectors of items: those that are given, and the embeddings of images.
 *
 * @param services Where encoders and collections are.
 * @param request The collection's name, the model if the caller says one, the items, and a signal
 * that is aborted once nobody waits.
 * @returns A vector for each item, float32 `[F]`, and what made them, `NAME@VERSION`, or null.
 * @throws {LookalikeError} `conflict` if the collection is of another model, before anything is
 * embedded; `invalid_input` without a model for images, or for a vector of another dimension; what
 * embedding throws.
 */
export async function vectorsOf(
  { collections, encoders }: Needed,
  { name, model, items, signal }: {
    name: string;
    model?: string;
    items: GivenItem[];
    signal: AbortSignal;
  },
): Promise<{ encoder: string | null; vectors: Float32Array[] }> {
  const info = await collections.get(name).catch(absent);
  const encoder = model === undefined ? null : encoders.find(model);
  if (info && encoder) checkModel(info, encoder);
  const dimension = info?.dimension ?? encoder?.manifest.dimension;
  for (const [at, { vector }] of items.entries()) {
    if (vector) unitVector(vector, { dimension, param: `items[${at}].vector` });
  }
  const places = items.flatMap(({ image }, at) => image ? [at] : []);
  if (places.length === 0) {
    return { encoder: encoder?.reference ?? null, vectors: items.map(({ vector }) => vector!) };
  }
  const embedder = encoder ??
    encoderOf(encoders, { name, info, field: `items[${places[0]}].image` });
  const embedded = await embedder.embed(places.map((at) => items[at].image!), {
    fieldOf: (index) => `items[${places[index]}].image`,
    signal,
  });
  const vectors = items.map(({ vector }, at) => vector ?? embedded[places.indexOf(at)]);
  return { encoder: embedder.reference, vectors };
}

/**
 * The vector of a query: the one given, that of an item, or the embedding of an image.
 *
 * @param services Where encoders and collections are.
 * @param query The collection's name; an image, a vector or an item's id; and a signal.
 * @returns float32 `[F]`.
 * @throws {LookalikeError} `not_found` without the collection or the item; `invalid_input` for a
 * vector of another dimension, or an image where the collection's vectors came without a model.
 */
export async function embedQuery(
  { collections, encoders }: Needed,
  { name, image, vector, id, signal }: GivenItem & {
    name: string;
    id?: string;
    signal: AbortSignal;
  },
): Promise<Float32Array> {
  const info = await collections.get(name);
  if (vector) return unitVector(vector, { dimension: info.dimension, param: "vector" });
  if (image === undefined) return (await collections.item(name, id!)).vector;
  const encoder = encoderOf(encoders, { name, info, field: "image" });
  const [embedding] = await encoder.embed([image], { fieldOf: () => "image", signal });
  return embedding;
}

function encoderOf(
  encoders: Needed["encoders"],
  { name, info, field }: { name: string; info: CollectionInfo | null; field: string },
): ServedEncoder {
  if (info?.encoder) return encoders.find(info.encoder);
  throw new LookalikeError(
    "invalid_input",
    info
      ? `Cannot embed ${field} as collection ${name} must have a model for it: its vectors came without.`
      : `Cannot embed ${field} as model must be given for the first items of a collection: it is missing.`,
    { param: info ? field : "model" },
  );
}

function checkModel({ name, encoder }: CollectionInfo, { reference }: ServedEncoder): void {
  if (encoder === reference) return;
  throw new LookalikeError(
    "conflict",
    `Cannot add to collection ${name} by model ${reference} as all its vectors must be of one: they ` +
      `are of ${encoder ?? "none that was named"}. Leave model out, or use another collection.`,
    { param: "model" },
  );
}

function absent(error: unknown): null {
  if (error instanceof LookalikeError && error.code === "not_found") return null;
  throw error;
}
