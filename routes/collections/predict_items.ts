import type { ClassifierManifest } from "../../src/classifiers/classifiers.ts";
import { predict, type Predictions } from "../../src/classifiers/predict.ts";
import type { ItemVectors } from "../../src/collections/collections.ts";
import { turns } from "../../src/collections/turns.ts";
import { LookalikeError } from "../../src/errors.ts";
import { embedUnit } from "../classifiers/embed_unit.ts";
import { namedHere } from "../classifiers/named_here.ts";
import type { Services } from "../services.ts";

/** The most items of one page. */
export const MOST_PREDICTED = 10_000;
/** And of one whose images are embedded. */
export const MOST_ANEW = 1000;
/** Items whose images are in memory together. */
const IMAGES = 32;
/** Items whose predictions are written together, so that others have their turn between. */
const WRITES = 128;

/** Which items to classify, and by what. */
export interface PredictionAsked {
  /** The collection. */
  name: string;
  /** An alias, `NAME` or `NAME@VERSION`. */
  classifier: string;
  /** The field of metadata that is written. */
  field: string;
  unknownBelow: number;
  /** Keeps to items with a label, or without. */
  labelled?: boolean;
  limit: number;
  /** A page's `next`. */
  after?: string;
  /** Aborted once nobody waits. */
  signal: AbortSignal;
}

/** What became of a page. */
export interface PredictedPage {
  /** The version that answered, `NAME@VERSION`. */
  classifier: string;
  /** Items that have their prediction. */
  written: number;
  /** Items without an original, where one was needed. */
  skipped: number;
  next: string | null;
}

/** Items as a classifier takes them. */
type Classifiable = Pick<ItemVectors, "ids" | "vectors">;

/**
 * Classifies a page of a collection's items and writes the answers into their metadata. Their vectors
 * are taken where they are of the classifier's encoder; else their originals are embedded.
 *
 * @param services What the routes stand on.
 * @param asked Which items, and by what.
 * @returns What was written, and where the next page begins.
 * @throws {LookalikeError} `not_found` without the collection, the classifier or its encoder;
 * `conflict` if an item's metadata has no room; what embedding throws.
 */
export async function predictItems(
  services: Services,
  asked: PredictionAsked,
): Promise<PredictedPage> {
  const { collections, classifiers } = services;
  const { name, labelled, limit, after, unknownBelow } = asked;
  const classifier = await classifiers.load(asked.classifier);
  const { manifest } = classifier;
  const isOwn = (encoder: string | null) => encoder === manifest.encoder && manifest.layer === 0;
  const { encoder } = await collections.get(name);
  const most = isOwn(encoder) ? limit : Math.min(limit, MOST_ANEW);
  const page = await collections.vectors(name, { limit: most, labelled, after });
  // Also if the collection was switched to another encoder since: that page may be embedded too.
  const items = isOwn(page.encoder) ? page : await embedAnew(services, { page, manifest, asked });
  const said = items.ids.length === 0
    ? null
    : await predict(classifier, items.vectors, { unknownBelow });
  const written = said && await write(services, { items, said, manifest, asked });
  return {
    classifier: versionOf(manifest),
    written: written ?? 0,
    skipped: page.ids.length - items.ids.length,
    next: page.next,
  };
}

/** Embeds the originals of those items that have one. */
async function embedAnew(
  services: Services,
  { page, manifest, asked }: {
    page: ItemVectors;
    manifest: ClassifierManifest;
    asked: PredictionAsked;
  },
): Promise<Classifiable> {
  const { collections } = services;
  const { name, signal } = asked;
  const { encoder, layer, dimension } = manifest;
  await services.encoders.get(encoder).catch(namedHere({ model: "classifier" })); // also for no image
  const ids: string[] = [];
  const vectors = new Float32Array(page.ids.length * dimension);
  for (let from = 0; from < page.ids.length; from += IMAGES) {
    const originals = await Promise.all(
      page.ids.slice(from, from + IMAGES).map(async (id) => {
        const image = await collections.image(name, id).catch(notThere);
        return image ? [{ id, bytes: image.bytes }] : [];
      }),
    );
    const present = originals.flat();
    if (present.length === 0) continue;
    const embedded = await embedUnit(services, {
      ...{ encoder, layer, count: present.length, signal },
      fieldOf: (index) => `item ${JSON.stringify(present[index].id)}`,
      read: (from, to) => present.slice(from, to).map(({ bytes }) => bytes),
    }).catch(namedHere({ model: "classifier" }));
    vectors.set(embedded.vectors, ids.length * dimension);
    ids.push(...present.map(({ id }) => id));
  }
  return { ids, vectors: vectors.subarray(0, ids.length * dimension) };
}

/** Writes answers into metadata, some at a time; says of how many items. */
async function write(
  { collections }: Services,
  { items, said, manifest, asked }: {
    items: Classifiable;
    said: Predictions;
    manifest: ClassifierManifest;
    asked: PredictionAsked;
  },
): Promise<number> {
  const { name, field, signal } = asked;
  const { ids } = items;
  const classes = manifest.classes.length;
  const classifier = versionOf(manifest);
  const changes = ids.map((id, row) => {
    const label = said.predictions[row];
    const probability = Math.max(
      ...said.probabilities.subarray(row * classes, (row + 1) * classes),
    );
    const prediction = { label: manifest.classes[label] ?? null, probability, classifier };
    return { id, metadata: { [field]: prediction } }; // a label that is null goes
  });
  const pause = turns();
  let written = 0;
  for (let from = 0; from < changes.length; from += WRITES) {
    await pause();
    signal.throwIfAborted();
    const piece = changes.slice(from, from + WRITES);
    written += await collections.patchMany(name, piece).catch((error) => {
      throw noRoom(error, piece.map(({ id }) => id));
    });
  }
  return written;
}

function versionOf({ name, version }: ClassifierManifest): string {
  return `${name}@${version}`;
}

/** An item without an original, or that was removed meanwhile; not a collection that was. */
function notThere(error: unknown): null {
  if (error instanceof LookalikeError && error.param === "id") return null;
  throw error;
}

/** Names the item whose metadata cannot take its prediction. */
function noRoom(error: unknown, ids: string[]): unknown {
  const [, at] = error instanceof LookalikeError
    ? /^changes\[(\d+)\]\.metadata$/.exec(error.param ?? "") ?? []
    : [];
  if (at === undefined) return error;
  return new LookalikeError(
    "conflict",
    `Cannot write the prediction of item ${JSON.stringify(ids[Number(at)])} as its metadata must ` +
      "have room for it: they are as long as they may be.",
    { param: "field", cause: error },
  );
}
