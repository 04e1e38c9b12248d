import { assert, assertEquals } from "@std/assert";
import { describeSchedule } from "../../../train/optimizer/describe_schedule.ts";
import { learningRateAt, type Schedule } from "../../../train/optimizer/learning_rate.ts";

const EPOCH = 39;
/** A schedule in epochs of 39 steps. */
function schedule(epochs: { warmup: number; total: number }, more: Partial<Schedule> = {}) {
  const { warmup, total } = epochs;
  return { peak: 0.5, warmupSteps: warmup * EPOCH, totalSteps: total * EPOCH, ...more };
}

const SENTENCES: [Schedule, string][] = [
  [
    schedule({ warmup: 1, total: 20 }),
    "the rate rises over 1 epoch to 0.5, then falls by cosine to 0 at epoch 20",
  ],
  [
    schedule({ warmup: 0, total: 1000 }, { kind: "cosine", peak: 4.8 }),
    "the rate begins at 4.8, then falls by cosine to 0 at epoch 1000",
  ],
  [
    schedule({ warmup: 10, total: 100 }, { kind: "constant", peak: 1 / 3 }),
    "the rate rises over 10 epochs to 0.333, then stays until epoch 100",
  ],
  [
    schedule({ warmup: 10, total: 100 }, {
      kind: "step",
      decaySteps: [60 * EPOCH, 80 * EPOCH],
      decayFactor: 0.1,
    }),
    "the rate rises over 10 epochs to 0.5, then is multiplied by 0.1 after epochs 60 and 80, " +
    "and ends at 0.005 with epoch 100",
  ],
  [
    schedule({ warmup: 0.5, total: 30 }, {
      kind: "step",
      decaySteps: [20 * EPOCH, 40 * EPOCH],
      decayFactor: 0.2,
    }),
    "the rate rises over 0.5 epochs to 0.5, then is multiplied by 0.2 after epoch 20, " +
    "and ends at 0.1 with epoch 30", // the run does not get to epoch 40
  ],
  [
    schedule({ warmup: 0, total: 30 }, { kind: "step", decaySteps: [] }),
    "the rate begins at 0.5, then stays until epoch 30",
  ],
  [
    schedule({ warmup: 10, total: 200 }, { from: { step: 100 * EPOCH, rate: 0.002 } }),
    "after epoch 100 the rate begins again at the 0.002 that it had, rises over 10 epochs to 0.5, " +
    "then falls by cosine to 0 at epoch 200",
  ],
  [
    schedule({ warmup: 10, total: 200 }, { from: { step: 100 * EPOCH, rate: 2 } }),
    "after epoch 100 the rate begins again at the 2 that it had, sinks over 10 epochs to 0.5, " +
    "then falls by cosine to 0 at epoch 200",
  ],
  [
    schedule({ warmup: 10, total: 200 }, {
      kind: "constant",
      from: { step: 100 * EPOCH, rate: 0.5 },
    }),
    "after epoch 100 the rate goes on at the 0.5 that it had, then stays until epoch 200",
  ],
  [
    schedule({ warmup: 0, total: 200 }, {
      kind: "step",
      decaySteps: [60 * EPOCH, 150 * EPOCH],
      decayFactor: 0.1,
      from: { step: 100 * EPOCH, rate: 0.05 },
    }),
    "after epoch 100 the rate jumps from the 0.05 that it had to 0.5, " +
    "then is multiplied by 0.1 after epoch 150, and ends at 0.05 with epoch 200",
  ],
];

for (const [given, sentence] of SENTENCES) {
  Deno.test(`a schedule is described: ${sentence}`, () => {
    assertEquals(describeSchedule(given, EPOCH), sentence);
  });
}

Deno.test("what a description says of a rate is what the rate is", () => {
  const within = (rate: number, said: number) => Math.abs(rate - said) <= 0.005 * said + 1e-3;
  for (const [given, sentence] of SENTENCES) {
    const start = given.from?.step ?? 0;
    const peak = Number(/(?:to|at|at the) ([\d.]+)(?: that it had)?, then/.exec(sentence)![1]);
    assert(within(learningRateAt(start + given.warmupSteps, given), peak), sentence);
    const end = /ends at ([\d.]+)|to (0) at/.exec(sentence);
    const said = end ? Number(end[1] ?? end[2]) : peak; // what stays ends where it was
    assert(within(learningRateAt(given.totalSteps - 1, given), said), sentence);
  }
});
