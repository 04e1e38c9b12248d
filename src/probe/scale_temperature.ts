import { logProbabilities } from "./temper.ts";

/** ln T is looked for from −3 to 3: T from 0.05 to 20. */
const WIDEST = 3;

/** Until it is known this closely. */
const CLOSE = 1e-3;

/**
 * Finds the temperature that calibrates probabilities: the T at which the cross-entropy of
 * softmax(logits / T) is least (Guo et al. 2017, "On Calibration of Modern Neural Networks", §4.2).
 *
 * We leave the paper in one thing: as if there were one example more, of all classes alike. Else a few
 * examples that are all right would ask for T → 0, and their classifier would be sure of everything;
 * Platt (1999, §2.2) takes the same care with two classes. Of hundreds of examples it is not seen.
 *
 * The cross-entropy is convex in 1/T, so the sign of its slope says on which side T lies: bisection.
 *
 * @param probabilities Of examples that their classifier did not learn from, float32 `[N, C]`, N ≥ 1;
 * ln p stands for the logits, from which it differs by a constant a row.
 * @param options.labels Their true classes, int32 `[N]`.
 * @returns T, from 0.05 to 20.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { scaleTemperature } from "./scale_temperature.ts";
 * const unsure = new Float32Array(2000).map((_, i) => i % 2 === 0 ? 0.6 : 0.4); // [1000, 2]
 * const labels = new Int32Array(1000).map((_, row) => row < 900 ? 0 : 1); // yet nine of ten are right
 * const temperature = scaleTemperature(unsure, { labels });
 * assertAlmostEquals(temperature, Math.log(0.6 / 0.4) / Math.log(0.9 / 0.1), 0.01);
 * ```
 */
export function scaleTemperature(
  probabilities: Float32Array,
  options: { labels: Int32Array },
): number {
  const { labels } = options;
  const logits = logProbabilities(probabilities, probabilities.length / labels.length); // [N, C]
  let [low, high] = [-WIDEST, WIDEST];
  while (high - low > CLOSE) {
    const log = (low + high) / 2;
    if (slope(logits, { labels, sharpness: Math.exp(-log) }) > 0) low = log;
    else high = log;
  }
  return Math.exp((low + high) / 2);
}

/**
 * N times the slope of the cross-entropy over the sharpness 1/T: Σ (Σ p·z − Σ y·z), with y the targets,
 * (N · one-hot + 1/C) / (N + 1). Above 0 the probabilities are too sure.
 */
function slope(
  logits: Float64Array,
  options: { labels: Int32Array; sharpness: number },
): number {
  const { labels, sharpness } = options;
  const count = labels.length;
  const classes = logits.length / count;
  let slope = 0;
  for (let row = 0; row < count; row++) {
    const first = row * classes;
    let [total, expected, sum] = [0, 0, 0];
    for (let i = first; i < first + classes; i++) {
      const power = Math.exp(sharpness * logits[i]); // 1 at the largest logit, which is 0
      total += power;
      expected += power * logits[i];
      sum += logits[i];
    }
    const target = (count * logits[first + labels[row]] + sum / classes) / (count + 1);
    slope += expected / total - target;
  }
  return slope;
}
