/** Runs the job that standard input names, and kills itself at the moment that it names, if it does. */
import { openClassifierStore } from "../../../src/classifiers/classifier_store.ts";
import { openEncoderStore } from "../../../src/encoders/store.ts";
import { openJobStore } from "../../../src/jobs/sqlite_job_store.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { runJob } from "../../../train/jobs/run_job.ts";
import type { Moment } from "./kill_at.ts";

if (import.meta.main) {
  const { home, id, moment }: { home: string; id: string; moment: Moment | null } =
    await new Response(
      Deno.stdin.readable,
    ).json();
  const reach = (now: Moment) => {
    const isNow = now.when === moment?.when && now.call === moment.call && now.key === moment.key;
    if (isNow) Deno.kill(Deno.pid, "SIGKILL");
  };
  const around = <Given extends unknown[], Result>(
    call: Moment["call"],
    work: (...given: Given) => Result,
    keyOf: (...given: Given) => string | undefined = () => undefined,
  ) =>
  (...given: Given): Result => {
    const key = keyOf(...given);
    reach({ when: "before", call, key });
    const result = work(...given);
    const after = () => reach({ when: "after", call, key });
    if (result instanceof Promise) result.then(after);
    else after();
    return result;
  };
  const jobs = openJobStore(home);
  const encoders = openEncoderStore(home);
  const classifiers = openClassifierStore(home);
  await startTensorFlow({ device: "cpu", threads: 1 });
  await runJob(id, {
    ...{
      home,
      precision: "float32",
      mostSteps: 100,
      checkpointEvery: 0,
      signal: new AbortController().signal,
    },
    jobs: {
      ...jobs,
      addEvent: around("event", jobs.addEvent, (_, event) => event.key),
      succeed: around("succeed", jobs.succeed),
    },
    encoders: { ...encoders, save: around("save encoder", encoders.save) },
    classifiers: { ...classifiers, save: around("save classifier", classifiers.save) },
  });
  if (moment !== null) console.error(`never came to ${JSON.stringify(moment)}`);
}
