import { normalize } from "../../src/embed/normalize.ts";
import type { EncoderRunner } from "../../src/embed/runner.ts";
import { LookalikeError } from "../../src/errors.ts";
import { createGate } from "../../src/gate.ts";
import { OWN_IMAGE_LIMITS, type SkippedFile } from "../dataset/mod.ts";
import { mapInOrder } from "../dataset/map_in_order.ts";
import type { ImageSource, SourceImage } from "../dataset/source.ts";
import { type Embeddings, rowsOf } from "./embeddings.ts";

/** How images are embedded. */
export interface EmbedImagesOptions {
  /** The encoder; images are decoded at its side, and each batch is as large as it takes. */
  runner: EncoderRunner;
  /** Whether each vector gets length 1. */
  normalized: boolean;
  /** Aborted when nobody wants the rest. */
  signal: AbortSignal;
  /** Told of an image that cannot be used. */
  onSkipped: (file: SkippedFile) => void;
  /** Told how many images of how many are done, skipped ones among them. */
  onProgress?: (done: number, total: number) => void;
}

/** Images that were decoded. */
interface PixelBatch {
  ids: string[];
  /** uint8 `[count, side, side, 3]`. */
  pixels: Uint8Array;
  /** How many images of the source were read so far, skipped ones among them. */
  read: number;
}

/** Images under way at a time for each core: one is decoded while the next is read from disk. */
const UNDER_WAY = 2;
/** Batches at a time: one is computed while the one before is written and the one after decoded. */
const BATCHES = 2;

/**
 * Embeds the images of a source in its order. Decoding, computing and whatever the caller does with a
 * batch go on side by side; a few batches are in memory, and nothing goes to the disk.
 *
 * @param source The images; of several with one name the last counts.
 * @param options The encoder, and whom to tell.
 * @returns Embeddings, a batch at a time.
 * @throws {LookalikeError} `interrupted` once the signal is aborted, `not_finite` if the encoder
 * gives a NaN or an infinity, and what the source throws.
 */
export async function* embedImages(
  source: ImageSource,
  options: EmbedImagesOptions,
): AsyncGenerator<Embeddings> {
  const { runner, normalized, signal, onProgress } = options;
  const names = await source.names();
  const device = createGate(1);
  const compute = (batch: PixelBatch) =>
    device(async () => {
      if (signal.aborted) throw interrupted(signal);
      const vectors = await runner.run(batch.pixels, batch.ids.length); // [count, F]
      return { ...batch, vectors };
    });
  try {
    const batches = mapInOrder(decodeBatches(source, { ...options, names }), BATCHES, compute);
    for await (const { ids, vectors, read } of batches) {
      yield finished({ ids, vectors }, normalized);
      if (read < names.length) onProgress?.(read, names.length);
    }
    onProgress?.(names.length, names.length);
  } finally {
    await device(() => Promise.resolve()); // whoever disposes of the runner need not wait for it
  }
}

async function* decodeBatches(
  source: ImageSource,
  { runner, names, onSkipped }: EmbedImagesOptions & { names: string[] },
): AsyncGenerator<PixelBatch> {
  const { side, maxBatch } = runner;
  const lastOf = new Map(names.map((name, at) => [name, at]));
  const images = mapInOrder(
    source.images({ side, limits: OWN_IMAGE_LIMITS }),
    UNDER_WAY * navigator.hardwareConcurrency,
    decode,
  );
  let read = 0;
  let ids: string[] = [];
  let rows: Uint8Array[] = [];
  const take = () => {
    const batch = { ids, pixels: concatenate(rows), read };
    [ids, rows] = [[], []];
    return batch;
  };
  for await (const { name, outcome } of images) {
    const isLast = lastOf.get(name) === read++; // else a later one of this name counts
    if (isLast && typeof outcome === "string") onSkipped({ name, reason: outcome });
    if (!isLast || typeof outcome === "string") continue;
    ids.push(name);
    rows.push(outcome);
    if (ids.length === maxBatch) yield take();
  }
  if (ids.length > 0) yield take();
}

function concatenate(rows: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(rows.length * rows[0].length); // [count, side, side, 3]
  for (const [at, row] of rows.entries()) whole.set(row, at * row.length);
  return whole;
}

/** Its pixels, or the sentence that says why it cannot be used. */
async function decode({ name, pixels }: SourceImage) {
  try {
    return { name, outcome: await pixels() };
  } catch (error) {
    if (!(error instanceof LookalikeError)) throw error; // not this image's fault
    return { name, outcome: error.message };
  }
}

function finished({ ids, vectors }: Embeddings, normalized: boolean): Embeddings {
  for (const value of vectors) {
    if (!Number.isFinite(value)) throw notFinite();
  }
  if (normalized) {
    for (const row of rowsOf({ ids, vectors })) row.set(normalize(row));
  }
  return { ids, vectors };
}

function notFinite(): LookalikeError {
  return new LookalikeError(
    "not_finite",
    "Cannot embed the images as each number must be finite: the encoder's weights are broken.",
  );
}

function interrupted(signal: AbortSignal): LookalikeError {
  return new LookalikeError(
    "interrupted",
    "Stopped before all images were embedded; no file was written.",
    { cause: signal.reason },
  );
}
