import { z } from "zod";
import type { PretrainConfig } from "./config.ts";
import { learningRateAt, scaledLearningRate, type Schedule } from "./optimizer/learning_rate.ts";

/** A part of a run with a schedule of its own. A run has one, and one more each time it is extended. */
export const stretchSchema = z.strictObject({
  /** The step that it begins with. */
  fromStep: z.int().min(0),
  /** The epoch of the run that it ends with. */
  epochs: z.int().min(1),
});

/** A part of a run; {@link stretchSchema} describes each field. */
export type Stretch = z.infer<typeof stretchSchema>;

/**
 * How the learning rate goes over a run. An extension begins at the rate that the run had, rises to the
 * peak as at the run's beginning (over half of the extension at most), and goes on from there.
 *
 * @param config The run's configuration.
 * @param stretches Its parts, in order.
 * @param stepsPerEpoch Updates in an epoch.
 * @returns A schedule a part.
 */
export function schedulesOf(
  config: PretrainConfig,
  stretches: Stretch[],
  stepsPerEpoch: number,
): Schedule[] {
  const { batchSize, accumulationSteps, learningRateScaling, decayEpochs } = config;
  const peak = scaledLearningRate(config.learningRate, {
    batchSize: batchSize * accumulationSteps,
    scaling: learningRateScaling,
  });
  const schedules: Schedule[] = [];
  for (const { fromStep, epochs } of stretches) {
    const totalSteps = epochs * stepsPerEpoch;
    const warmup = Math.round(config.warmupEpochs * stepsPerEpoch);
    schedules.push({
      kind: config.schedule,
      peak,
      warmupSteps: fromStep === 0
        ? warmup
        : Math.min(warmup, Math.floor((totalSteps - fromStep) / 2)),
      totalSteps,
      decaySteps: decayEpochs.split(",").map((epoch) => Math.round(Number(epoch) * stepsPerEpoch)),
      decayFactor: config.decayFactor,
      ...(fromStep === 0 ? {} : { from: { step: fromStep, rate: rateOf(fromStep, schedules) } }),
    });
  }
  return schedules;
}

/**
 * The learning rate of a step, by the last part that has begun.
 *
 * @param step From 0.
 * @param schedules What {@linkcode schedulesOf} gave.
 * @returns The rate.
 */
export function rateOf(step: number, schedules: Schedule[]): number {
  const current = schedules.findLast(({ from }) => (from?.step ?? 0) <= step)!;
  return learningRateAt(step, current);
}
