/** Below so many labels of a class its recall is a matter of luck. */
const FEW_OF_CLASS = 5;

/** Below so many judged examples an accuracy may be off by 14 percentage points and more. */
const FEW_JUDGED = 50;

/** So many classes are named; of more, how many there are. */
const NAMED = 5;

/**
 * Says in plain sentences where labels are too few for what is reported of a classifier.
 *
 * @param counts.classes The names of the C classes.
 * @param counts.examples How many labels each has, `[C]`.
 * @param counts.judged How many examples were judged by a fit without them, or held out.
 * @returns The sentences; none where there are enough.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fewLabelsWarnings } from "./few_labels_warnings.ts";
 * const warnings = fewLabelsWarnings({ classes: ["cat", "dog"], examples: [60, 3], judged: 63 });
 * assertEquals(warnings, ["Fewer than 5 labels of dog (3): what is said of such a class is a matter of luck."]);
 * ```
 */
export function fewLabelsWarnings(
  counts: { classes: string[]; examples: number[]; judged: number },
): string[] {
  const { classes, examples, judged } = counts;
  const warnings: string[] = [];
  const few = classes.flatMap((name, label) =>
    examples[label] < FEW_OF_CLASS ? [`${name} (${examples[label]})`] : []
  );
  if (few.length > 0) {
    const names = few.length > NAMED
      ? `${few.slice(0, NAMED).join(", ")} and ${few.length - NAMED} more`
      : few.join(", ");
    warnings.push(
      `Fewer than ${FEW_OF_CLASS} labels of ${names}: what is said of such a class is a matter of luck.`,
    );
  }
  if (judged === 0) {
    warnings.push(
      "No example could be judged, as no class has two labels: how good the classifier is is not known.",
    );
  } else if (judged < FEW_JUDGED) {
    // Twice the standard error of a share at its widest, which is at one half.
    const points = Math.round(100 / Math.sqrt(judged));
    warnings.push(
      `Accuracy and calibration rest on ${judged} examples: the accuracy may be off by ${points} percentage points.`,
    );
  }
  return warnings;
}
