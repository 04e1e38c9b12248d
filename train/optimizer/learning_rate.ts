/** How the learning rate goes over a run. */
export interface ScheduleOptions {
  /** The rate at its highest. */
  peak: number;
  /** Steps over which it rises from 0 in a line. */
  warmupSteps: number;
  /** Steps of the whole run, at whose end it is 0. */
  totalSteps: number;
}

/**
 * The learning rate of a step (arXiv 2002.05709 §B.6): a linear warm-up, then a cosine to 0.
 *
 * @param step From 0.
 * @param options Peak and lengths.
 * @returns The rate.
 *
 * @example
 * ```ts
 * import { learningRateAt } from "./learning_rate.ts";
 * const schedule = { peak: 1, warmupSteps: 10, totalSteps: 110 };
 * console.assert(learningRateAt(4, schedule) === 0.5 && learningRateAt(10, schedule) === 1);
 * ```
 */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { peak, warmupSteps, totalSteps } = options;
  if (step < warmupSteps) return peak * (step + 1) / warmupSteps;
  const done = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
}

/**
 * The peak for a batch size: the base rate is meant for 256 images (linear scaling), or for one
 * image (square root); arXiv 2002.05709 §B.1.
 *
 * @param base As configured.
 * @param options Images a batch, and how the rate grows with them.
 * @returns base·N/256 or base·√N.
 */
export function scaledLearningRate(
  base: number,
  options: { batchSize: number; scaling: "linear" | "sqrt" },
): number {
  const { batchSize, scaling } = options;
  return scaling === "linear" ? base * batchSize / 256 : base * Math.sqrt(batchSize);
}
