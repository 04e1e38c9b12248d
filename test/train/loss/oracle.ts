/** NT-Xent as arXiv 2002.05709 §2.1 writes it, in loops and float64. */
import { random } from "../../../src/random.ts";

/**
 * Projections of the standard normal distribution, rounded to float32 so that a device sees the same.
 *
 * @param rows 2N.
 * @param dimension D.
 * @param seed Decides them.
 * @returns `[2N][D]`.
 */
export function projections(rows: number, dimension: number, seed: number): number[][] {
  const source = random(seed, rows, dimension);
  const row = () => Array.from({ length: dimension }, () => Math.fround(source.normal()));
  return Array.from({ length: rows }, row);
}

/**
 * The similarities of all rows, uᵀv / ‖u‖‖v‖, over the temperature.
 *
 * @param z Projections `[2N][D]`.
 * @param temperature τ.
 * @returns `[2N][2N]`.
 */
export function similarities(z: number[][], temperature: number): number[][] {
  const dot = (u: number[], v: number[]) => u.reduce((sum, value, d) => sum + value * v[d], 0);
  return z.map((u) => z.map((v) => dot(u, v) / Math.sqrt(dot(u, u) * dot(v, v)) / temperature));
}

/**
 * The row that holds the other view of the same image: i + N, or i − N.
 *
 * @param row i.
 * @param rows 2N.
 * @returns Its number.
 */
export function partnerOf(row: number, rows: number): number {
  return row < rows / 2 ? row + rows / 2 : row - rows / 2;
}

/**
 * ℓ(i, j) = −log( exp(s_ij) / Σ_{k ≠ i} exp(s_ik) ), without overflow.
 *
 * @param similarity Similarities over the temperature `[2N][2N]`.
 * @param pair The anchor i and its positive j.
 * @returns The loss of the pair, in nats.
 */
export function pairLoss(similarity: number[][], pair: [anchor: number, positive: number]): number {
  const [anchor, positive] = pair;
  const others = similarity[anchor].filter((_, k) => k !== anchor);
  const largest = Math.max(...others);
  const sum = others.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return largest + Math.log(sum) - similarity[anchor][positive];
}

/**
 * The mean of ℓ over all views as anchors: both directions of every pair.
 *
 * @param z Projections `[2N][D]`, rows i and i + N of one image.
 * @param temperature τ.
 * @returns The loss, in nats.
 */
export function naiveNtXent(z: number[][], temperature: number): number {
  const similarity = similarities(z, temperature);
  let sum = 0;
  for (let anchor = 0; anchor < z.length; anchor++) {
    sum += pairLoss(similarity, [anchor, partnerOf(anchor, z.length)]);
  }
  return sum / z.length;
}
