import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openClassifierStore } from "../../src/classifiers/classifier_store.ts";
import { createEncoderRegistry } from "../../src/embed/encoder_registry.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { LookalikeError } from "../../src/errors.ts";
import { createLocalDecoder } from "../../src/image/mod.ts";
import type { Comparison, Job, JobResult } from "../../src/jobs/job.ts";
import { createPromoter } from "../../src/jobs/promote_result.ts";
import { createLog } from "../../src/log.ts";
import type { NamedTensors } from "../../src/model/named_tensors.ts";
import { CAT_OR_DOG, catOrDog } from "../classifiers/linear_classifier.ts";
import { createMeanColourRunner, MEAN_COLOURS } from "../embed/mean_colour_runner.ts";
import { PRETRAINING, PROMOTED, RESULT } from "./some_jobs.ts";

/** Versions 1 to 3 of classifier pets on encoder flowers, of which there are two. */
async function promotionHome() {
  const home = await Deno.makeTempDir();
  const store = openEncoderStore(home);
  const data = Float32Array.of(1);
  const tensors: NamedTensors = new Map([["w", { dtype: "float32", shape: [1], data }]]);
  for (const _ of [1, 2]) await store.save({ name: "flowers", tensors, manifest: MEAN_COLOURS });
  const encoders = createEncoderRegistry(store, {
    createRunner: () => createMeanColourRunner({ sizes: [1] }),
    decoder: createLocalDecoder({ maxBytes: 1e6, maxPixels: 1e6 }),
    engine: { maxBatch: 4, maxWaitMs: 0, maxQueue: 16 },
    maxBytes: 1e6,
    log: createLog("silent"),
    lookMs: 0,
  });
  const classifiers = openClassifierStore(home);
  for (const _ of [1, 2, 3]) {
    await classifiers.save({ name: "pets", classifier: CAT_OR_DOG, parameters: catOrDog() });
  }
  return {
    home,
    classifiers,
    encoders,
    promote: createPromoter({ classifiers, encoders }),
    aliases: async () =>
      [...await classifiers.aliases(), ...await encoders.aliases()].map(({ reference }) =>
        reference
      ),
    async [Symbol.asyncDispose]() {
      await encoders.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

function compared(with_: string, isBetter: boolean | null): Comparison {
  const reason = `It is ${isBetter} that the result is better than ${with_}.`;
  const numbers = { measure: "accuracy", count: 50, before: 0.5, after: 0.6 };
  return { with: with_, ...numbers, isBetter, reason };
}

/** A job that has succeeded. */
function succeeded(
  comparisons: Comparison[],
  { request = PROMOTED, result = {} }: { request?: Job["request"]; result?: Partial<JobResult> } =
    {},
): Job {
  return {
    id: "ftjob-0",
    status: "succeeded",
    request,
    keyId: null,
    createdAt: "2030-01-01T00:00:00.000Z",
    startedAt: null,
    finishedAt: null,
    error: null,
    result: { ...RESULT, classifier: "pets@3", comparisons, ...result },
    promotion: { status: "pending", reason: null },
    starts: 1,
  };
}

const ORIGIN = "probe of flowers@1";

Deno.test("promotion: a better classifier takes the alias once its encoder is warm, and again is as once", async () => {
  await using home = await promotionHome();
  await home.classifiers.setAlias("production", "pets@1");
  const job = succeeded([compared(ORIGIN, false), compared("pets@1", true)]);
  assertEquals(home.encoders.loaded(), []);
  const promoted = { status: "promoted", reason: "production has pets@3 now." } as const;
  assertEquals(await home.promote(job), promoted);
  assertEquals(await home.aliases(), ["pets@3"]);
  assertEquals(home.encoders.loaded().map(({ reference }) => reference), ["flowers@1"]);
  assertEquals(await home.promote(job), promoted); // as after a kill before it was noted
});

Deno.test("promotion: one that is no better, or of which nobody can say, stays behind", async () => {
  await using home = await promotionHome();
  await home.classifiers.setAlias("production", "pets@1");
  for (const isBetter of [false, null]) {
    const comparison = compared("pets@1", isBetter);
    const { status, reason } = await home.promote(succeeded([compared(ORIGIN, true), comparison]));
    assertEquals([status, reason], ["kept", comparison.reason]);
  }
  assertEquals(await home.aliases(), ["pets@1"]);
  assertEquals(home.encoders.loaded(), []);
  const always = { ...PROMOTED, promote: { alias: "production", when: "always" as const } };
  const { status } = await home.promote(
    succeeded([compared(ORIGIN, false), compared("pets@1", false)], { request: always }),
  );
  assertEquals([status, await home.aliases()], ["promoted", ["pets@3"]]);
});

Deno.test("promotion: an alias that nobody has is taken by what beats its origin alone", async () => {
  await using home = await promotionHome();
  assertEquals((await home.promote(succeeded([compared(ORIGIN, null)]))).status, "kept");
  assertEquals((await home.promote(succeeded([]))).status, "kept");
  assertEquals((await home.promote(succeeded([compared(ORIGIN, true)]))).status, "promoted");
});

Deno.test("promotion: an alias that has moved since the comparison stays where it is", async () => {
  await using home = await promotionHome();
  const job = succeeded([compared(ORIGIN, true), compared("pets@1", true)]);
  const lost = await home.promote(job);
  assertMatch(lost.reason!, /^production stays without a version/);
  await home.classifiers.setAlias("production", "pets@2");
  assertEquals(await home.promote(job), {
    status: "kept",
    reason: "production stays with pets@2, as the result was not compared with that.",
  });
  assertEquals((await home.promote(succeeded([compared(ORIGIN, true)]))).status, "kept");
  assertEquals(await home.aliases(), ["pets@2"]);
});

Deno.test("promotion: what cannot be is the reason, and what may be later is thrown", async () => {
  await using home = await promotionHome();
  const better = [compared(ORIGIN, true)];
  const gone = await home.promote(succeeded(better, { result: { classifier: "pets@9" } }));
  assertEquals(gone.status, "kept");
  assertMatch(gone.reason!, /pets@9/);
  const named = { ...PROMOTED, promote: { alias: "pets", when: "always" as const } };
  const taken = await home.promote(succeeded(better, { request: named }));
  assertEquals([taken.status, await home.aliases()], ["kept", []]);
  await home.encoders.close(); // the service stops
  const error = await assertRejects(() => home.promote(succeeded(better)), LookalikeError);
  assertEquals((error as LookalikeError).code, "unavailable");
});

Deno.test("promotion: pretraining moves an alias of encoders", async () => {
  await using home = await promotionHome();
  const request = { ...PRETRAINING, promote: PROMOTED.promote };
  const result = { classifier: null, model: "flowers@2" };
  await home.encoders.setAlias("production", "flowers@1");
  const better = [compared("flowers@1", true)]; // it began from the very one
  assertEquals((await home.promote(succeeded(better, { request, result }))).status, "promoted");
  assertEquals(await home.aliases(), ["flowers@2"]);
  const nothing = { ...result, model: null };
  assertEquals(
    (await home.promote(succeeded(better, { request, result: nothing }))).status,
    "kept",
  );
});
