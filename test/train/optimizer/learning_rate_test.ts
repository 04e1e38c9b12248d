import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  learningRateAt,
  scaledLearningRate,
  type Schedule,
} from "../../../train/optimizer/learning_rate.ts";

const schedules = fc.record({
  peak: fc.double({ min: 1e-4, max: 10, noNaN: true }),
  warmupSteps: fc.integer({ min: 0, max: 60 }),
  decaySteps: fc.integer({ min: 1, max: 200 }),
}).map(({ decaySteps, ...schedule }) => ({
  ...schedule,
  totalSteps: schedule.warmupSteps + decaySteps,
}));

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

Deno.test("the peak grows with the batch, or with its root, or not at all", () => {
  const at = (batchSize: number, scaling: "linear" | "sqrt" | "none", base = 0.3) =>
    scaledLearningRate(base, { batchSize, scaling });
  assertEquals(at(256, "linear"), 0.3);
  assertAlmostEquals(at(4096, "linear"), 4.8, 1e-12); // the paper's
  assertAlmostEquals(at(4096, "sqrt", 0.075), 4.8, 1e-12); // arXiv 2002.05709 §B.1: the same there
  assertAlmostEquals(at(64, "linear"), 0.075, 1e-12);
  assertAlmostEquals(at(64, "sqrt", 0.075), 0.6, 1e-12);
  assertEquals([at(64, "none"), at(4096, "none")], [0.3, 0.3]);
});

/** The formula by which runs were trained before schedules had kinds. */
function cosineOnly(step: number, { peak, warmupSteps, totalSteps }: Schedule): number {
  if (step < warmupSteps) return peak * (step + 1) / warmupSteps;
  const done = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return peak * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
}

Deno.test("the cosine is to the last bit what it was, named or not, as a stretch from nothing or not", () => {
  fc.assert(fc.property(schedules, (schedule) => {
    const from = { step: 0, rate: 0 };
    for (let step = 0; step <= schedule.totalSteps + 3; step++) {
      const expected = cosineOnly(step, schedule);
      assertEquals(learningRateAt(step, schedule), expected);
      assertEquals(learningRateAt(step, { ...schedule, kind: "cosine" }), expected);
      assertEquals(learningRateAt(step, { ...schedule, from }), expected);
    }
  }));
});

Deno.test("a constant rate stays at its peak once it is warm", () => {
  fc.assert(fc.property(schedules, (schedule) => {
    const rates = ratesOf({ ...schedule, kind: "constant" });
    rates.forEach((rate, step) => {
      const warmUp = Math.min(1, (step + 1) / schedule.warmupSteps);
      assertAlmostEquals(rate, schedule.peak * warmUp, 1e-12 * schedule.peak);
    });
    assertEquals(rates.slice(schedule.warmupSteps).filter((rate) => rate !== schedule.peak), []);
  }));
});

Deno.test("a rate that goes down in steps is lowered at just those, in whatever order they stand", () => {
  const schedule = { peak: 2, warmupSteps: 4, totalSteps: 100, decayFactor: 0.1 };
  for (const decaySteps of [[60, 80], [80, 60]]) {
    const at = (step: number) => learningRateAt(step, { ...schedule, kind: "step", decaySteps });
    assertEquals([at(3), at(4), at(59)], [2, 2, 2]);
    assertEquals([at(1), at(0)], [1, 0.5]);
    for (const step of [60, 79]) assertAlmostEquals(at(step), 0.2, 1e-12);
    for (const step of [80, 99, 100]) assertAlmostEquals(at(step), 0.02, 1e-12);
  }
  assertEquals(learningRateAt(99, { ...schedule, kind: "step" }), 2); // none are given
});

const stretches = fc.record({
  kind: fc.constantFrom("cosine" as const, "constant" as const, "step" as const),
  peak: fc.double({ min: 1e-3, max: 10, noNaN: true }),
  warmupSteps: fc.integer({ min: 1, max: 40 }),
  more: fc.integer({ min: 1, max: 100 }),
  step: fc.integer({ min: 1, max: 100 }),
  rate: fc.double({ min: 0, max: 10, noNaN: true }),
}).map(({ more, step, rate, ...schedule }) => ({
  ...schedule,
  totalSteps: step + schedule.warmupSteps + more,
  from: { step, rate },
}));

Deno.test("a stretch goes in a line from the rate that the run had to its peak, and on as its kind says", () => {
  fc.assert(fc.property(stretches, (schedule) => {
    const { from, peak, warmupSteps, totalSteps } = schedule;
    const slope = (peak - from.rate) / warmupSteps;
    for (let done = 0; done < warmupSteps; done++) {
      const expected = from.rate + slope * (done + 1);
      assertAlmostEquals(learningRateAt(from.step + done, schedule), expected, 1e-9);
    }
    // From its peak it is a run of its own, without a warm-up
    const alone = { ...schedule, warmupSteps: 0, totalSteps: totalSteps - from.step - warmupSteps };
    for (let step = 0; step <= alone.totalSteps; step++) {
      const rate = learningRateAt(from.step + warmupSteps + step, schedule);
      assertEquals(rate, learningRateAt(step, { ...alone, from: undefined }));
    }
  }));
});

Deno.test("a stretch makes no jump where it begins, nor where it is warm", () => {
  fc.assert(fc.property(stretches, (schedule) => {
    const { from, peak, warmupSteps, totalSteps } = schedule;
    const steepest = Math.max(
      Math.abs(peak - from.rate) / warmupSteps,
      peak * Math.PI / 2 / (totalSteps - from.step - warmupSteps),
    );
    let before = from.rate;
    for (let step = from.step; step <= totalSteps; step++) {
      const rate = learningRateAt(step, schedule);
      assert(Math.abs(rate - before) <= steepest * (1 + 1e-9) + 1e-12, `${before} to ${rate}`);
      before = rate;
    }
  }));
});

Deno.test("a stretch counts only the steps of its own at which the rate is lowered", () => {
  const stretch = {
    kind: "step",
    peak: 1,
    warmupSteps: 10,
    totalSteps: 200,
    decaySteps: [60, 80, 150],
    decayFactor: 0.5,
    from: { step: 100, rate: 0.25 },
  } as const;
  const at = (step: number) => learningRateAt(step, { ...stretch, decaySteps: [60, 80, 150] });
  assertAlmostEquals(at(100), 0.325, 1e-12);
  assertEquals([at(109), at(110), at(149), at(150), at(199)], [1, 1, 1, 0.5, 0.5]);
});
