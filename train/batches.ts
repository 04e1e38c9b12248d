import { permutation } from "../src/random.ts";
import { gatherRows, tf, toFloat, uint8Tensor } from "../src/tensorflow/mod.ts";
import type { Dataset } from "./dataset/mod.ts";

/** One batch, as it is handed to the compiled step; the caller disposes of both. */
export interface Batch {
  /** Indices, int32 `[N]`, or pixels, uint8 `[N, S, S, 3]`. */
  images: tf.Tensor;
  /** Their classes, int32 `[N]`; −1 where none is known. */
  labels: tf.Tensor1D;
}

/** The batches of a dataset, and how they become pixels within the compiled step. */
export interface Batches {
  /** Full batches in an epoch; images left over wait for another epoch's order. */
  readonly perEpoch: number;
  /** Whether all images lie on the device. */
  readonly resident: boolean;
  /**
   * A batch.
   *
   * @param index From 0; the order is a function of seed and epoch.
   */
  at(index: number): Promise<Batch>;
  /** Within the step: from a batch's `images`, pixels in 0 … 255, float32 `[N, S, S, 3]`. */
  images(images: tf.Tensor): tf.Tensor4D;
  /** Frees what lies on the device. */
  dispose(): void;
}

/**
 * Batches of a dataset. It is kept on the device where it fits, so that only indices go in; else the
 * pixels of the next step are read while this one runs.
 *
 * @param dataset The images.
 * @param options N, the seed of the orders, up to how many bytes the device keeps, and the class of
 * each image, −1 for none; without it, none is known.
 * @returns The batches.
 */
export async function createBatches(
  dataset: Dataset,
  options: { batchSize: number; seed: number; residentBytes: number; labels?: Int32Array | null },
): Promise<Batches> {
  const { batchSize, seed, residentBytes, labels } = options;
  const { count, side, bytes } = dataset;
  const perEpoch = Math.floor(count / batchSize);
  let order = { epoch: -1, indices: new Int32Array() };
  const indicesAt = (index: number): Int32Array => {
    const epoch = Math.floor(index / perEpoch);
    if (order.epoch !== epoch) order = { epoch, indices: permutation(count, seed, epoch) };
    const from = (index % perEpoch) * batchSize;
    return order.indices.subarray(from, from + batchSize);
  };
  const labelsAt = (index: number) => {
    const known = labels ? indicesAt(index).map((image) => labels[image]) : undefined;
    return tf.tensor1d(known ?? new Int32Array(batchSize).fill(-1), "int32");
  };
  if (bytes <= residentBytes) {
    const all = uint8Tensor<tf.Rank.R4>(await dataset.all(), [count, side, side, 3]);
    return {
      perEpoch,
      resident: true,
      at: (index) =>
        Promise.resolve({
          images: tf.tensor1d(indicesAt(index), "int32"),
          labels: labelsAt(index),
        }),
      images: (indices) => toFloat(gatherRows(all, indices as tf.Tensor1D)),
      dispose: () => all.dispose(),
    };
  }
  let ahead: { index: number; rows: Promise<Uint8Array> } | undefined;
  const read = (index: number) => ({ index, rows: dataset.rows(indicesAt(index)) });
  return {
    perEpoch,
    resident: false,
    async at(index) {
      const current = ahead?.index === index ? ahead : read(index);
      const rows = await current.rows;
      const images = uint8Tensor(rows, [batchSize, side, side, 3]);
      const labels = labelsAt(index);
      ahead = read(index + 1);
      ahead.rows.catch(() => {}); // thrown when it is asked for
      return { images, labels };
    },
    images: (pixels) => toFloat(pixels as tf.Tensor4D),
    dispose: () => {},
  };
}
