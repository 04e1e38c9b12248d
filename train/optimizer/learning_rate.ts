/** How the learning rate goes over a run, or over a stretch that was added to one. */
export interface Schedule {
  /** How it goes on from the peak: by a cosine to 0, staying there, or down in steps. */
  kind?: "cosine" | "constant" | "step";
  /** The rate at its highest. */
  peak: number;
  /** Steps over which it rises in a line: from 0, or from the rate that a stretch begins with. */
  warmupSteps: number;
  /** Steps of the whole run, with what came before a stretch; at whose end a cosine is 0. */
  totalSteps: number;
  /** Of the kind step: the numbers of the steps from which the rate is lower, from 0. */
  decaySteps?: number[];
  /** Of the kind step: what the rate is multiplied by at each of those. */
  decayFactor?: number;
  /**
   * Of a stretch that was added to a run: the number of its first step, and the rate at which the
   * run stood before. A run is the stretch from step 0 and rate 0.
   */
  from?: { step: number; rate: number };
}

/**
 * The learning rate of a step: a linear warm-up, then by default a cosine to 0 (arXiv 2002.05709
 * §B.6).
 *
 * A stretch rises (or sinks) from the rate that the run had to the peak, and then goes on as its kind
 * says. Steps at which the rate is lowered count if they are within the stretch.
 *
 * @param step From 0; of a stretch, not before it.
 * @param schedule Kind, peak and lengths.
 * @returns The rate.
 *
 * @example
 * ```ts
 * import { learningRateAt } from "./learning_rate.ts";
 * const schedule = { kind: "cosine", peak: 1, warmupSteps: 10, totalSteps: 110 } as const;
 * console.assert(learningRateAt(4, schedule) === 0.5 && learningRateAt(10, schedule) === 1);
 * const longer = { ...schedule, totalSteps: 210, from: { step: 110, rate: 0 } };
 * console.assert(learningRateAt(114, longer) === 0.5 && learningRateAt(120, longer) === 1);
 * ```
 */
export function learningRateAt(step: number, schedule: Schedule): number {
  const { warmupSteps, from = { step: 0, rate: 0 } } = schedule;
  const level = levelAt(step, schedule);
  const done = step - from.step;
  if (done >= warmupSteps) return level;
  return from.rate + (level - from.rate) * (done + 1) / warmupSteps;
}

/** What the kind says, which is the peak until the warm-up ends. */
function levelAt(step: number, schedule: Schedule): number {
  const { kind = "cosine", peak, warmupSteps, totalSteps, from } = schedule;
  const start = from?.step ?? 0;
  if (kind === "constant") return peak;
  if (kind === "step") {
    const { decaySteps = [], decayFactor = 1 } = schedule;
    const lowered = decaySteps.filter((at) => start <= at && at <= step).length;
    return peak * decayFactor ** lowered;
  }
  const warm = start + warmupSteps;
  if (step < warm) return peak;
  const done = (step - warm) / Math.max(1, totalSteps - warm);
  return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
}

/**
 * The peak for a batch size: the base rate is meant for 256 images (linear scaling), for one image
 * (square root), or for whatever the batch is (none); arXiv 2002.05709 §B.1.
 *
 * @param base As configured.
 * @param options Images a batch, and how the rate grows with them.
 * @returns base·N/256, base·√N or base.
 */
export function scaledLearningRate(
  base: number,
  options: { batchSize: number; scaling: "linear" | "sqrt" | "none" },
): number {
  const { batchSize, scaling } = options;
  if (scaling === "none") return base;
  return scaling === "linear" ? base * batchSize / 256 : base * Math.sqrt(batchSize);
}
