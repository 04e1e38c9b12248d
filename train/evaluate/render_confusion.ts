/** More classes than this do not fit beside one another on a terminal. */
const MOST_COLUMNS = 20;
const MOST_PAIRS = 10;
const LONGEST_NAME = 20;

/**
 * What was taken for what, for a terminal: the matrix in per cent of each class's images, or the pairs
 * most often confused where there are more than twenty classes. On the matrix's diagonal stands each
 * class's recall.
 *
 * @param confusion Counts, a row a true class and a column a predicted one.
 * @param classes The classes' names.
 * @returns Lines of text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { renderConfusion } from "./render_confusion.ts";
 * assertEquals(renderConfusion([[3, 1], [0, 2]], ["cat", "dog"]), [
 *   "          1   2",
 *   "  1 cat  75  25",
 *   "  2 dog   · 100",
 * ]);
 * ```
 */
export function renderConfusion(confusion: number[][], classes: string[]): string[] {
  const names = classes.map(printable);
  return classes.length <= MOST_COLUMNS ? matrix(confusion, names) : pairs(confusion, names);
}

/**
 * A name as a terminal can show it: folders may hold control characters, which it would obey, and be
 * long.
 *
 * @param name Of a class.
 * @returns 20 characters at most.
 */
export function printable(name: string): string {
  const plain = [...name.replaceAll(/\p{Cc}/gu, "?")];
  return plain.length <= LONGEST_NAME
    ? plain.join("")
    : plain.slice(0, LONGEST_NAME - 1).join("") + "…";
}

function matrix(confusion: number[][], names: string[]): string[] {
  const longest = Math.max(...names.map((name) => name.length));
  const cells = (texts: string[]) => texts.map((text) => text.padStart(4)).join("");
  const number = (label: number) => String(label + 1).padStart(3);
  return [
    " ".repeat(4 + longest) + cells(names.map((_, label) => String(label + 1))),
    ...confusion.map((row, truth) => {
      const total = sum(row);
      const shares = row.map((count) => count === 0 ? "·" : (100 * count / total).toFixed(0));
      return `${number(truth)} ${names[truth].padEnd(longest)}${cells(shares)}`;
    }),
  ];
}

function pairs(confusion: number[][], names: string[]): string[] {
  const found = confusion.flatMap((row, truth) =>
    row.flatMap((count, taken) =>
      count > 0 && taken !== truth ? [{ truth, taken, share: count / sum(row) }] : []
    )
  );
  return found
    .sort((a, b) => b.share - a.share || a.truth - b.truth || a.taken - b.taken)
    .slice(0, MOST_PAIRS)
    .map(({ truth, taken, share }) =>
      `${(100 * share).toFixed(1).padStart(7)} % of ${names[truth]} taken for ${names[taken]}`
    );
}

function sum(row: number[]): number {
  return row.reduce((total, count) => total + count, 0);
}
