import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { minimizeLbfgs } from "../../src/probe/lbfgs.ts";
import { lineSearch } from "../../src/probe/line_search.ts";
import type { Objective } from "../../src/probe/objective.ts";
import { dot } from "../../src/probe/vector.ts";

/** Σ cᵢ (xᵢ − i)², of condition number 100. */
const bowl: Objective = (x) => {
  const scale = (i: number) => 10 ** (2 * i / (x.length - 1));
  return {
    value: x.reduce((sum, value, i) => sum + scale(i) * (value - i) ** 2, 0),
    gradient: x.map((value, i) => 2 * scale(i) * (value - i)),
  };
};

/** Rosenbrock's curved valley, minimum 0 at (1, 1). */
const rosenbrock: Objective = ([x, y]) => ({
  value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
});

Deno.test("L-BFGS finds the minimum of an ill-conditioned quadratic", async () => {
  const minimum = await minimizeLbfgs(bowl, new Float64Array(20), { tolerance: 1e-8 });
  assert(minimum.converged);
  minimum.point.forEach((value, i) => assertAlmostEquals(value, i, 1e-7));
});

Deno.test("L-BFGS follows Rosenbrock's valley in far fewer steps than its 200", async () => {
  const minimum = await minimizeLbfgs(rosenbrock, Float64Array.of(-1.2, 1), { tolerance: 1e-9 });
  assert(minimum.converged);
  assert(minimum.iterations < 60, `it took ${minimum.iterations}`);
  minimum.point.forEach((value) => assertAlmostEquals(value, 1, 1e-8));
});

Deno.test("L-BFGS converges on a function whose values are rounded to float32", async () => {
  // Offset by 1000, as values near the minimum then differ by rounding alone.
  const rounded: Objective = async (point) => {
    const { value, gradient } = await rosenbrock(point);
    return { value: Math.fround(1000 + value), gradient };
  };
  const options = { tolerance: 1e-6, valuePrecision: 2 ** -23 };
  const minimum = await minimizeLbfgs(rounded, Float64Array.of(-1.2, 1), options);
  assert(minimum.converged);
  minimum.point.forEach((value) => assertAlmostEquals(value, 1, 1e-5));
});

Deno.test("L-BFGS begins at the minimum: no step, and the start is not written to", async () => {
  const start = Float64Array.of(1, 1);
  const minimum = await minimizeLbfgs(rosenbrock, start);
  assertEquals([minimum.iterations, minimum.evaluations, minimum.converged], [0, 1, true]);
  assertEquals(start, Float64Array.of(1, 1));
});

Deno.test("L-BFGS says that it did not converge within maxIterations, and never gets worse", async () => {
  const start = Float64Array.of(-1.2, 1);
  let before = (await rosenbrock(start)).value;
  for (const maxIterations of [1, 3, 9]) {
    const minimum = await minimizeLbfgs(rosenbrock, start, { maxIterations });
    assertEquals([minimum.iterations, minimum.converged], [maxIterations, false]);
    assert(minimum.value < before);
    before = minimum.value;
  }
});

Deno.test("L-BFGS steps back from a region where the function is not a number", async () => {
  const barrier: Objective = ([x]) => ({
    value: x - Math.log(x), // minimum at 1, NaN below 0
    gradient: Float64Array.of(1 - 1 / x),
  });
  const { point, converged } = await minimizeLbfgs(barrier, Float64Array.of(50));
  assert(converged);
  assertAlmostEquals(point[0], 1, 1e-4);
});

Deno.test("L-BFGS ends, unconverged, on a function without a minimum", async () => {
  const slope: Objective = (x) => ({ value: -x[0], gradient: Float64Array.of(-1) });
  assertEquals((await minimizeLbfgs(slope, Float64Array.of(0))).converged, false);
});

Deno.test("a line search's step satisfies the strong Wolfe conditions, from a first step far off", async () => {
  const point = Float64Array.of(-1.2, 1);
  const { value, gradient } = await rosenbrock(point);
  const direction = gradient.map((entry) => -entry);
  const slope = dot(gradient, direction);
  for (const firstStep of [1e-9, 1e-4, 1, 1e3]) {
    const ray = { point, value, gradient, direction };
    const found = await lineSearch(rosenbrock, ray, { firstStep, noise: 0 });
    if (found === null) throw new Error(`No step found from ${firstStep}.`);
    const step = (found.point[0] - point[0]) / direction[0];
    assert(found.value <= value + 1e-4 * step * slope);
    assert(Math.abs(dot(found.gradient, direction)) <= 0.9 * Math.abs(slope));
  }
});

Deno.test("a line search refuses a direction that does not descend", async () => {
  const point = Float64Array.of(-1.2, 1);
  const { value, gradient } = await rosenbrock(point);
  const ray = { point, value, gradient, direction: gradient };
  assertEquals(await lineSearch(rosenbrock, ray, { firstStep: 1, noise: 0 }), null);
});
