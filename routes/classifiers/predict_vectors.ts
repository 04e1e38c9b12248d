import type { ClassifierManifest } from "../../src/classifiers/classifiers.ts";
import { METRICS } from "../../src/collections/metrics.ts";
import type { StageTimings } from "../../src/embed/stages.ts";
import { readImages } from "../requests/read_images.ts";
import type { Services } from "../services.ts";
import { embedUnit } from "./embed_unit.ts";
import type { Reading } from "./fit_examples.ts";
import { namedHere } from "./named_here.ts";
import type { PredictRequest } from "./predict_schema.ts";

/** Vectors as a classifier takes them. */
export interface UnitVectors {
  /** float32 `[N, F]`, each row of length 1. */
  vectors: Float32Array;
  /** What embedding took; null if there was no image. */
  timings: StageTimings | null;
}

/** What is asked of which classifier. */
export interface Asked extends Reading {
  manifest: ClassifierManifest;
  request: PredictRequest;
}

/**
 * The vectors of what a classifier is asked about.
 *
 * @param services What the routes stand on.
 * @param asked The classifier, and what it is asked about.
 * @returns Vectors of its encoder and layer.
 * @throws {LookalikeError} `not_found` without the collection, an item, an item's image where one is
 * needed, or, by the field `classifier`, its encoder; `invalid_input` for a vector of another length
 * or without direction; what embedding throws.
 */
export async function predictVectors(services: Services, asked: Asked): Promise<UnitVectors> {
  const { manifest, request: { vectors, images } } = asked;
  if (vectors) return { vectors: unitRows(vectors, manifest), timings: null };
  return images ? await ofImages(services, asked) : await ofItems(services, asked);
}

function unitRows(vectors: Float32Array[], { dimension }: ClassifierManifest): Float32Array {
  const rows = new Float32Array(vectors.length * dimension);
  for (const [at, vector] of vectors.entries()) {
    const unit = METRICS.cosine.prepare(vector, { dimension, param: `vectors[${at}]` });
    rows.set(unit, at * dimension);
  }
  return rows;
}

async function ofImages(
  services: Services,
  { manifest: { encoder, layer }, request, signal, hold }: Asked,
): Promise<UnitVectors> {
  const fieldOf = (index: number) => `images[${index}]`;
  const { fetchImage } = services;
  const files = await readImages(request.images!, { fetchImage, fieldOf, signal, hold });
  return await embedUnit(services, {
    ...{ encoder, layer, count: files.length, fieldOf, signal },
    read: (from, to) => files.slice(from, to),
  }).catch(namedHere({ model: "classifier" }));
}

/** From the vectors that items have, where they are of the classifier's encoder, else anew. */
async function ofItems(
  services: Services,
  { manifest: { encoder, layer }, request, signal }: Asked,
): Promise<UnitVectors> {
  const { collections } = services;
  const name = request.collection!;
  const ids = request.ids!;
  const known = await collections.vectors(name, { ids, limit: ids.length })
    .catch(namedHere({ name: "collection" }));
  if (known.encoder === encoder && layer === 0) return { vectors: known.vectors, timings: null };
  const fieldOf = (index: number) => `ids[${index}]`;
  const original = async (id: string, index: number) => {
    const { bytes } = await collections.image(name, id)
      .catch(namedHere({ name: "collection", id: fieldOf(index) }));
    return bytes;
  };
  return await embedUnit(services, {
    ...{ encoder, layer, count: ids.length, fieldOf, signal },
    read: (from, to) =>
      Promise.all(ids.slice(from, to).map((id, index) => original(id, from + index))),
  }).catch(namedHere({ model: "classifier" }));
}
