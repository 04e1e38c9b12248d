import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { compare } from "../../../train/ablate/compare.ts";
import { figuresOf } from "../../../train/ablate/figures.ts";
import { judge } from "../../../train/ablate/judge.ts";
import { studentT } from "../../../train/ablate/student_t.ts";
import { measured } from "./made_up.ts";

const side = (label: string) => ({ name: label.toUpperCase(), label });
const claim = (above: string, ...below: string[]) => ({
  claim: "a claim",
  above: side(above),
  below: below.map(side),
});

Deno.test("the interval is Welch's, each variance averaged with the pooled one as four more seeds", () => {
  const a = [0.4, 0.42, 0.44];
  const b = [0.37, 0.38];
  const figures = figuresOf(measured({ a, b, c: [0.5, 0.51, 0.52, 0.53] }));
  const found = compare(figures, { above: side("a"), below: side("b") })!;

  // Sums of squares about the mean: a 0.0008, b 0.00005, c 0.0005; 6 degrees of freedom.
  const pooled = (0.0008 + 0.00005 + 0.0005) / 6;
  const [va, vb] = [(4 * pooled + 0.0008) / 6 / 3, (4 * pooled + 0.00005) / 5 / 2];
  const degrees = (va + vb) ** 2 / (va ** 2 / 6 + vb ** 2 / 5);
  const reach = studentT(0.975, degrees) * Math.sqrt(va + vb);
  assertAlmostEquals(found.difference, 0.045, 1e-12);
  assertAlmostEquals(found.interval![0], 0.045 - reach, 1e-9);
  assertAlmostEquals(found.interval![1], 0.045 + reach, 1e-9);
});

Deno.test("verdicts follow from the figures: it holds, it does not, the seeds do not tell", () => {
  const figures = figuresOf(measured({
    best: [0.5, 0.505, 0.495],
    same: [0.511, 0.497, 0.489],
    worse: [0.4, 0.41, 0.405],
    near: [0.489, 0.486, 0.494],
    once: [0.3],
  }));
  const verdict = (above: string, ...below: string[]) =>
    judge(figures, claim(above, ...below)).verdict;
  assertEquals(verdict("best", "worse"), "holds");
  assertEquals(verdict("worse", "best"), "does not hold here");
  assertEquals(verdict("best", "same"), "too noisy at this budget"); // more than a point is possible
  assertEquals(verdict("best", "once"), "holds"); // by the spread of the others
  assertEquals(verdict("best", "absent"), "not measured");
  // Of several, each must hold: the weakest decides.
  assertEquals(verdict("best", "worse", "once"), "holds");
  assertEquals(verdict("best", "worse", "same"), "too noisy at this budget");
  assertEquals(verdict("near", "worse", "best", "same"), "does not hold here");
  assertEquals(verdict("best", "worse", "absent"), "not measured");
});

Deno.test("a difference that is surely smaller than a point does not hold", () => {
  const tight = { a: [0.5, 0.5001, 0.4999], b: [0.4995, 0.4996, 0.4994] };
  assertEquals(judge(figuresOf(measured(tight)), claim("a", "b")).verdict, "holds");
  const none = { a: [0.5, 0.501, 0.499], b: [0.5, 0.4985, 0.5] };
  assertEquals(judge(figuresOf(measured(none)), claim("a", "b")).verdict, "does not hold here");
});

Deno.test("without a second seed anywhere nothing is claimed; the run's spread serves a study without", () => {
  const once = measured({ a: [0.6], b: [0.2] });
  const alone = judge(figuresOf(once), claim("a", "b"));
  assertEquals(alone.verdict, "too noisy at this budget");
  assert(alone.because.includes("the spread is not known"), alone.because);
  const elsewhere = measured({ c: [0.4, 0.41, 0.4], d: [0.3, 0.31] });
  const helped = judge(figuresOf(once, [...once, ...elsewhere]), claim("a", "b"));
  assertEquals(helped.verdict, "holds");
  assert(helped.because.includes("single seed takes the spread pooled"), helped.because);
});

Deno.test("the reasons have the numbers, and of many the closest", () => {
  const values = {
    a: [0.5, 0.52],
    b: [0.4, 0.4],
    c: [0.3, 0.3],
    d: [0.2, 0.2],
    e: [0.1, 0.1],
    f: [0, 0],
  };
  const { because } = judge(figuresOf(measured(values)), claim("a", "f", "b", "c", "d", "e"));
  assert(
    because.startsWith("A (51.0 %) against B (40.0 %): +11.0 points, 95 % interval "),
    because,
  );
  assert(because.includes("2 and 2 seeds"), because);
  assert(because.includes("another lies further below") && !because.includes("F (0.0 %)"), because);
});
