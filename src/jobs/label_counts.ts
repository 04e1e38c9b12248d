import { refused } from "./job_refusals.ts";

/**
 * How many there are of each label.
 *
 * @param labels A label each, or null for none, which is not counted.
 * @returns Counts by label, in the order in which they came.
 */
export function countLabels(labels: Iterable<string | null>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) {
    if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}

/**
 * Refuses labels by which nothing can be told from another.
 *
 * @param counts How many there are of each label.
 * @param param The field that they come from.
 * @throws {LookalikeError} `invalid_input` if there are no two classes.
 */
export function checkClasses(counts: ReadonlyMap<string, number>, param: string): void {
  if (counts.size >= 2) return;
  const [only] = counts.keys();
  const said = only === undefined ? "there is no label" : `all are ${JSON.stringify(only)}`;
  throw refused(param, `there must be labels of two classes at least: ${said}`);
}
