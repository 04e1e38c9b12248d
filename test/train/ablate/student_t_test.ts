import { assertAlmostEquals } from "@std/assert";
import { studentT } from "../../../train/ablate/student_t.ts";

Deno.test("the quantiles of Student's t are those of the tables", () => {
  const table: [p: number, degrees: number, t: number][] = [
    [0.975, 1, 12.7062],
    [0.975, 2, 4.3027],
    [0.975, 4, 2.7764],
    [0.975, 10, 2.2281],
    [0.975, 30, 2.0423],
    [0.975, 1e4, 1.9602],
    [0.95, 5, 2.015],
    [0.99, 7, 2.998],
  ];
  for (const [p, degrees, t] of table) assertAlmostEquals(studentT(p, degrees), t, 2e-4 * t);
});

Deno.test("they are closed forms for one and two degrees of freedom, and even between whole ones", () => {
  for (const p of [0.6, 0.75, 0.9, 0.99]) {
    assertAlmostEquals(studentT(p, 1), Math.tan(Math.PI * (p - 0.5)), 1e-5 * studentT(p, 1));
    const a = 4 * p * (1 - p);
    assertAlmostEquals(studentT(p, 2), 2 * (p - 0.5) * Math.sqrt(2 / a), 1e-5);
  }
  const between = studentT(0.975, 3.5);
  assertAlmostEquals(between, 2.963, 0.05);
});
