import { assert, assertEquals } from "@std/assert";
import { type Random, random } from "../../../src/random.ts";
import { idsOf, nodeBackend } from "../../../src/tensorflow/backend.ts";
import { dtypeName } from "../../../src/tensorflow/dtypes.ts";
import { tf } from "../../../src/tensorflow/mod.ts";

/** Whole numbers from −3 to 3: sums of their products are exact in float32, in any order. */
export function integers<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Tensor<R> {
  return drawn(shape, { seed, draw: (source) => source.below(7) - 3 });
}

/** Numbers of the standard normal distribution. */
export function normals<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Tensor<R> {
  return drawn(shape, { seed, draw: (source) => source.normal() });
}

/** Numbers uniform in [0, 1), such as images have. */
export function uniforms<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Tensor<R> {
  return drawn(shape, { seed, draw: (source) => source.next() });
}

function drawn<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  options: { seed: number; draw: (source: Random) => number },
): tf.Tensor<R> {
  const source = random(options.seed);
  const length = (shape as number[]).reduce((product, axis) => product * axis, 1);
  return tf.tensor(Float32Array.from({ length }, () => options.draw(source)), shape);
}

/** The element type that TensorFlow has a tensor in, whatever TensorFlow.js calls it. */
export function trueType(x: tf.Tensor): string {
  return dtypeName(nodeBackend().binding.dtypeOf(idsOf([x])[0]));
}

/** Asserts that two tensors agree in shape and in every bit of their values. */
export async function assertSameBits(actual: tf.Tensor, expected: tf.Tensor): Promise<void> {
  assertEquals(actual.shape, expected.shape);
  assertEquals(bits(await actual.data()), bits(await expected.data()));
}

function bits(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/**
 * Asserts that numbers differ by no more than a share of the largest that is expected: rounding is
 * relative to the terms of a sum, not to what is left of them.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  share = 1e-5,
): void {
  assertEquals(actual.length, expected.length);
  const allowed = share * Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (let at = 0; at < actual.length; at++) {
    const difference = Math.abs(actual[at] - expected[at]);
    assert(
      difference <= allowed,
      `[${at}] is ${actual[at]}: ${expected[at]} ± ${allowed} expected`,
    );
  }
}
