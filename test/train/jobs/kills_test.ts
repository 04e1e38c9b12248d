import { assertEquals } from "@std/assert";
import type { JobRequest } from "../../../src/jobs/job.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { FULL, jobHome, PRETRAINING } from "./job_home.ts";
import { killAt, type Moment, runToItsEnd } from "./kill_at.ts";

await startTensorFlow({ device: "cpu", threads: 1 });

type World = Awaited<ReturnType<typeof jobHome>>;

/** All that a job leaves: the same whenever it was killed, but for its names. */
async function whatIsLeft(world: World, id: string) {
  const { status, result } = world.jobs.get(id);
  const { manifests: encoders } = await world.encoders.list();
  const { manifests: classifiers } = await world.classifiers.list();
  const own = <Manifest extends { name: string; lineage?: Record<string, unknown> }>(
    manifests: Manifest[],
  ) => manifests.filter(({ lineage }) => lineage?.job === id);
  return {
    status,
    metrics: result?.metrics,
    comparisons: result?.comparisons.map((comparison) => ({ ...comparison, with: null })),
    encoders: own(encoders).map(({ version, weights }) => [version, weights.sha256]),
    classifiers: own(classifiers).map(({ version, parameters }) => [version, parameters.sha256]),
    events: world.said(id).filter(({ message }) => !message.startsWith("Going on from step"))
      .map(({ type, message, step }) => [type, step, message]),
  };
}

/** Runs a request undisturbed, and again under kills, and expects the same of both. */
async function survives(
  request: JobRequest,
  options: { kills: Moment[]; perClass: number },
): Promise<void> {
  const { kills, perClass } = options;
  await using world = await jobHome();
  const undisturbed = await world.add({ ...request, name: "undisturbed" }, { perClass });
  await runToItsEnd({ home: world.home, id: undisturbed });
  const expected = await whatIsLeft(world, undisturbed);
  assertEquals([expected.status, expected.encoders.length], ["succeeded", 1]);
  const killed = await world.add({ ...request, name: "killed" }, { perClass });
  for (const moment of kills) await killAt(moment, { home: world.home, id: killed });
  await runToItsEnd({ home: world.home, id: killed });
  assertEquals(await whatIsLeft(world, killed), expected);
}

Deno.test("a fine-tune that is killed again and again ends as if it had not been", async () => {
  await survives(FULL, {
    perClass: 20,
    kills: [
      { when: "after", call: "event", key: "progress:1" }, // before the first checkpoint
      { when: "before", call: "event", key: "checkpoint:3" }, // it is written, and not told
      { when: "after", call: "event", key: "progress:end" },
      { when: "after", call: "save encoder" },
      { when: "after", call: "save classifier" }, // which is not noted yet
      { when: "after", call: "succeed" },
    ],
  });
});

Deno.test("so does a pretraining", async () => {
  const configuration = { ...PRETRAINING.configuration, checkpointEvery: 0.001 };
  await survives({ ...PRETRAINING, configuration }, {
    perClass: 50,
    kills: [
      { when: "after", call: "event", key: "progress:1" },
      { when: "before", call: "event", key: "checkpoint:5" },
      { when: "before", call: "succeed" },
    ],
  });
});
