/** How the learning rate goes over a run, or over a stretch that was added to one. */
export interface Schedule {
  /** How it goes on after the warm-up; a cosine to 0 unless told. */
  kind?: "cosine" | "constant" | "step";
  /** The rate at its highest. */
  peak: number;
  /** Steps over which it rises in a line. */
  warmupSteps: number;
  /** The step at which the run ends, whose rate a cosine brings to 0. */
  totalSteps: number;
  /** Steps at which `step` lowers the rate. */
  decaySteps?: number[];
  /** By what `step` multiplies the rate at each of them. */
  decayFactor?: number;
  /** Of an added stretch: the step that it begins with, and the rate from which it rises. */
  from?: { step: number; rate: number };
}

/**
 * The learning rate of a step (arXiv 2002.05709 §B.6): a linear warm-up, then a cosine to 0, the same
 * rate on, or one that is lowered in steps.
 *
 * @param step From 0.
 * @param schedule Peak and lengths.
 * @returns The rate.
 *
 * @example
 * ```ts
 * import { learningRateAt } from "./learning_rate.ts";
 * const schedule = { peak: 1, warmupSteps: 10, totalSteps: 110 };
 * console.assert(learningRateAt(4, schedule) === 0.5 && learningRateAt(10, schedule) === 1);
 * ```
 */
export function learningRateAt(step: number, schedule: Schedule): number {
  const { kind = "cosine", peak, warmupSteps, totalSteps, decaySteps = [], decayFactor = 1 } =
    schedule;
  const from = schedule.from ?? { step: 0, rate: 0 };
  const since = step - from.step;
  if (since < warmupSteps) {
    return from.rate + (peak - from.rate) * (since + 1) / warmupSteps;
  }
  if (kind === "constant") return peak;
  if (kind === "step") {
    return peak * decayFactor ** decaySteps.filter((decay) => decay <= step).length;
  }
  const done = (since - warmupSteps) / Math.max(1, totalSteps - from.step - warmupSteps);
  return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
}

/**
 * A schedule in a sentence.
 *
 * @param schedule The schedule.
 * @param stepsPerEpoch Updates in an epoch.
 * @returns What the rate does, for a person.
 */
export function describeSchedule(schedule: Schedule, stepsPerEpoch: number): string {
  const { kind = "cosine", peak, warmupSteps, totalSteps, from } = schedule;
  const epochs = (steps: number) => String(Number((steps / stepsPerEpoch).toFixed(2)));
  const begins = from
    ? `From epoch ${epochs(from.step)} on the learning rate rises again, from ${
      from.rate.toPrecision(3)
    }`
    : "The learning rate rises";
  const ends = {
    cosine: `falls by a cosine to 0 at epoch ${epochs(totalSteps)}`,
    constant: `stays until epoch ${epochs(totalSteps)}`,
    step: `is lowered in steps until epoch ${epochs(totalSteps)}`,
  }[kind];
  return `${begins} over ${epochs(warmupSteps)} epochs to ${peak.toPrecision(3)}, then ${ends}.`;
}

/**
 * The peak for a batch size: the base rate is meant for 256 images (linear scaling), or for one
 * image (square root); arXiv 2002.05709 §B.1.
 *
 * @param base As configured.
 * @param options Images a batch, and how the rate grows with them.
 * @returns base·N/256, base·√N, or the base as it is.
 */
export function scaledLearningRate(
  base: number,
  options: { batchSize: number; scaling: "linear" | "sqrt" | "none" },
): number {
  const { batchSize, scaling } = options;
  const factors = { linear: batchSize / 256, sqrt: Math.sqrt(batchSize), none: 1 };
  return base * factors[scaling];
}
