import { bar, duration, percent } from "../readable.ts";
import type { JobEvent } from "./job.ts";

/**
 * A job's progress on one line.
 *
 * @param event Of type `progress`.
 * @returns Such as `██████░░ step 40/100  loss 0.412  33 images/s  1:05 left`, of what the event has;
 * its sentence if it has no steps.
 */
export function progressLine({ message, data }: Pick<JobEvent, "message" | "data">): string {
  const { step, totalSteps } = data;
  if (typeof step !== "number" || typeof totalSteps !== "number") return message;
  const part = (field: string, text: (value: number) => string) => {
    const value = data[field];
    return typeof value === "number" ? [text(value)] : [];
  };
  return [
    `${bar(step / totalSteps)} step ${step}/${totalSteps}`,
    ...part("loss", (loss) => `loss ${loss.toFixed(3)}`),
    ...part("linear", (share) => `linear ${percent(share)}`),
    ...part("knn", (share) => `kNN ${percent(share)}`),
    ...part("imagesPerSecond", (speed) => `${speed.toFixed(0)} images/s`),
    ...part("secondsLeft", (seconds) => `${duration(seconds)} left`),
  ].join("  ");
}
