import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { resolveConfig } from "../../train/config.ts";
import { rateOf, schedulesOf } from "../../train/stretches.ts";

const config = resolveConfig({ learningRate: 1, batchSize: 256, warmupEpochs: 2, epochs: 10 });
const STEPS = 5; // an epoch

const ratesOf = (schedules: ReturnType<typeof schedulesOf>, steps: number) =>
  Array.from({ length: steps }, (_, step) => rateOf(step, schedules));

Deno.test("a run of one part has the schedule of its configuration", () => {
  const rates = ratesOf(schedulesOf(config, [{ fromStep: 0, epochs: 10 }], STEPS), 50);
  assertAlmostEquals(rates[4], 0.5, 1e-12); // half of the warm-up of 10 steps
  assertEquals(Math.max(...rates), 1);
  assert(rates[49] < 0.01);
});

Deno.test("an extension changes nothing before it, begins at the rate there, and ends at 0", () => {
  const extended = { ...config, epochs: 20 };
  const first = [{ fromStep: 0, epochs: 10 }];
  const before = ratesOf(schedulesOf(config, first, STEPS), 50);
  const both = [...first, { fromStep: 50, epochs: 20 }];
  const rates = ratesOf(schedulesOf(extended, both, STEPS), 100);
  assertEquals(rates.slice(0, 50), before);
  assert(rates[50] < 0.2, `it begins at ${rates[50]}`);
  assertAlmostEquals(rates[59], 1, 1e-12); // the peak after the warm-up
  assert(rates[99] < 0.01);
});

Deno.test("a mistake of others is not ours: the rate jumps where epochs are added", () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 49 }),
    fc.integer({ min: 11, max: 60 }),
    fc.constantFrom("cosine", "constant", "step"),
    (fromStep, epochs, schedule) => {
      const extended = { ...config, schedule, epochs, decayEpochs: "5" } as typeof config;
      const parts = [{ fromStep: 0, epochs: 10 }, { fromStep, epochs }];
      const schedules = schedulesOf(extended, parts, STEPS);
      const rates = ratesOf(schedules, epochs * STEPS);
      const jump = rates[fromStep] - rateOf(fromStep, schedules.slice(0, 1));
      const rise = 1 / schedules[1].warmupSteps; // what the first step of its warm-up may add
      assert(Math.abs(jump) <= rise + 1e-12, `from step ${fromStep} it jumps by ${jump}`);
    },
  );
  fc.assert(property, { numRuns: 1000 });
});
