import { setImmediate } from "node:timers/promises";
import type { Similarities } from "./similarities.ts";

/** How many candidates are weighed up before others may use the thread: some milliseconds. */
const UNINTERRUPTED = 512;

/** What {@linkcode coverGreedily} picked. */
export interface Cover {
  /** The candidates, the first pick first, int32 `[count]`. */
  picks: Int32Array;
  /** By how much each raised the coverage, as a share of all weights, float32 `[count]`; never rising. */
  gains: Float32Array;
}

/**
 * Picks the candidates that together stand for most: each time the one that most raises the
 * generalised coverage Σᵣ wᵣ · maxₛ k(r, s), where s goes through what is known or picked and r
 * through all candidates (Bae et al. 2024, "Generalized Coverage for More Robust Low-Budget Active
 * Learning", arXiv 2407.12212, §3: MaxHerding).
 *
 * A gain only falls as picks are added, so of all candidates only those are weighed up anew whose last
 * gain is still the largest (Minoux 1978, "Accelerated greedy algorithms").
 *
 * @param similarities k of the P candidates.
 * @param options.weights wᵣ ≥ 0, float32 `[P]`, not all 0.
 * @param options.count How many to pick, at most P.
 * @param options.signal Ends it early: it then throws the signal's reason.
 * @returns The picks; of equally good ones the first.
 */
export async function coverGreedily(
  similarities: Similarities,
  options: { weights: Float32Array; count: number; signal?: AbortSignal },
): Promise<Cover> {
  const { weights, count, signal } = options;
  const covered = similarities.known.slice();
  const rowOf = (candidate: number) =>
    similarities.candidates.subarray(
      candidate * weights.length,
      (candidate + 1) * weights.length,
    );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const gains = new Float64Array(weights.length).fill(Infinity); // as they were at the step `weighed`
  const weighed = new Int32Array(weights.length).fill(-1);
  const found: Cover = { picks: new Int32Array(count), gains: new Float32Array(count) };
  let evaluations = 0;
  for (let step = 0; step < count; step++) {
    let best = largest(gains);
    while (weighed[best] < step) {
      gains[best] = gainOf(rowOf(best), { covered, weights });
      weighed[best] = step;
      if (++evaluations % UNINTERRUPTED === 0) {
        await setImmediate();
        signal?.throwIfAborted();
      }
      best = largest(gains);
    }
    found.picks[step] = best;
    found.gains[step] = gains[best] / total;
    rowOf(best).forEach((own, other) => covered[other] = Math.max(covered[other], own));
    gains[best] = -1; // below all that is not picked
  }
  return found;
}

function gainOf(
  row: Float32Array,
  options: { covered: Float32Array; weights: Float32Array },
): number {
  const { covered, weights } = options;
  let gain = 0;
  for (let other = 0; other < row.length; other++) {
    const more = row[other] - covered[other];
    if (more > 0) gain += weights[other] * more;
  }
  return gain;
}

/** The place of the largest number; of equal ones the first. */
function largest(numbers: Float64Array): number {
  let best = 0;
  for (let i = 1; i < numbers.length; i++) if (numbers[i] > numbers[best]) best = i;
  return best;
}
