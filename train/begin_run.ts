import { LookalikeError } from "../src/errors.ts";
import type { Precision } from "../src/tensorflow/mod.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { PretrainConfig } from "./config.ts";
import type { Learner } from "./learner.ts";
import type { Progress } from "./report.ts";
import type { Stretch } from "./stretches.ts";

/** Where a run begins or goes on. */
export interface Begun {
  /** Steps that are done. */
  step: number;
  stretches: Stretch[];
  /** The encoder that it started from, by its reference; null where its weights were drawn. */
  startedFrom: string | null;
  /** What was reported so far. */
  history: Progress[];
}

/**
 * Sets the learner to a checkpoint, if there is one. With more epochs than the checkpoint's, the run is
 * extended from where it stands.
 *
 * @param checkpoint The checkpoint, or null to begin.
 * @param run The configuration; a SHA-256 of the images' names; the precision; what to set; and the
 * encoder that a new run starts from.
 * @returns Where the run stands.
 * @throws {LookalikeError} `conflict` if the checkpoint is of other images or another configuration.
 */
export function beginRun(
  checkpoint: Checkpoint | null,
  run: {
    config: PretrainConfig;
    images: string;
    precision: Precision;
    learner: Learner;
    startedFrom: string | null;
  },
): Begun {
  const { epochs } = run.config;
  if (!checkpoint) {
    return {
      step: 0,
      stretches: [{ fromStep: 0, epochs }],
      startedFrom: run.startedFrom,
      history: [],
    };
  }
  const before = { ...checkpoint.configuration, ran: checkpoint.precision } as ConfigRecord;
  const now = { ...run.config, ran: run.precision } as ConfigRecord;
  const isLonger = epochs > checkpoint.configuration.epochs;
  const changed = Object.keys(now).filter((key) =>
    before[key] !== now[key] && !isHarmless(key) && !(key === "epochs" && isLonger)
  );
  if (changed.length > 0 || checkpoint.images !== run.images) {
    const what = checkpoint.images === run.images
      ? changed.map((key) => `${key} was ${before[key]} and is ${now[key]}`).join(", ")
      : "its images were others";
    throw new LookalikeError(
      "conflict",
      `Cannot resume as the run must go on as it began: ${what}. Begin anew with --restart, ` +
        "or choose another --name.",
    );
  }
  run.learner.restore(checkpoint.tensors);
  const { step, startedFrom } = checkpoint;
  const extension = isLonger ? [{ fromStep: step, epochs }] : [];
  return {
    step,
    stretches: [
      ...checkpoint.stretches.filter(({ fromStep }) => !isLonger || fromStep < step),
      ...extension,
    ],
    startedFrom,
    history: [...checkpoint.history],
  };
}

type ConfigRecord = Record<string, unknown>;

/** What may change within a run: it decides what is shown and kept, not what is computed. */
function isHarmless(key: string): boolean {
  return ["reportEvery", "checkpointEvery", "probeEvery", "residentLimit", "precision"].includes(
    key,
  );
}
