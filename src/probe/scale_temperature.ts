import { meanCrossEntropy } from "./cross_entropy.ts";
import { temper } from "./temper.ts";

/** Temperatures are looked for from e⁻³ (0.05) to e³ (20). */
const WIDEST = 3;

/** A step of the golden section leaves this share of the interval: (√5 − 1) / 2. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Until ln T is known this closely. */
const CLOSE = 1e-3;

/**
 * Finds the temperature that calibrates probabilities: the T at which the cross-entropy of
 * softmax(ln p / T) is least (Guo et al. 2017, "On Calibration of Modern Neural Networks", §4.2).
 *
 * The cross-entropy is convex in 1/T, so it has one valley in ln T, which a golden section narrows.
 *
 * @param probabilities Of examples that their classifier did not learn from, float32 `[N, C]`, N ≥ 1.
 * @param options.labels Their true classes, int32 `[N]`.
 * @returns T, from 0.05 to 20; where all are right, or all wrong, it ends at a bound.
 */
export function scaleTemperature(
  probabilities: Float32Array,
  options: { labels: Int32Array },
): number {
  const { labels } = options;
  const classes = probabilities.length / labels.length;
  const cost = (log: number) =>
    meanCrossEntropy(temper(probabilities, { classes, temperature: Math.exp(log) }), labels);
  let [low, high] = [-WIDEST, WIDEST];
  let left = { log: high - GOLDEN * (high - low), cost: 0 };
  left.cost = cost(left.log);
  let right = { log: low + GOLDEN * (high - low), cost: 0 };
  right.cost = cost(right.log);
  while (high - low > CLOSE) {
    if (left.cost <= right.cost) {
      high = right.log;
      right = left;
      const log = high - GOLDEN * (high - low);
      left = { log, cost: cost(log) };
    } else {
      low = left.log;
      left = right;
      const log = low + GOLDEN * (high - low);
      right = { log, cost: cost(log) };
    }
  }
  return Math.exp((low + high) / 2);
}
