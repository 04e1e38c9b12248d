/** What stands for a probability of 0, which has no logarithm: the least that float32 tells from it. */
const LEAST = 1.2e-38;

/**
 * Divides logits by a temperature: softmax(ln p / T), which is softmax(logits / T) of the logits that
 * gave p (Guo et al. 2017, §4.2). The order of the classes stays.
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
  const tempered = new Float32Array(probabilities.length);
  const powers = new Float64Array(classes);
  for (let first = 0; first < probabilities.length; first += classes) {
    const row = probabilities.subarray(first, first + classes);
    const largest = row.reduce((found, p) => Math.max(found, p), LEAST);
    let sum = 0;
    for (let label = 0; label < classes; label++) {
      // Relative to the largest, so that a small T underflows nowhere but where it should.
      powers[label] = Math.exp(Math.log(Math.max(row[label], LEAST) / largest) / temperature);
      sum += powers[label];
    }
    for (let label = 0; label < classes; label++) tempered[first + label] = powers[label] / sum;
  }
  return tempered;
}
