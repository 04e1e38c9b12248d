import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createBatchPlan } from "../../src/embed/batch_plan.ts";

const SIZES = [1, 2, 4, 8, 16, 32];

Deno.test("a plan that knows nothing takes all there are", () => {
  const plan = createBatchPlan(SIZES);
  assertEquals([1, 3, 9, 31, 32, 40].map((waiting) => plan.next(waiting, 32)), [
    1,
    3,
    9,
    31,
    32,
    32,
  ]);
});

Deno.test("where time grows with the size, padding to the next one is taken apart where it costs", () => {
  const plan = createBatchPlan(SIZES);
  for (const size of SIZES) plan.took(size, 10 * size);
  assertEquals([3, 5, 9, 12, 15, 17, 24, 25].map((waiting) => plan.next(waiting, 32)), [
    2, // 20 + 10 ms against 40
    4,
    8,
    8, // 80 + 40 against 160
    15, // 80 + 80 would be as long
    16,
    16, // 160 + 80 against 320
    25, // 160 + 160 would be as long
  ]);
});

Deno.test("where a batch takes as long as a single image, nothing is taken apart once that is seen", () => {
  const plan = createBatchPlan(SIZES);
  plan.took(32, 10);
  assertEquals(plan.next(17, 32), 16); // it seemed to be half
  plan.took(16, 10);
  plan.took(1, 10);
  for (let waiting = 1; waiting <= 32; waiting++) assertEquals(plan.next(waiting, 32), waiting);
});

Deno.test("a plan never takes nothing, nor more than there are or may be", () => {
  const took = fc.tuple(
    fc.integer({ min: 1, max: 32 }),
    fc.double({ min: 0, max: 1e4, noNaN: true }),
  );
  const property = fc.property(
    fc.array(took),
    fc.integer({ min: 1, max: 100 }),
    fc.constantFrom(...SIZES),
    (batches, waiting, most) => {
      const plan = createBatchPlan(SIZES);
      for (const [count, milliseconds] of batches) plan.took(count, milliseconds);
      const next = plan.next(waiting, most);
      assert(next >= 1 && next <= Math.min(waiting, most), `${next}`);
    },
  );
  fc.assert(property);
});
