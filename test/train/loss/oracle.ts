/** The losses as their papers write them, in loops and float64. */
import { random } from "../../../src/random.ts";
import type { LossName, LossOptions } from "../../../train/loss/loss.ts";

/** Similarities of all rows `[2N][2N]`. */
export type Similarities = number[][];

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
 * The similarities of all rows over the temperature: uᵀv / ‖u‖‖v‖, or uᵀv.
 *
 * @param z Projections `[2N][D]`.
 * @param temperature τ.
 * @param normalize Whether to divide by the lengths.
 * @returns `[2N][2N]`.
 */
export function similarities(
  z: number[][],
  temperature: number,
  { normalize } = { normalize: true },
): Similarities {
  const dot = (u: number[], v: number[]) => u.reduce((sum, value, d) => sum + value * v[d], 0);
  const lengths = (u: number[], v: number[]) => normalize ? Math.sqrt(dot(u, u) * dot(v, v)) : 1;
  return z.map((u) => z.map((v) => dot(u, v) / lengths(u, v) / temperature));
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
export function pairLoss(
  similarity: Similarities,
  pair: [anchor: number, positive: number],
): number {
  const [anchor, positive] = pair;
  return logSumExp(similarity[anchor].filter((_, k) => k !== anchor)) -
    similarity[anchor][positive];
}

/**
 * log Σ exp, without overflow.
 *
 * @param logits Some numbers.
 * @returns Their log-sum-exp.
 */
export function logSumExp(logits: number[]): number {
  const largest = Math.max(...logits);
  return largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
}

/**
 * The mean of something over all rows.
 *
 * @param rows Such as similarities.
 * @param of What of each row.
 * @returns The mean.
 */
export function meanOver<Row>(rows: Row[], of: (row: Row, index: number) => number): number {
  return rows.reduce((sum, row, index) => sum + of(row, index), 0) / rows.length;
}

/**
 * The mean of ℓ over all views as anchors: both directions of every pair.
 *
 * @param z Projections `[2N][D]`, rows i and i + N of one image.
 * @param temperature τ.
 * @returns The loss, in nats.
 */
export function naiveNtXent(z: number[][], temperature: number): number {
  return naiveLoss(z, [], {
    loss: "nt-xent",
    temperature,
    margin: 0,
    normalize: true,
    semiHard: false,
  });
}

/**
 * Any loss, from its formula.
 *
 * @param z Projections or logits `[2N][D]`, rows i and i + N of one image.
 * @param labels `[N]`, −1 where there is none; read by the losses that use them.
 * @param options Which loss, and its settings.
 * @returns The loss.
 */
export function naiveLoss(z: number[][], labels: number[], options: LossOptions): number {
  return NAIVE[options.loss](z, labels, options);
}

type Naive = (z: number[][], labels: number[], options: LossOptions) => number;

const NAIVE: Record<LossName, Naive> = {
  "nt-xent": (z, _, { temperature, normalize }) => {
    const similarity = similarities(z, temperature, { normalize });
    return meanOver(similarity, (_, i) => pairLoss(similarity, [i, partnerOf(i, z.length)]));
  },
  "decoupled-nt-xent": (z, _, { temperature, normalize }) =>
    meanOver(similarities(z, temperature, { normalize }), (row, i) => {
      const positive = partnerOf(i, row.length);
      return logSumExp(row.filter((_, k) => k !== i && k !== positive)) - row[positive];
    }),
  "supervised-contrastive": (z, labels, { temperature, normalize }) => {
    const similarity = similarities(z, temperature, { normalize });
    return meanOver(similarity, (row, i) => {
      const positives = [...row.keys()].filter((k) => isPositive(labels, i, k));
      return meanOver(positives, (k) => pairLoss(similarity, [i, k]));
    });
  },
  "nt-logistic": (z, _, options) =>
    meanOverNegatives(z, options, (positive, negative) => {
      const { temperature } = options;
      return -Math.log(sigmoid(positive / temperature)) -
        Math.log(sigmoid(-negative / temperature));
    }),
  "margin-triplet": (z, _, options) =>
    meanOverNegatives(
      z,
      options,
      (positive, negative) => Math.max(negative - positive + options.margin, 0),
    ),
  "cross-entropy": (z, labels) => {
    const known = [...z.keys()].filter((row) => labels[row % labels.length] >= 0);
    if (known.length === 0) return 0;
    return meanOver(known, (row) => logSumExp(z[row]) - z[row][labels[row % labels.length]]);
  },
};

/** P(i) of arXiv 2004.11362; an image without a label has itself alone. */
function isPositive(labels: number[], i: number, k: number): boolean {
  const [a, b] = [i % labels.length, k % labels.length];
  return i !== k && (a === b || labels[a] >= 0 && labels[a] === labels[b]);
}

/** Of each anchor over its negatives, or of its semi-hard one alone; then over the anchors. */
function meanOverNegatives(
  z: number[][],
  options: LossOptions,
  loss: (positive: number, negative: number) => number,
): number {
  return meanOver(similarities(z, 1, options), (row, i) => {
    const positive = row[partnerOf(i, row.length)];
    const negatives = row.filter((_, k) => k !== i && k !== partnerOf(i, row.length));
    if (!options.semiHard) return meanOver(negatives, (negative) => loss(positive, negative));
    const farther = negatives.filter((negative) => negative < positive);
    return farther.length === 0 ? 0 : loss(positive, Math.max(...farther));
  });
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * The slope of a function of projections at each of their numbers, by central differences.
 *
 * @param of The function, in float64.
 * @param z Projections `[2N][D]`.
 * @returns `[2N · D]`.
 */
export function finiteDifferences(of: (z: number[][]) => number, z: number[][]): number[] {
  const step = 1e-5;
  const at = (row: number, column: number, shift: number) => {
    const moved = z.map((values) => [...values]);
    moved[row][column] += shift;
    return of(moved);
  };
  return z.flatMap((values, row) =>
    values.map((_, column) => (at(row, column, step) - at(row, column, -step)) / (2 * step))
  );
}
