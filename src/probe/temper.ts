/** What stands for a probability of 0, which has no logarithm: about the least that float32 knows. */
const LEAST = 1e-38;

/**
 * Divides logits by a temperature: softmax(ln p / T), which is softmax(logits / T) of the logits that
 * gave p (Guo et al. 2017, "On Calibration of Modern Neural Networks", §4.2). The order of the classes
 * stays.
 *
 * @param probabilities float32 `[N, C]`; rows sum to 1.
 * @param options.classes C.
 * @param options.temperature T > 0: above 1 probabilities become more even, below 1 less.
 * @returns float32 `[N, C]`; rows sum to 1.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { temper } from "./temper.ts";
 * const [first] = temper(Float32Array.of(0.8, 0.2), { classes: 2, temperature: 2 });
 * assertAlmostEquals(first, 2 / 3, 1e-6); // √0.8 : √0.2 is 2 : 1
 * ```
 */
export function temper(
  probabilities: Float32Array,
  options: { classes: number; temperature: number },
): Float32Array<ArrayBuffer> {
  const { classes, temperature } = options;
  const powers = logProbabilities(probabilities, classes);
  const tempered = new Float32Array(powers.length);
  for (let first = 0; first < powers.length; first += classes) {
    let sum = 0;
    for (let i = first; i < first + classes; i++) {
      powers[i] = Math.exp(powers[i] / temperature);
      sum += powers[i];
    }
    for (let i = first; i < first + classes; i++) tempered[i] = powers[i] / sum;
  }
  return tempered;
}

/**
 * The logarithms of probabilities, less that of each row's largest: logits whose largest is 0, so that
 * no power of them overflows.
 *
 * @param probabilities float32 `[N, C]`.
 * @param classes C.
 * @returns float64 `[N, C]`; −87 and thereabouts where a probability underflowed to 0.
 */
export function logProbabilities(probabilities: Float32Array, classes: number): Float64Array {
  const logits = new Float64Array(probabilities.length);
  for (let first = 0; first < logits.length; first += classes) {
    let largest = LEAST;
    for (let i = first; i < first + classes; i++) largest = Math.max(largest, probabilities[i]);
    for (let i = first; i < first + classes; i++) {
      logits[i] = Math.log(Math.max(probabilities[i], LEAST) / largest);
    }
  }
  return logits;
}
