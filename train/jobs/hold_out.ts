import { sha256 } from "../../src/files.ts";

/** Which examples teach, and which judge; unlabelled ones are in neither. */
export interface HeldOut {
  /** Rows, rising. */
  teach: number[];
  /** Rows, rising. */
  judge: number[];
}

/**
 * Divides labelled examples into those that teach and those that judge, by a hash of their ids alone:
 * so all jobs of a collection leave the same ones out and compare fairly, and a smaller share is part
 * of a larger one. A class that would be left with none to learn from keeps the one whose hash is the
 * largest.
 *
 * @param examples Ids, and classes or null.
 * @param share How many of the labelled ones judge, about: 0 to 0.9.
 * @returns The rows of each part.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { holdOut } from "./hold_out.ts";
 * const examples = [{ id: "a", label: 0 }, { id: "b", label: null }, { id: "c", label: 1 }];
 * assertEquals(holdOut(examples, 0.9), { teach: [0, 2], judge: [] });
 * ```
 */
export function holdOut(
  examples: readonly { id: string; label: number | null }[],
  share: number,
): HeldOut {
  const labelled = examples.flatMap(({ id, label }, row) =>
    label === null ? [] : [{ row, label, place: placeOf(id) }]
  );
  const kept = new Set<number>();
  for (const group of Map.groupBy(labelled, ({ label }) => label).values()) {
    if (group.some(({ place }) => place >= share)) continue;
    kept.add(group.reduce((a, b) => b.place > a.place ? b : a).row);
  }
  const isTaught = ({ row, place }: { row: number; place: number }) =>
    place >= share || kept.has(row);
  return {
    teach: labelled.filter(isTaught).map(({ row }) => row),
    judge: labelled.filter((example) => !isTaught(example)).map(({ row }) => row),
  };
}

/** From 0 to 1: the first four bytes of the id's SHA-256. */
function placeOf(id: string): number {
  return parseInt(sha256(id).slice(0, 8), 16) / 2 ** 32;
}
