import type { Similarities } from "./similarities.ts";

/**
 * Picks greedily what adds most: generalised coverage (Bae et al. 2024, arXiv 2407.12212).
 *
 * @param similarities How alike candidates are.
 * @param options How much each counts, float32 `[P]`, and how many to pick.
 * @returns The picks in order, and what share each added.
 */
export function coverGreedily(
  { candidates, known }: Similarities,
  options: { weights: Float32Array; count: number; signal?: AbortSignal },
): Promise<{ picks: Int32Array; gains: Float32Array }> {
  const { weights, count } = options;
  const pool = weights.length;
  const covered = Float32Array.from(known);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const gainOf = (candidate: number) => {
    let gain = 0;
    const row = candidate * pool;
    for (let other = 0; other < pool; other++) {
      const more = candidates[row + other] - covered[other];
      if (more > 0) gain += weights[other] * more;
    }
    return gain;
  };
  const bounds = new Float64Array(pool).fill(Infinity);
  const taken = new Uint8Array(pool);
  const picks = new Int32Array(count);
  const gains = new Float32Array(count);
  for (let step = 0; step < count; step++) {
    let best = -1;
    let most = -1;
    for (;;) {
      let top = -1;
      for (let i = 0; i < pool; i++) {
        if (!taken[i] && (top < 0 || bounds[i] > bounds[top])) top = i;
      }
      if (best >= 0 && most >= bounds[top]) break;
      if (top === best) break;
      bounds[top] = gainOf(top);
      if (bounds[top] > most) [best, most] = [top, bounds[top]];
    }
    taken[best] = 1;
    picks[step] = best;
    gains[step] = total > 0 ? most / total : 0;
    for (let other = 0; other < pool; other++) {
      covered[other] = Math.max(covered[other], candidates[best * pool + other]);
    }
  }
  return Promise.resolve({ picks, gains });
}
