/** Losses on the device, with their gradients. */
import { assertEquals } from "@std/assert";
import { tf } from "../../../src/tensorflow/mod.ts";
import { createLoss, type LossOptions } from "../../../train/loss/loss.ts";

/** The settings of a loss in the tests, where a case does not say otherwise. */
export const PLAIN = { temperature: 0.5, margin: 0.4, normalize: true, semiHard: false };

/**
 * A loss and its gradient.
 *
 * @param z Projections, float32 `[2N, D]`.
 * @param labels int32 `[N]`.
 * @param options Which loss.
 * @returns The loss `[]` and its gradient `[2N, D]`, which the caller disposes.
 */
export function lossAndGradient(
  z: tf.Tensor2D,
  labels: tf.Tensor1D,
  options: LossOptions,
): { value: tf.Scalar; grad: tf.Tensor } {
  const loss = createLoss(options);
  return tf.valueAndGrad((z) => loss(z as tf.Tensor2D, labels))(z) as {
    value: tf.Scalar;
    grad: tf.Tensor;
  };
}

/**
 * A loss of plain numbers.
 *
 * @param z Projections `[2N][D]`.
 * @param options Which loss, and the labels if there are some.
 * @returns The loss and its gradient `[2N · D]`.
 */
export async function onDevice(
  z: number[][],
  options: LossOptions & { labels?: number[] },
): Promise<{ loss: number; gradient: number[] }> {
  const labels = options.labels ?? new Array(z.length / 2).fill(-1);
  const { value, grad } = tf.tidy(() =>
    lossAndGradient(tf.tensor2d(z), tf.tensor1d(labels, "int32"), options)
  );
  const read = { loss: (await value.data())[0], gradient: Array.from(await grad.data()) };
  tf.dispose([value, grad]);
  return read;
}

/**
 * Holds that there is no NaN and no infinity.
 *
 * @param numbers A gradient, or a loss.
 */
export function assertFinite(numbers: number[]): void {
  assertEquals(numbers.filter((number) => !Number.isFinite(number)), []);
}
