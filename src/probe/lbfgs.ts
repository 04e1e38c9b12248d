import { lineSearch } from "./line_search.ts";
import type { Objective } from "./objective.ts";
import { along, dot, maxAbs } from "./vector.ts";

/** How far and how closely to minimise. */
export interface LbfgsOptions {
  /** Stop when no entry of the gradient is larger than this. */
  tolerance?: number;
  /** Stop after this many iterations even so. */
  maxIterations?: number;
  /** How many of the last steps describe the curvature. */
  history?: number;
  /** Error of the function's values, relative, or absolute below 1: 2⁻⁵² unless it computes in float32. */
  valuePrecision?: number;
}

/** Where the minimisation ended. */
export interface Minimum {
  /** The best point, float64 `[n]`. */
  point: Float64Array;
  /** The function's value there. */
  value: number;
  /** How many steps were taken. */
  iterations: number;
  /** How often the function was evaluated. */
  evaluations: number;
  /** Whether the gradient fell to the tolerance. */
  converged: boolean;
}

/** One step of the past: s is the step, y the change of the gradient over it. */
interface Correction {
  s: Float64Array;
  y: Float64Array;
  /** sᵀy, which the line search keeps positive. */
  curvature: number;
}

/**
 * Minimises a smooth function by limited-memory BFGS with a strong Wolfe line search.
 *
 * Nocedal & Wright, "Numerical Optimization", algorithms 7.4 and 7.5. The function may compute on a
 * device in float32; the state here is float64.
 *
 * @param objective The function, with its gradient.
 * @param start Where to begin, float64 `[n]`; not changed.
 * @param options How far and how closely.
 * @returns The minimum found. It is not `converged` after `maxIterations`, or when rounding leaves
 * no step that descends.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { minimizeLbfgs } from "./lbfgs.ts";
 * const bowl = (x: Float64Array) => ({ value: (x[0] - 3) ** 2, gradient: Float64Array.of(2 * (x[0] - 3)) });
 * const { point } = await minimizeLbfgs(bowl, Float64Array.of(0));
 * assertAlmostEquals(point[0], 3, 1e-5);
 * ```
 */
export async function minimizeLbfgs(
  objective: Objective,
  start: Float64Array,
  options: LbfgsOptions = {},
): Promise<Minimum> {
  const { tolerance = 1e-5, maxIterations = 200, history = 10, valuePrecision = 2 ** -52 } =
    options;
  let here = { point: start, ...await objective(start) };
  let corrections: Correction[] = [];
  let iterations = 0;
  let evaluations = 1;

  const converged = () => maxAbs(here.gradient) <= tolerance;
  while (!converged() && iterations < maxIterations) {
    const direction = descent(here.gradient, corrections);
    // Without a history the gradient has no scale: begin with a step of length 1 at most.
    const firstStep = corrections.length > 0
      ? 1
      : Math.min(1, 1 / Math.sqrt(dot(direction, direction)));
    const noise = valuePrecision * Math.max(1, Math.abs(here.value));
    const found = await lineSearch(objective, { ...here, direction }, { firstStep, noise });
    if (found === null) {
      if (corrections.length === 0) break;
      corrections = []; // the history misleads: once more along the gradient
      continue;
    }
    const s = along(found.point, { direction: here.point, step: -1 });
    const y = along(found.gradient, { direction: here.gradient, step: -1 });
    const curvature = dot(s, y);
    if (curvature > 0) corrections = [...corrections, { s, y, curvature }].slice(-history);
    here = found;
    iterations++;
    evaluations += found.evaluations;
  }
  return { point: here.point, value: here.value, iterations, evaluations, converged: converged() };
}

/** The two-loop recursion: −H·gradient, H being the inverse Hessian that the corrections describe. */
function descent(gradient: Float64Array, corrections: Correction[]): Float64Array {
  let q: Float64Array = gradient.map((value) => -value);
  const last = corrections.at(-1);
  if (last === undefined) return q;
  const weights = corrections.map(() => 0);
  for (let i = corrections.length - 1; i >= 0; i--) {
    const { s, y, curvature } = corrections[i];
    weights[i] = dot(s, q) / curvature;
    q = along(q, { direction: y, step: -weights[i] });
  }
  const scale = last.curvature / dot(last.y, last.y); // Nocedal & Wright, eq. 7.20
  q = q.map((value) => scale * value);
  for (const [i, { s, y, curvature }] of corrections.entries()) {
    q = along(q, { direction: s, step: weights[i] - dot(y, q) / curvature });
  }
  return q;
}
