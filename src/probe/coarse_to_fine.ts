/** Grid points between two of the first pass. */
const COARSE = 4;

/**
 * Rises smaller than this share of the cost are taken for rounding: where the cost hardly depends on
 * the point, the first pass goes on.
 */
const ROUNDING = 1e-4;

/**
 * Finds the cheapest point of a grid on which the cost falls and then rises, without trying all: from
 * the last point down every fourth until the cost rises, then half-way to either side, twice.
 *
 * @param points How many the grid has.
 * @param cost Of a point, from 0 to points − 1; asked for once a point at most.
 * @returns The cheapest.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { coarseToFine } from "./coarse_to_fine.ts";
 * assertEquals(await coarseToFine(45, (point) => (point - 17) ** 2), 17);
 * ```
 */
export async function coarseToFine(
  points: number,
  cost: (point: number) => number | Promise<number>,
): Promise<number> {
  let best = { point: points - 1, cost: await cost(points - 1) };
  for (let point = points - 1 - COARSE; point >= 0; point -= COARSE) {
    const found = await cost(point);
    if (!(found <= best.cost + ROUNDING * Math.abs(best.cost))) break;
    if (found < best.cost) best = { point, cost: found };
  }
  for (let stride = COARSE / 2; stride >= 1; stride /= 2) {
    const around = [best.point - stride, best.point + stride];
    for (const point of around.filter((point) => point >= 0 && point < points)) {
      const found = await cost(point);
      if (found < best.cost) best = { point, cost: found };
    }
  }
  return best.point;
}
