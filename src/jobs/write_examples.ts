import { join } from "node:path";
import type { Collections, ItemVectors, LinkedImage } from "../collections/collections.ts";
import { encodeSafetensors } from "../encoders/safetensors.ts";
import { LookalikeError } from "../errors.ts";
import { syncFolder, writeAll, writeFileAtomic } from "../files.ts";
import { inWordsOfRequest } from "./job_refusals.ts";
import { countLabels } from "./label_counts.ts";

/** Which items of a collection a job works on. */
export interface JobItems {
  collection: string;
  /** Labels by item in place of those that the items have; null for theirs. */
  labels: ReadonlyMap<string, string> | null;
  /** Whether items without a label take part. */
  unlabelled: boolean;
}

/** An item as a job has it. */
interface Example {
  id: string;
  label: string | null;
  /** Its image in `images/`; null where the job has vectors alone. */
  file: string | null;
}

/** Examples that are written at a time, so that others have their turn between. */
const PIECE = 1000;
/** Items whose vectors are read at a time. */
const PAGE = 1000;
/** What the vectors of one job may take, in bytes: 260,000 of 512 numbers. */
const MOST_VECTOR_BYTES = 2 ** 29;

/**
 * Links the images of items into `images/` of a job's folder, and writes `examples.json`.
 *
 * @param folder The job's.
 * @param options.collections Where the items are.
 * @param options.items Which.
 * @param options.check Is told how many labels of each class there are, and throws if they will not do:
 * they may have changed since they were counted first.
 * @param options.signal Ends it.
 * @throws {LookalikeError} `not_found` if an item with a given label is not there; `conflict` if one
 * has no original image; what `check` throws.
 */
export async function writeImageExamples(
  folder: string,
  { collections, items, check, signal }: {
    collections: Collections;
    items: JobItems;
    check: (counts: ReadonlyMap<string, number>) => void;
    signal: AbortSignal;
  },
): Promise<void> {
  const { collection, labels, unlabelled } = items;
  const images = join(folder, "images");
  await Deno.mkdir(images);
  const which = unlabelled ? {} : labels ? { ids: [...labels.keys()] } : { labelled: true };
  const linked = await inWordsOfRequest(
    { name: "collection", ids: "labels" },
    () => collections.linkImages(collection, { folder: images, ...which, signal }),
  );
  await syncFolder(images);
  if (labels) refuseMissing(labels, linked);
  const examples = linked.map(({ id, label, file }) => ({
    id,
    file,
    label: labels ? labels.get(id) ?? null : label,
  }));
  check(countLabels(examples.map(({ label }) => label)));
  await writeExamples(folder, examples);
}

/**
 * Writes the vectors of items with a label into a job's folder, as `vectors.safetensors`, and
 * `examples.json`.
 *
 * @param folder The job's.
 * @param options As for {@link writeImageExamples}, and what must have made the vectors.
 * @throws {LookalikeError} `not_found` if an item with a given label is not there; `conflict` if the
 * collection has gone to another encoder; `too_large` if there are too many; what `check` throws.
 */
export async function writeVectorExamples(
  folder: string,
  { collections, items: { collection, labels }, encoder, check, signal }: {
    collections: Collections;
    items: JobItems;
    encoder: string;
    check: (counts: ReadonlyMap<string, number>) => void;
    signal: AbortSignal;
  },
): Promise<void> {
  const which = labels ? { ids: [...labels.keys()] } : { labelled: true };
  const examples: Example[] = [];
  const pieces: Float32Array[] = [];
  let length = 0;
  for (let after: string | undefined, more = true; more;) {
    signal.throwIfAborted();
    const page: ItemVectors & { next: string | null } = await inWordsOfRequest(
      { name: "collection", ids: "labels" },
      () => collections.vectors(collection, { limit: PAGE, after, ...which }),
    );
    if (page.encoder !== encoder) throw switched(collection, encoder);
    for (const [at, id] of page.ids.entries()) {
      examples.push({ id, label: labels?.get(id) ?? page.labels[at], file: null });
    }
    length += page.vectors.length;
    if (length * 4 > MOST_VECTOR_BYTES) throw tooMany(collection);
    pieces.push(page.vectors);
    more = page.next !== null;
    after = page.next ?? undefined;
  }
  check(countLabels(examples.map(({ label }) => label)));
  const data = new Float32Array(length);
  for (let at = 0; pieces.length > 0;) {
    const piece = pieces.shift()!;
    data.set(piece, at);
    at += piece.length;
  }
  const shape = [examples.length, length / examples.length]; // [N, F]
  const tensors = new Map([["vectors", { dtype: "float32" as const, shape, data }]]);
  await writeFileAtomic(join(folder, "vectors.safetensors"), encodeSafetensors(tensors));
  await writeExamples(folder, examples);
}

/** `{ classes, examples: [{ id, label, file }] }`: classes by code unit, labels as their indices. */
async function writeExamples(folder: string, examples: Example[]): Promise<void> {
  const classes = [...new Set(examples.flatMap(({ label }) => label ?? []))].sort();
  const indices = new Map(classes.map((name, index) => [name, index]));
  const encoder = new TextEncoder();
  await writeFileAtomic(join(folder, "examples.json"), async (file) => {
    const write = (text: string) => writeAll(file, encoder.encode(text));
    await write(`{"classes":${JSON.stringify(classes)},"examples":[`);
    for (let from = 0; from < examples.length; from += PIECE) {
      const piece = examples.slice(from, from + PIECE).map(({ id, label, file }) =>
        JSON.stringify({ id, label: label === null ? null : indices.get(label), file })
      );
      await write((from > 0 ? ",\n" : "\n") + piece.join(",\n"));
    }
    await write("\n]}\n");
  });
}

function refuseMissing(labels: ReadonlyMap<string, string>, linked: LinkedImage[]): void {
  const there = new Set(linked.map(({ id }) => id));
  const missing = labels.keys().find((id) => !there.has(id));
  if (missing === undefined) return;
  throw new LookalikeError(
    "not_found",
    `Cannot find item ${JSON.stringify(missing)}, which labels has, in the collection.`,
    { param: "labels" },
  );
}

function switched(collection: string, encoder: string): LookalikeError {
  return new LookalikeError(
    "conflict",
    `Cannot take the job as the vectors of collection ${collection} must be of ${encoder}: they went ` +
      "to another model just now. Ask again.",
    { param: "collection" },
  );
}

function tooMany(collection: string): LookalikeError {
  return new LookalikeError(
    "too_large",
    `Cannot take the job as the vectors that it learns from must have at most ${MOST_VECTOR_BYTES} ` +
      `bytes: those of collection ${collection} have more. Give labels of fewer items.`,
    { param: "collection" },
  );
}
