import { compile, singularValues, tf } from "../../src/tensorflow/mod.ts";
import { compareViews } from "./compare_views.ts";
import { sameImage, without } from "./masks.ts";
import { unitRows } from "./unit_rows.ts";
import { countImages, swapViews } from "./views.ts";

/** What the views of a batch say of the space that they are mapped into. */
export interface ViewStatistics {
  /** The mean cosine of the two views of an image; 1 where they are alike. */
  positiveSimilarity: number;
  /** The mean over all views of the largest cosine to a view of another image. */
  hardestNegativeSimilarity: number;
  /** E‖u − v‖² over the two views of an image (arXiv 2005.10242 §4.1, α = 2); 0 … 4, less is closer. */
  alignment: number;
  /**
   * log E exp(−2‖u − v‖²) over views of two images (arXiv 2005.10242 §4.1, t = 2), both views of
   * each; 0 where all are alike, less is more even, −4 + 8/D or so where they are spread evenly.
   */
  uniformity: number;
  /**
   * RankMe (arXiv 2210.02885 eq. 1) of the unit vectors: exp of the entropy of their singular values
   * over the sum. 1 where all lie on one line, 0 where all are zero.
   */
  effectiveRank: number;
}

/** Measures views, off the training step. */
export interface ViewMeter {
  /**
   * Measures a batch.
   *
   * @param z Projections, float32 `[2N, D]`; rows i and i + N are views of one image, of which there
   * are at least two.
   * @returns The statistics; NaN where there is a NaN in z.
   * @throws {LookalikeError} `invalid_input` if the rows are odd or of one image.
   */
  measure(z: tf.Tensor2D): Promise<ViewStatistics>;
  dispose(): void;
}

/**
 * Makes what measures views, compiled once for each shape of z.
 *
 * @returns The meter, which its caller disposes.
 *
 * @example
 * ```ts
 * import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
 * import { createViewStatistics } from "./view_statistics.ts";
 * await startTensorFlow({ device: "cpu" });
 * const views = createViewStatistics();
 * const z = tf.tensor2d([[1, 0], [0, 1], [1, 0], [0, 1]]); // two images at right angles
 * const { positiveSimilarity, hardestNegativeSimilarity } = await views.measure(z);
 * console.assert(positiveSimilarity === 1 && hardestNegativeSimilarity === 0);
 * views.dispose();
 * ```
 */
export function createViewStatistics(): ViewMeter {
  const compiled = compile(statisticsOf, { name: "the statistics of views" });
  return {
    async measure(z) {
      const { singular, ...means } = await compiled(z);
      const values = await singular.data();
      const entries = Object.entries(means).map(async ([name, mean]) =>
        [name, (await mean.data())[0]] as const
      );
      const read = Object.fromEntries(await Promise.all(entries)) as Record<
        keyof typeof means,
        number
      >;
      tf.dispose([singular, ...Object.values(means)]);
      return { ...read, effectiveRank: effectiveRank(values) };
    },
    dispose: () => compiled.dispose(),
  };
}

function statisticsOf(z: tf.Tensor2D) {
  const rows = 2 * countImages(z, 2);
  const unit = unitRows(z); // [2N, D]
  const { all, positive } = compareViews(unit, { normalize: false });
  const squares = tf.sum(tf.square(unit), 1); // [2N]: 1, or 0 of a row of zeros
  const distances = tf.expandDims(squares, 1).add(squares).sub(all.mul(2)); // [2N, 2N], ‖u − v‖²
  const isNegative = tf.cast(tf.logicalNot(sameImage(rows)), "float32"); // [2N, 2N]
  const kernel = distances.mul(-2).exp().mul(isNegative).sum().div(rows * (rows - 2));
  return {
    positiveSimilarity: positive.mean<tf.Scalar>(),
    hardestNegativeSimilarity: without(all, sameImage(rows)).max(1).mean<tf.Scalar>(),
    alignment: tf.squaredDifference(unit, swapViews(unit)).sum(1).mean<tf.Scalar>(),
    uniformity: tf.log(kernel as tf.Scalar),
    singular: singularValues(unit), // [min(2N, D)]
  };
}

/** As the paper has it, so that a share of 0 has a logarithm. */
const SMALLEST_SHARE = 1e-7;

/** exp(−Σ p·ln p) with p = σ/Σσ + ε, in float64. */
function effectiveRank(singular: ArrayLike<number>): number {
  const values = Array.from(singular);
  const sum = values.reduce((sum, value) => sum + value, 0);
  if (sum === 0) return 0;
  const shares = values.map((value) => value / sum + SMALLEST_SHARE);
  return Math.exp(-shares.reduce((entropy, share) => entropy + share * Math.log(share), 0));
}

/**
 * Views are all alike where unrelated images are closer than this says: −0.04 is a mean ‖u − v‖² of
 * 0.02, a cosine of 0.99. An untrained ResNet-18 without a head, whose features are all positive,
 * measured −0.4 on photographs, and heads, which batch norm centres, begin below −3.
 */
const ALL_ALIKE = -0.04;
/**
 * The share of its dimensions below which z has collapsed into few of them: 6 of 128. On photographs
 * z of 128 dimensions measured 78 untrained and 40 after forty steps of NT-Xent. Classes that labels
 * pull together keep C − 1, so that few classes are named too.
 */
const FEW_DIMENSIONS = 0.05;

/**
 * Names the collapse of a representation, for a person.
 *
 * @param statistics Of its views.
 * @param fullRank The most that the effective rank could be: D, or 2N if that is smaller.
 * @returns A sentence, or null where it has not collapsed.
 */
export function describeCollapse(
  statistics: Omit<ViewStatistics, "alignment">,
  fullRank: number,
): string | null {
  const { positiveSimilarity, hardestNegativeSimilarity, uniformity, effectiveRank } = statistics;
  if (uniformity > ALL_ALIKE) {
    const [same, other, even] = [positiveSimilarity, hardestNegativeSimilarity, uniformity]
      .map((value) => value.toFixed(3));
    return `The representation has collapsed: all views look alike (two of one image ${same}, of ` +
      `two images up to ${other}; uniformity ${even}, 0 at worst). Lower the learning rate, or ` +
      "use a loss that pushes more views apart.";
  }
  if (effectiveRank < FEW_DIMENSIONS * fullRank) {
    return "The representation has collapsed into few dimensions: the effective rank of z is " +
      `${effectiveRank.toFixed(1)} of at most ${fullRank}. Try a larger batch, stronger ` +
      "augmentation or a lower temperature.";
  }
  return null;
}
