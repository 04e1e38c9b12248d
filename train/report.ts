import { z } from "zod";
import { createMovingLine, type Screen } from "../src/moving_line.ts";
import { bar, duration, percent } from "../src/readable.ts";

/** What the views of one batch say of the representation; train/loss/view_statistics.ts defines each. */
export const viewStatisticsSchema = z.strictObject({
  /** Mean cosine similarity of two views of one image. */
  positiveSimilarity: z.number(),
  /** Mean over views of the largest similarity to a view of another image. */
  hardestNegativeSimilarity: z.number(),
  /** Mean squared distance of two views of one image; 0 is best. */
  alignment: z.number(),
  /** ln of the mean Gaussian potential of all pairs; the lower the more evenly spread. */
  uniformity: z.number(),
  /** How many dimensions z uses, from 1 to its length. */
  effectiveRank: z.number(),
});

/** What is known of a run at some step. */
export const progressSchema = z.strictObject({
  /** Steps done, of how many. */
  step: z.int(),
  totalSteps: z.int(),
  /** The epoch that the last step belonged to, from 1, of how many. */
  epoch: z.int(),
  epochs: z.int(),
  /** Mean of the loss since the last report, in nats. */
  loss: z.number(),
  learningRate: z.number(),
  /** Images a second since the last report; each is seen in two views. */
  imagesPerSecond: z.number(),
  /** Seconds that the rest will take at this speed. */
  secondsLeft: z.number(),
  /** The latest kNN accuracy on held-out images, 0 to 1; null where it was not measured. */
  knn: z.number().nullable(),
  /** The same of a linear probe. */
  linear: z.number().nullable(),
  /** Of the last batch; null where the loss does not compare views. */
  views: viewStatisticsSchema.nullable(),
});

/** What is known of a run at some step; {@link progressSchema} describes each field. */
export type Progress = z.infer<typeof progressSchema>;

/** Shows a run to a person or a program. */
export interface Reporter {
  /** The run is so far. */
  progress(progress: Progress): void;
  /** Work whose end is near or not known: decoding, evaluating. */
  activity(what: string, done: number, total: number | null): void;
  /** A sentence. */
  say(sentence: string): void;
}

/**
 * A reporter for people: a line that moves on a terminal, or a line now and then in a file.
 *
 * @param screen Where it is shown.
 * @returns The reporter.
 */
export function screenReporter(screen: Screen): Reporter {
  const { show, say } = createMovingLine(screen);
  return {
    progress: (progress) =>
      show(progressLine(progress), { isLast: progress.step === progress.totalSteps }),
    activity(what, done, total) {
      const line = total === null
        ? `${what} ${done}`
        : `${what} ${bar(done / total)} ${done} of ${total}`;
      show(line, { isLast: done === total });
    },
    say,
  };
}

/**
 * A reporter for programs: a JSON object a line, with `type` progress, activity or message.
 *
 * @param write Where a line goes, without its line end.
 * @returns The reporter.
 */
export function jsonReporter(write: (line: string) => void): Reporter {
  return {
    progress: (progress) => write(JSON.stringify({ type: "progress", ...progress })),
    activity(what, done, total) {
      if (done === total) write(JSON.stringify({ type: "activity", what, done, total }));
    },
    say: (message) => write(JSON.stringify({ type: "message", message })),
  };
}

function progressLine(progress: Progress): string {
  const { step, totalSteps, epoch, epochs, loss, imagesPerSecond, secondsLeft } = progress;
  const { knn, linear } = progress;
  const parts = [
    `epoch ${epoch}/${epochs}`,
    `${bar(step / totalSteps)} step ${step}/${totalSteps}`,
    `loss ${loss.toFixed(3)}`,
    ...(linear === null ? [] : [`linear ${percent(linear)}`]),
    ...(knn === null ? [] : [`kNN ${percent(knn)}`]),
    `${imagesPerSecond.toFixed(0)} images/s`,
    `${duration(secondsLeft)} left`,
  ];
  return parts.join("  ");
}
