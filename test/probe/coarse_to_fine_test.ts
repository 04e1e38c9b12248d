import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { coarseToFine } from "../../src/probe/coarse_to_fine.ts";

Deno.test("the search finds the least of any valley, each point asked for once, few of 45", async () => {
  const grid = fc.integer({ min: 1, max: 60 });
  await fc.assert(
    fc.asyncProperty(grid, fc.nat(), fc.double({ min: 0.1, max: 3 }), async (points, at, slope) => {
      const bottom = at % points;
      const asked: number[] = [];
      const found = await coarseToFine(points, (point) => {
        asked.push(point);
        return 1 + (point < bottom ? slope : 1) * Math.abs(point - bottom);
      });
      assertEquals(found, bottom);
      assertEquals(new Set(asked).size, asked.length);
      assert(asked.length <= Math.ceil(points / 4) + 5, `${asked.length} of ${points}`);
    }),
  );
});

Deno.test("the search crosses a plain on which the cost differs by rounding alone", async () => {
  const cost = (point: number) =>
    point > 20 ? 2.3 + 1e-6 * (point % 3) : 2 + (point - 9) ** 2 / 500;
  assertEquals(await coarseToFine(45, cost), 9);
});

Deno.test("the search does not go on where the cost is not a number", async () => {
  assertEquals(await coarseToFine(45, (point) => point < 30 ? NaN : point), 30);
});
