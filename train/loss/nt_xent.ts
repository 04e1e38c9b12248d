import { LookalikeError } from "../../src/errors.ts";
import { tf } from "../../src/tensorflow/mod.ts";

/** Far below any similarity over τ; exp of it is 0 in float32. */
const NEVER = -1e9;
/** Rows whose squares sum to no more than this count as zero; as in the reference implementation. */
const SMALLEST = 1e-12;

/**
 * NT-Xent (arXiv 2002.05709 §2.1, eq. 1), averaged over all 2N anchors, in nats: each view must find
 * the other view of its image among the 2N − 1 views that are not itself.
 *
 * The reference implementation reports twice this, the sum over both directions' means.
 *
 * @param z Projections, float32 `[2N, D]`, not normalised; rows i and i + N are views of one image.
 * @param temperature τ > 0.
 * @returns The loss, a scalar: ln(2N − 1) where all views look the same.
 * @throws {LookalikeError} `invalid_input` if the rows are odd or τ is not positive.
 */
export function ntXent(z: tf.Tensor2D, temperature: number): tf.Scalar {
  const [rows, dimension] = z.shape;
  if (rows % 2 !== 0 || rows === 0) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot compare views as there must be two of each image: there are ${rows} rows.`,
    );
  }
  if (!(temperature > 0)) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot compare views as the temperature must be above 0: it is ${temperature}.`,
      { param: "temperature" },
    );
  }
  const unit = l2Normalize(z); // [2N, D]
  const similarity = tf.matMul(unit, unit, false, true).div(temperature); // [2N, 2N]
  const others = similarity.add(tf.mul(tf.eye(rows), NEVER)) as tf.Tensor2D; // no view is its own
  const half = rows / 2;
  const partner = tf.concat([
    tf.slice(unit, [half, 0], [half, dimension]),
    tf.slice(unit, [0, 0], [half, dimension]),
  ]); // [2N, D], row i is the other view of row i
  const positive = unit.mul(partner).sum(1).div(temperature); // [2N]
  return tf.logSumExp(others, 1).sub(positive).mean();
}

/** Rows of length 1. A row of zeros stays zeros, and so does its gradient. */
function l2Normalize(z: tf.Tensor2D): tf.Tensor2D {
  const squares = tf.sum(tf.square(z), 1, true); // [2N, 1]
  const hasDirection = tf.step(tf.sub(squares, SMALLEST)); // [2N, 1], 1 or 0
  const scale = tf.mul(tf.rsqrt(tf.maximum(squares, SMALLEST)), hasDirection);
  return tf.mul(z, scale) as tf.Tensor2D;
}
