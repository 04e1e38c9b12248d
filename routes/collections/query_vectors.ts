import type { CollectionInfo } from "../../src/collections/collections.ts";
import { METRICS } from "../../src/collections/metrics.ts";
import { normalize } from "../../src/embed/normalize.ts";
import type { StageTimings } from "../../src/embed/stages.ts";
import type { Hold } from "../../src/image/fetch_image.ts";
import { LookalikeError } from "../../src/errors.ts";
import type { GivenImage } from "../requests/image_input.ts";
import type { Services } from "../services.ts";
import { embedImages, encoderForImage } from "./embed_images.ts";
import type { Search } from "./search_schema.ts";

/** An image, a vector or an item's id, and what the request calls it. */
interface Example {
  image?: GivenImage;
  vector?: Float32Array;
  id?: string;
  field: string;
}

/**
 * The vectors of queries: those that are given, those of items, the embeddings of images, and means.
 *
 * @param services What the routes stand on.
 * @param request The collection; the searches; what the request calls a field of each; a signal; and
 * what counts the bytes of images that are fetched.
 * @returns A vector for each search, float32 `[F]`, and what embedding took; null if there was no
 * image.
 * @throws {LookalikeError} `not_found` without an item; `invalid_input` for a vector of another
 * length or without direction, and for an image where vectors come without a model.
 */
export async function queryVectors(
  services: Services,
  { info, searches, fieldOf, signal, hold }: {
    info: CollectionInfo;
    searches: Search[];
    fieldOf: (search: number, field: string) => string;
    signal: AbortSignal;
    hold: Hold;
  },
): Promise<{ vectors: Float32Array[]; timings: StageTimings | null }> {
  const examples = searches.map((search, at) => examplesOf(search, (field) => fieldOf(at, field)));
  const all = examples.flat();
  const known = await Promise.all(all.map((example) => knownVector(services, { info, example })));
  const places = [...all.keys()].filter((at) => known[at] === null);
  let timings: StageTimings | null = null;
  if (places.length > 0) {
    const embedded = await embedImages(services, {
      encoder: encoderForImage(info, all[places[0]].field),
      images: places.map((at) => all[at].image!),
      fieldOf: (index) => all[places[index]].field,
      signal,
      hold,
    });
    for (const [index, at] of places.entries()) known[at] = embedded.vectors[index];
    timings = embedded.timings;
  }
  const { dimension, metric } = info;
  const { prepare } = METRICS[metric];
  const vectors = examples.map((examples, at) => {
    const own = known.splice(0, examples.length) as Float32Array[];
    if (searches[at].mean === undefined) return own[0];
    return prepare(meanOf(own, info), { dimension, param: fieldOf(at, "mean") });
  });
  return { vectors, timings };
}

function examplesOf({ mean, ...single }: Search, fieldOf: (field: string) => string): Example[] {
  const examples = mean?.map((each, at) => [each, `mean[${at}].`] as const) ?? [[single, ""]];
  return examples.map(([{ image, vector, id }, prefix]) => {
    const kind = image !== undefined ? "image" : vector !== undefined ? "vector" : "id";
    return { image, vector, id, field: fieldOf(`${prefix}${kind}`) };
  });
}

/** The vector of what is not an image; null for an image. */
async function knownVector(
  { collections }: Services,
  { info, example: { vector, id, field } }: { info: CollectionInfo; example: Example },
): Promise<Float32Array | null> {
  const { metric, dimension } = info;
  if (vector) return METRICS[metric].prepare(vector, { dimension, param: field });
  if (id === undefined) return null;
  try {
    return (await collections.item(info.name, id)).vector;
  } catch (error) {
    const missing = error instanceof LookalikeError && error.param === "id";
    if (!missing) throw error;
    throw new LookalikeError(error.code, error.message, { param: field, cause: error });
  }
}

function meanOf(vectors: Float32Array[], { metric, dimension }: CollectionInfo): Float32Array {
  const alike = metric === "cosine" ? vectors.map(normalize) : vectors;
  return Float32Array.from(
    { length: dimension },
    (_, at) => alike.reduce((sum, vector) => sum + vector[at], 0) / alike.length,
  );
}
