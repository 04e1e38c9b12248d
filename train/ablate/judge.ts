import { compare, type Comparison, type Side } from "./compare.ts";
import type { Figures } from "./figures.ts";

/** What became of a claim here. */
export type Verdict = "holds" | "does not hold here" | "too noisy at this budget" | "not measured";

/** A claim of the paper, its verdict, and the numbers that decided it. */
export interface Judgement {
  claim: string;
  verdict: Verdict;
  /** The numbers, in words. */
  because: string;
}

/** What a claim says: one thing above another, for each pair. */
export interface Claim {
  claim: string;
  above: Side;
  /** One or more, each of which must be below. */
  below: Side[];
}

/** A difference below a point is not what the paper speaks of, however sure it is. */
const LEAST_DIFFERENCE = 0.01;

/** Comparisons that are put in words. */
const MOST_WORDS = 4;

/**
 * Judges a claim that one cell is better than others.
 *
 * It holds where the 95 % interval of each difference lies above 0. It does not hold here where an
 * interval stays below one point: whatever difference there is, it is smaller or has the other sign.
 * Otherwise the seeds do not tell.
 *
 * @param figures What was measured.
 * @param claim The claim.
 * @returns The verdict with its reasons.
 */
export function judge(figures: Figures, { claim, above, below }: Claim): Judgement {
  const comparisons = below.map((side) => compare(figures, { above, below: side }));
  const missing = [above, ...below].filter(({ label, figure = "linear" }) =>
    figures.values(label, figure).length === 0
  );
  const measured = comparisons.filter((comparison) => comparison !== null);
  // Of many, those that come closest say enough.
  const closest = measured.toSorted((a, b) => a.difference - b.difference).slice(0, MOST_WORDS);
  const others = measured.length - closest.length;
  const because = [
    ...closest.map(inWords),
    ...(others > 0
      ? [others === 1 ? "another lies further below" : `${others} others lie further below`]
      : []),
    ...missing.map(({ name }) => `${name} was not measured`),
    ...(measured.some(({ seeds, interval }) => seeds.includes(1) && interval !== null)
      ? ["a single seed takes the spread pooled over other cells"]
      : []),
  ].join("; ") + ".";
  if (missing.length > 0) return { claim, verdict: "not measured", because };
  const verdicts = measured.map(verdictOf);
  const verdict = verdicts.find((each) => each === "does not hold here") ??
    verdicts.find((each) => each === "too noisy at this budget") ?? "holds";
  return { claim, verdict, because };
}

/** Per cent with one digit. */
function points(share: number): string {
  return (100 * share).toFixed(1).replace("-", "−");
}

function verdictOf({ interval }: Comparison): Verdict {
  if (interval === null) return "too noisy at this budget";
  const [low, high] = interval;
  if (low > 0) return "holds";
  return high < LEAST_DIFFERENCE ? "does not hold here" : "too noisy at this budget";
}

function inWords({ above, below, means, seeds, difference, interval }: Comparison): string {
  const sign = difference < 0 ? "" : "+";
  const range = interval === null
    ? "no cell has two seeds, so the spread is not known"
    : `95 % interval ${points(interval[0])} to ${points(interval[1])}`;
  return `${above.name} (${points(means[0])} %) against ${below.name} (${points(means[1])} %): ` +
    `${sign}${points(difference)} points, ${range}, ${seeds[0]} and ${seeds[1]} seeds`;
}
