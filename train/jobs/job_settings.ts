import { LookalikeError } from "../../src/errors.ts";
import type { Precision, TensorFlowOptions } from "../../src/tensorflow/mod.ts";

/** How much of the machine a job may take, as the service's settings have it. */
export interface JobSettings {
  device: NonNullable<TensorFlowOptions["device"]>;
  /** Threads of one operation. */
  threads: number;
  /** Share of a GPU's memory, above 0 to 1. */
  memoryShare: number;
  /** Of convolutions and matrix products; `auto` measures once a job which is faster. */
  precision: Precision | "auto";
  /** Steps of training at most. */
  mostSteps: number;
  /** Seconds from one checkpoint to the next. */
  checkpointEvery: number;
}

/** The settings that reach a job's process, by the variables that hold them. */
const DEVICE = "LOOKALIKE_DEVICE";
const PRECISION = "LOOKALIKE_PRECISION";
const THREADS = "LOOKALIKE_JOB_THREADS";
const SHARE = "LOOKALIKE_JOB_DEVICE_SHARE";
const STEPS = "LOOKALIKE_JOB_STEPS";
const CHECKPOINTS = "LOOKALIKE_JOB_CHECKPOINT_SECONDS";

/**
 * Reads a job's share of the machine from the environment that the service hands on.
 *
 * @param environment Its variables.
 * @param options.cores How many the machine has: half of them are a job's, unless told.
 * @returns The settings.
 * @throws {LookalikeError} `invalid_input` naming the variable.
 *
 * @example
 * ```ts
 * import { readJobSettings } from "./job_settings.ts";
 * const settings = readJobSettings({ LOOKALIKE_JOB_DEVICE_SHARE: "25" }, { cores: 8 });
 * console.assert(settings.threads === 4 && settings.memoryShare === 0.25);
 * ```
 */
export function readJobSettings(
  environment: Record<string, string | undefined>,
  options: { cores: number },
): JobSettings {
  const read = (name: string) => environment[name] || undefined;
  const word = <Word extends string>(name: string, words: readonly Word[], usual: Word): Word => {
    const text = read(name) ?? usual;
    const found = words.find((each) => each === text);
    if (found !== undefined) return found;
    throw wrong(name, `one of ${words.join(", ")}`, text);
  };
  const whole = (name: string, bounds: { usual: number; least: number; most: number }) => {
    const text = read(name) ?? String(bounds.usual);
    const number = Number(text);
    if (Number.isInteger(number) && number >= bounds.least && number <= bounds.most) return number;
    throw wrong(name, `a whole number from ${bounds.least} to ${bounds.most}`, text);
  };
  const threads = whole(THREADS, { usual: 0, least: 0, most: 1024 });
  return {
    device: word(DEVICE, ["auto", "cpu", "cuda"], "auto"),
    precision: word(PRECISION, ["auto", "float32", "bfloat16"], "float32"),
    threads: threads > 0 ? threads : Math.max(1, Math.floor(options.cores / 2)),
    memoryShare: whole(SHARE, { usual: 50, least: 1, most: 100 }) / 100,
    mostSteps: whole(STEPS, { usual: 1_000_000, least: 1, most: Number.MAX_SAFE_INTEGER }),
    checkpointEvery: whole(CHECKPOINTS, { usual: 10, least: 1, most: 3600 }),
  };
}

function wrong(name: string, wanted: string, text: string): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot begin the job as ${name} must be ${wanted}: it is ${JSON.stringify(text)}.`,
    { param: name },
  );
}
