import type { ClassifierProgress } from "../fine_tune/mod.ts";
import { intervalOf, type JobReporter } from "./job_reporter.ts";

/** Tells of a training with labels. */
export interface TrainingProgress {
  /** Told after each step; some of them become events, always the same ones. */
  step(progress: ClassifierProgress): void;
  /** All steps are done, which a checkpoint has. */
  end(): void;
}

/**
 * Makes events of the steps of a training with labels.
 *
 * @param report Where they go.
 * @param options.batchSize Labelled images a step, of which speed is counted.
 * @returns What is told.
 */
export function trainingProgress(
  report: JobReporter,
  options: { batchSize: number },
): TrainingProgress {
  const begunAt = performance.now();
  let first: number | undefined;
  let last = 0;
  return {
    step({ step, totalSteps, loss, learningRate }) {
      // It goes on from a checkpoint, of which a crash may have kept it from telling.
      if (first === undefined && step > 1) report.checkpoint(step - 1);
      first ??= step;
      last = totalSteps;
      if (step % intervalOf(totalSteps) !== 0 && step !== totalSteps) return;
      const secondsPerStep = (performance.now() - begunAt) / 1000 / (step - first + 1);
      report.progress({
        ...{ step, totalSteps, loss, learningRate },
        imagesPerSecond: options.batchSize / secondsPerStep,
        secondsLeft: (totalSteps - step) * secondsPerStep,
      });
    },
    end() {
      if (last > 0) report.checkpoint(last);
    },
  };
}
