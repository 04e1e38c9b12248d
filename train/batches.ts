import { permutation } from "../src/random.ts";
import { gatherRows, tf, toFloat, uint8Tensor } from "../src/tensorflow/mod.ts";
import type { Dataset } from "./dataset/mod.ts";

/** The images of each step: what is handed to the compiled step, and how it becomes pixels there. */
export interface Batches {
  /** Full batches in an epoch; images left over wait for another epoch's order. */
  readonly stepsPerEpoch: number;
  /** Whether all images lie on the device. */
  readonly resident: boolean;
  /**
   * What the step takes: indices, int32 `[N]`, or pixels, uint8 `[N, S, S, 3]`.
   *
   * @param step From 0; the order is a function of seed and epoch.
   */
  at(step: number): Promise<tf.Tensor>;
  /** Within the step: pixels in 0 … 255, float32 `[N, S, S, 3]`. */
  images(batch: tf.Tensor): tf.Tensor4D;
  /** Frees what lies on the device. */
  dispose(): void;
}

/**
 * Batches of a dataset. It is kept on the device where it fits, so that only indices go in; else the
 * pixels of the next step are read while this one runs.
 *
 * @param dataset The images.
 * @param options N, the seed of the orders, and up to how many bytes the device keeps.
 * @returns The batches.
 */
export async function createBatches(
  dataset: Dataset,
  options: { batchSize: number; seed: number; residentBytes: number },
): Promise<Batches> {
  const { batchSize, seed, residentBytes } = options;
  const { count, side, bytes } = dataset;
  const stepsPerEpoch = Math.floor(count / batchSize);
  let order = { epoch: -1, indices: new Int32Array() };
  const indicesAt = (step: number): Int32Array => {
    const epoch = Math.floor(step / stepsPerEpoch);
    if (order.epoch !== epoch) order = { epoch, indices: permutation(count, seed, epoch) };
    const from = (step % stepsPerEpoch) * batchSize;
    return order.indices.subarray(from, from + batchSize);
  };
  if (bytes <= residentBytes) {
    const all = uint8Tensor<tf.Rank.R4>(await dataset.all(), [count, side, side, 3]);
    return {
      stepsPerEpoch,
      resident: true,
      at: (step) => Promise.resolve(tf.tensor1d(indicesAt(step), "int32")),
      images: (batch) => toFloat(gatherRows(all, batch as tf.Tensor1D)),
      dispose: () => all.dispose(),
    };
  }
  let ahead: { step: number; rows: Promise<Uint8Array> } | undefined;
  const read = (step: number) => ({ step, rows: dataset.rows(indicesAt(step)) });
  return {
    stepsPerEpoch,
    resident: false,
    async at(step) {
      const current = ahead?.step === step ? ahead : read(step);
      const rows = await current.rows;
      ahead = read(step + 1);
      ahead.rows.catch(() => {}); // thrown when it is asked for
      return uint8Tensor(rows, [batchSize, side, side, 3]);
    },
    images: (batch) => toFloat(batch as tf.Tensor4D),
    dispose: () => {},
  };
}
