import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { NewEvent } from "../../../src/jobs/job_store.ts";
import { createJobReporter } from "../../../train/jobs/job_reporter.ts";
import { trainingProgress } from "../../../train/jobs/training_progress.ts";

/** Keeps events as a store does: of each key the first. */
function keeper() {
  const events = new Map<string, NewEvent>();
  const addEvent = (_: string, event: NewEvent) => {
    if (events.has(event.key)) return false;
    events.set(event.key, event);
    return true;
  };
  return { events, report: createJobReporter({ addEvent }, "ftjob-1") };
}

const stepsOf = (events: Map<string, NewEvent>) =>
  [...events.values()].filter(({ type }) => type === "progress").map(({ data }) => data.step);

Deno.test("reports of any run become a bounded number of events, its last among them", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 60 }), (
    totalSteps,
    every,
  ) => {
    const { events, report } = keeper();
    for (let step = 1; step <= totalSteps; step++) {
      if (step % every > 0 && step < totalSteps) continue;
      report.progress({ step, totalSteps, loss: 1 });
    }
    const steps = stepsOf(events);
    assert(steps.length <= 201, `${steps.length}`);
    assertEquals(steps.at(-1), totalSteps);
  }));
});

Deno.test("a training that goes on from checkpoints tells what it would have told, once", () => {
  const kills = fc.array(fc.record({ at: fc.nat(999), back: fc.nat(30) }), { maxLength: 5 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 999 }), kills, (totalSteps, kills) => {
    const run = (kills: { at: number; back: number }[]) => {
      const { events, report } = keeper();
      let from = 0;
      for (const { at, back } of [...kills, { at: totalSteps, back: 0 }]) {
        const progress = trainingProgress(report, { batchSize: 8 });
        const end = Math.min(Math.max(at, from), totalSteps);
        for (let step = from + 1; step <= end; step++) {
          progress.step({ step, totalSteps, loss: 1, learningRate: 0.1 });
        }
        from = Math.max(from, end - back); // of the last checkpoint
      }
      return stepsOf(events);
    };
    assertEquals(run(kills), run([]));
  }));
});

Deno.test("progress has numbers, a sentence, and nothing of what was not measured", () => {
  const { events, report } = keeper();
  report.progress({
    ...{ step: 5, totalSteps: 10, epoch: 1, epochs: 2, loss: 1.23456, learningRate: 0.1 },
    ...{ imagesPerSecond: 100, secondsLeft: 65, knn: null, linear: 0.5, views: null },
  });
  const [{ message, data, level }] = events.values();
  assertEquals([message, level], ["Step 5 of 10: loss 1.235, 1:05 left.", "info"]);
  assertEquals([data.linear, data.secondsLeft, "knn" in data], [0.5, 65, false]);
});

Deno.test("a long activity is told of at its quarters, a short one at its end; sentences once", () => {
  const { events, report } = keeper();
  for (const total of [8, 4000]) {
    for (let done = 1; done <= total; done++) report.activity("decoding images", done, total);
  }
  report.say("Once.");
  report.say("Once.");
  report.warn("Beware.");
  assertEquals([...events.values()].map(({ level, message }) => [level, message]), [
    ["info", "Decoding images: 8 of 8."],
    ["info", "Decoding images: 1000 of 4000."],
    ["info", "Decoding images: 2000 of 4000."],
    ["info", "Decoding images: 3000 of 4000."],
    ["info", "Decoding images: 4000 of 4000."],
    ["info", "Once."],
    ["warn", "Beware."],
  ]);
});
