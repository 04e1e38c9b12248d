import { learningRateAt, type Schedule } from "./learning_rate.ts";

/**
 * A schedule in words, in epochs.
 *
 * @param schedule Of a run, or of a stretch that was added to one.
 * @param stepsPerEpoch Steps an epoch.
 * @returns A clause about the rate, without capital and full stop.
 *
 * @example
 * ```ts
 * import { describeSchedule } from "./describe_schedule.ts";
 * const schedule = { kind: "cosine", peak: 0.5, warmupSteps: 39, totalSteps: 780 } as const;
 * const said = "the rate rises over 1 epoch to 0.5, then falls by cosine to 0 at epoch 20";
 * console.assert(describeSchedule(schedule, 39) === said);
 * ```
 */
export function describeSchedule(schedule: Schedule, stepsPerEpoch: number): string {
  return `${beginning(schedule, stepsPerEpoch)}, then ${ending(schedule, stepsPerEpoch)}`;
}

/** Until the peak. */
function beginning({ warmupSteps, peak, from }: Schedule, stepsPerEpoch: number): string {
  const way = from && from.rate > peak ? "sinks" : "rises";
  const warmUp = `${way} over ${epochs(warmupSteps / stepsPerEpoch)} to ${short(peak)}`;
  if (!from) return warmupSteps > 0 ? `the rate ${warmUp}` : `the rate begins at ${short(peak)}`;
  const rate = `after epoch ${short(from.step / stepsPerEpoch)} the rate`;
  if (from.rate === peak) return `${rate} goes on at the ${short(peak)} that it had`;
  if (warmupSteps === 0) {
    return `${rate} jumps from the ${short(from.rate)} that it had to ${short(peak)}`;
  }
  return `${rate} begins again at the ${short(from.rate)} that it had, ${warmUp}`;
}

/** From the peak on. */
function ending(schedule: Schedule, stepsPerEpoch: number): string {
  const { kind = "cosine", totalSteps, decaySteps = [], decayFactor = 1, from } = schedule;
  const last = `epoch ${short(totalSteps / stepsPerEpoch)}`;
  if (kind === "cosine") return `falls by cosine to 0 at ${last}`;
  const drops = decaySteps.filter((step) => step >= (from?.step ?? 0) && step < totalSteps);
  if (kind === "constant" || drops.length === 0) return `stays until ${last}`;
  const at = drops.map((step) => short(step / stepsPerEpoch));
  const when = at.length === 1
    ? `epoch ${at}`
    : `epochs ${at.slice(0, -1).join(", ")} and ${at.at(-1)}`;
  const end = short(learningRateAt(totalSteps - 1, schedule));
  return `is multiplied by ${short(decayFactor)} after ${when}, and ends at ${end} with ${last}`;
}

function epochs(count: number): string {
  return count === 1 ? "1 epoch" : `${short(count)} epochs`;
}

/** Three digits, or as many as stand before the point. */
function short(value: number): string {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
