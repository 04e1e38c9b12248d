import type { Evaluation, Objective } from "./objective.ts";
import { along, dot } from "./vector.ts";

/** Where a line search begins, and which way it looks. */
export interface Ray extends Evaluation {
  /** The point it begins at, float64 `[n]`. */
  point: Float64Array;
  /** A direction of descent, float64 `[n]`. */
  direction: Float64Array;
}

/** How a line search tries. */
export interface LineSearchOptions {
  /** The first step to try, in units of the direction. */
  firstStep: number;
  /** Absolute error of the function's values: a rise this small counts as none. */
  noise: number;
  /** Evaluations after which it gives up. */
  maxEvaluations?: number;
}

/** The point a line search settled on. */
export interface LineSearchResult extends Evaluation {
  /** The point, float64 `[n]`. */
  point: Float64Array;
  /** How often the function was evaluated. */
  evaluations: number;
}

// Nocedal & Wright, "Numerical Optimization", §3.1: the usual constants for quasi-Newton directions.
const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;

interface End {
  step: number;
  value: number;
  slope: number;
}

/**
 * Finds a step along a ray that satisfies the strong Wolfe conditions.
 *
 * A bracket [low, high] is kept in which such a step must lie (at low the function has fallen enough
 * and still falls steeply; at high it has not, or it rises), and is narrowed by cubic interpolation.
 * Near a minimum a float32 function's values differ by rounding alone; there the slopes, which stay
 * exact for longer, decide (Hager & Zhang 2005, §2.1).
 *
 * @param objective The function to minimise.
 * @param ray Where it begins, its value and gradient there, and the direction.
 * @param options The first step, the noise in the values, and when to give up.
 * @returns The point found, or `null` if `maxEvaluations` did not do, or the direction does not descend.
 */
export async function lineSearch(
  objective: Objective,
  ray: Ray,
  options: LineSearchOptions,
): Promise<LineSearchResult | null> {
  const { firstStep, noise, maxEvaluations = 25 } = options;
  const slope = dot(ray.gradient, ray.direction);
  if (!(slope < 0)) return null;

  let low: End = { step: 0, value: ray.value, slope };
  let high: End | null = null;
  let step = firstStep;
  for (let evaluations = 1; evaluations <= maxEvaluations; evaluations++) {
    const point = along(ray.point, { direction: ray.direction, step });
    const { value, gradient } = await objective(point);
    const tried: End = { step, value, slope: dot(gradient, ray.direction) };
    // Negated, so that a value or slope that is not a number counts as too far.
    const tooFar = !(value <= ray.value + SUFFICIENT_DECREASE * step * slope + noise) ||
      !Number.isFinite(tried.slope);
    if (!tooFar && Math.abs(tried.slope) <= -CURVATURE * slope) {
      return { point, value, gradient, evaluations };
    }
    if (tooFar || tried.slope > 0) high = tried;
    else low = tried;
    step = high === null ? 4 * step : between(low, high);
  }
  return null;
}

/** The minimum of the cubic through both ends (Nocedal & Wright, eq. 3.59), kept off the ends. */
function between(low: End, high: End): number {
  const width = high.step - low.step;
  const d1 = low.slope + high.slope - 3 * (high.value - low.value) / width;
  const d2 = Math.sqrt(d1 * d1 - low.slope * high.slope);
  const fraction = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
  // Also where the cubic has no minimum or the high end is not finite: then half-way.
  return low.step +
    width * (Number.isFinite(fraction) ? Math.min(0.9, Math.max(0.1, fraction)) : 0.5);
}
