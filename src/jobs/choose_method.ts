import type { FineTuningRequest } from "./job.ts";

/** A method that is decided. */
export type Method = FineTuningRequest["method"];

/** From so many labels of a class on, of most classes, moving all weights is worth its time. */
const LABELS_TO_FINE_TUNE = 16;

/**
 * Chooses what is done with the labels there are, where nobody has said it: a linear layer on frozen
 * features where they are few, as all weights would follow each of them, and everything from then on.
 *
 * @param labels How many each class has, at least one class.
 * @param options.wantsTraining Whether something was asked for that only a training has, such as a
 * learning rate or a part for the unlabelled.
 * @returns `probe` or `full`. (`head_layer` is never chosen: which layer is best is for its encoder to
 * show.)
 *
 * @example
 * ```ts
 * import { chooseMethod } from "./choose_method.ts";
 * console.assert(chooseMethod([3, 5, 4], { wantsTraining: false }) === "probe");
 * console.assert(chooseMethod([300, 5, 400], { wantsTraining: false }) === "full");
 * ```
 */
export function chooseMethod(
  labels: readonly number[],
  { wantsTraining }: { wantsTraining: boolean },
): Method {
  const inOrder = labels.toSorted((a, b) => a - b);
  const median = inOrder[Math.floor((inOrder.length - 1) / 2)]; // the lower one of two
  return wantsTraining || median >= LABELS_TO_FINE_TUNE ? "full" : "probe";
}
