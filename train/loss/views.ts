import { LookalikeError } from "../../src/errors.ts";
import { tf } from "../../src/tensorflow/mod.ts";

/**
 * How many images the rows of a batch are views of.
 *
 * @param z `[2N, D]`; rows i and i + N are views of one image.
 * @param least The fewest that can be compared.
 * @returns N.
 * @throws {LookalikeError} `invalid_input` if the rows are odd, or of fewer images than the least.
 */
export function countImages(z: tf.Tensor2D, least = 1): number {
  const rows = z.shape[0];
  if (rows % 2 !== 0 || rows === 0) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot compare views as there must be two of each image: there are ${rows} rows.`,
    );
  }
  if (rows < 2 * least) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot find negatives as there must be at least ${least} images: there is ${rows / 2}.`,
    );
  }
  return rows / 2;
}

/**
 * The other view of each row's image, in its place.
 *
 * @param rows float32 `[2N, D]`; rows i and i + N are views of one image.
 * @returns float32 `[2N, D]`.
 */
export function swapViews(rows: tf.Tensor2D): tf.Tensor2D {
  const [count, dimension] = rows.shape;
  const half = count / 2;
  return tf.concat([
    tf.slice(rows, [half, 0], [half, dimension]),
    tf.slice(rows, [0, 0], [half, dimension]),
  ]);
}

/**
 * The label of each row: both views have their image's.
 *
 * @param labels int32 `[N]`.
 * @param images N, as the rows have it.
 * @returns int32 `[2N]`.
 * @throws {LookalikeError} `invalid_input` if the labels are not one an image.
 */
export function labelsOfViews(labels: tf.Tensor1D, images: number): tf.Tensor1D {
  if (labels.shape[0] !== images) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot use labels as each of the ${images} images must have one, be it −1: ` +
        `there are ${labels.shape[0]}.`,
      { param: "labels" },
    );
  }
  return tf.concat([labels, labels]); // [2N]
}
