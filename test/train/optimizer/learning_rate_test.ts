import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { learningRateAt, scaledLearningRate } from "../../../train/optimizer/learning_rate.ts";

const schedules = fc.record({
  peak: fc.double({ min: 1e-4, max: 10, noNaN: true }),
  warmupSteps: fc.integer({ min: 0, max: 60 }),
  decaySteps: fc.integer({ min: 1, max: 200 }),
}).map(({ decaySteps, ...schedule }) => ({
  ...schedule,
  totalSteps: schedule.warmupSteps + decaySteps,
}));

type Schedule = Parameters<typeof learningRateAt>[1];

function ratesOf(schedule: Schedule): number[] {
  return Array.from(
    { length: schedule.totalSteps + 1 },
    (_, step) => learningRateAt(step, schedule),
  );
}

Deno.test("the learning rate rises to its peak, falls to 0, and never leaves 0 … peak", () => {
  fc.assert(fc.property(schedules, (schedule) => {
    const { peak, warmupSteps, totalSteps } = schedule;
    const rates = ratesOf(schedule);
    rates.forEach((rate, step) => {
      assert(rate >= 0 && rate <= peak * (1 + 1e-12), `${rate} at step ${step}`);
      if (step > 0 && step < warmupSteps) assert(rate > rates[step - 1]);
      if (step > warmupSteps) assert(rate < rates[step - 1]);
    });
    assertEquals(rates[warmupSteps], peak);
    assertAlmostEquals(rates[totalSteps], 0, 1e-15 * peak);
    assert(rates[totalSteps - 1] > 0, "the last step still learns");
  }));
});

Deno.test("the learning rate makes no jumps", () => {
  fc.assert(fc.property(schedules, (schedule) => {
    const { peak, warmupSteps, totalSteps } = schedule;
    const steepest = peak * Math.max(
      warmupSteps > 0 ? 1 / warmupSteps : 0,
      Math.PI / 2 / (totalSteps - warmupSteps), // the cosine in its middle
    );
    ratesOf(schedule).reduce((before, rate) => {
      assert(Math.abs(rate - before) <= steepest * (1 + 1e-9));
      return rate;
    });
  }));
});

Deno.test("the warm-up is a line through 0, and the cosine is half way down half way through", () => {
  const schedule = { peak: 0.8, warmupSteps: 8, totalSteps: 28 };
  const rates = ratesOf(schedule);
  for (let step = 0; step < 8; step++) assertAlmostEquals(rates[step], 0.1 * (step + 1), 1e-12);
  assertAlmostEquals(rates[18], 0.4, 1e-12);
  assertAlmostEquals(rates[13], 0.8 * (1 + Math.SQRT1_2) / 2, 1e-12);
});

Deno.test("without a warm-up the first step has the peak; one that never ends only rises", () => {
  assertEquals(learningRateAt(0, { peak: 2, warmupSteps: 0, totalSteps: 10 }), 2);
  const rates = ratesOf({ peak: 1, warmupSteps: 20, totalSteps: 10 });
  rates.forEach((rate, step) => assertEquals(rate, (step + 1) / 20));
  assertEquals(ratesOf({ peak: 1, warmupSteps: 10, totalSteps: 10 }).at(-2), 1);
});

Deno.test("beyond its end the rate stays 0 rather than rising again", () => {
  const schedule = { peak: 1, warmupSteps: 2, totalSteps: 10 };
  for (const step of [10, 11, 15, 18, 100]) assertEquals(learningRateAt(step, schedule), 0);
});

Deno.test("a mistake of others is not ours: a longer run breaks the schedule", () => {
  const short = ratesOf({ peak: 1, warmupSteps: 10, totalSteps: 50 });
  const long = ratesOf({ peak: 1, warmupSteps: 10, totalSteps: 90 });
  assertEquals(long.slice(0, 11), short.slice(0, 11)); // the same warm-up
  // The same curve stretched: after the warm-up every second step of the long run is one of the short
  for (let step = 10; step <= 50; step++) {
    assertAlmostEquals(long[10 + 2 * (step - 10)], short[step], 1e-12);
  }
});

Deno.test("the peak grows with the batch, or with its root", () => {
  const at = (batchSize: number, scaling: "linear" | "sqrt", base = 0.3) =>
    scaledLearningRate(base, { batchSize, scaling });
  assertEquals(at(256, "linear"), 0.3);
  assertAlmostEquals(at(4096, "linear"), 4.8, 1e-12); // the paper's
  assertAlmostEquals(at(4096, "sqrt", 0.075), 4.8, 1e-12); // arXiv 2002.05709 §B.1: the same there
  assertAlmostEquals(at(64, "linear"), 0.075, 1e-12);
  assertAlmostEquals(at(64, "sqrt", 0.075), 0.6, 1e-12);
});
