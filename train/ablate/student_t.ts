/** Strips of Simpson's rule: even, and enough for six digits. */
const STRIPS = 512;

/**
 * The quantile of Student's t distribution: what a t of so many degrees of freedom stays below with
 * probability p.
 *
 * With t = √ν · tan θ its density is that of cos^(ν − 1) θ, so that no gamma function is needed.
 *
 * @param p Between 0.5 and 1.
 * @param degrees ν ≥ 1, not necessarily whole.
 * @returns t.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { studentT } from "./student_t.ts";
 * assertAlmostEquals(studentT(0.975, 4), 2.776, 1e-3);
 * ```
 */
export function studentT(p: number, degrees: number): number {
  const area = (angle: number) => simpson((x) => Math.cos(x) ** (degrees - 1), angle);
  const half = area(Math.PI / 2);
  let [low, high] = [0, Math.PI / 2];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (area(middle) / half < 2 * p - 1) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan(low);
}

/** The integral of a function from 0. */
function simpson(f: (x: number) => number, to: number): number {
  const width = to / STRIPS;
  let sum = f(0) + f(to);
  for (let strip = 1; strip < STRIPS; strip++) sum += (strip % 2 === 0 ? 2 : 4) * f(strip * width);
  return sum * width / 3;
}
