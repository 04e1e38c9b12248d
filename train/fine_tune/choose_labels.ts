import { LookalikeError } from "../../src/errors.ts";
import { permutation } from "../../src/random.ts";

/** How many labels are known: so many of each class, or a share of each class's from 0 to 1. */
export type LabelBudget = { perClass: number } | { share: number };

/**
 * Chooses which images' labels may be used: as many of each class, or the same share of each, as in
 * arXiv 2002.05709 §6 and appendix B.5. By one seed a smaller budget's choice is part of a larger one's.
 *
 * @param labels The class of every image, int32 `[N]`.
 * @param options.budget How many of a class: all that it has, if it has fewer; one at least.
 * @param options.seed The choice is a function of it.
 * @returns Indices of the chosen images, ascending.
 * @throws {LookalikeError} `invalid_input` if the budget is not a number from 1, or a share above 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { chooseLabels } from "./choose_labels.ts";
 * const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1);
 * const chosen = chooseLabels(labels, { budget: { perClass: 2 }, seed: 0 });
 * assertEquals(chosen.map((index) => labels[index]), Int32Array.of(0, 0, 1, 1));
 * ```
 */
export function chooseLabels(
  labels: Int32Array,
  options: { budget: LabelBudget; seed: number },
): Int32Array {
  const { budget, seed } = options;
  checkBudget(budget);
  const byClass = Map.groupBy(labels.keys(), (index) => labels[index]);
  const chosen = [...byClass].flatMap(([label, images]) => {
    const wanted = "share" in budget ? Math.round(budget.share * images.length) : budget.perClass;
    const order = permutation(images.length, seed, label);
    return Array.from(order.subarray(0, Math.max(1, wanted)), (place) => images[place]);
  });
  return Int32Array.from(chosen).sort();
}

function checkBudget(budget: LabelBudget): void {
  const isRight = "share" in budget
    ? budget.share > 0 && budget.share <= 1
    : Number.isSafeInteger(budget.perClass) && budget.perClass >= 1;
  if (isRight) return;
  const rule = "share" in budget
    ? `the share of each class must be above 0 and at most 1: it is ${budget.share}`
    : `the number of each class must be whole and at least 1: it is ${budget.perClass}`;
  throw new LookalikeError("invalid_input", `Cannot choose labels as ${rule}.`, {
    param: "labels",
  });
}
