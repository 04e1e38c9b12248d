import { join } from "node:path";
import sharp from "sharp";
import { openClassifierStore } from "../../../src/classifiers/classifier_store.ts";
import { encodeSafetensors } from "../../../src/encoders/safetensors.ts";
import { openEncoderStore } from "../../../src/encoders/store.ts";
import type { FineTuningRequest, JobRequest, PretrainingRequest } from "../../../src/jobs/job.ts";
import { newJobId } from "../../../src/jobs/new_job_id.ts";
import { openJobStore } from "../../../src/jobs/sqlite_job_store.ts";
import {
  createEncoder,
  createProjectionHead,
  projectionHeadShape,
} from "../../../src/model/mod.ts";
import { random } from "../../../src/random.ts";
import { type JobOutcome, runJob, type RunJobOptions } from "../../../train/jobs/run_job.ts";

const CLASSES = ["blue", "green", "red"];
const SIDE = 8;

/** What a job asks for that says nothing else. */
export const FULL: FineTuningRequest = {
  kind: "fine_tuning",
  model: "tiny@1",
  collection: "colours",
  method: "full",
  layer: 0,
  hyperparameters: {
    ...{ epochs: 2, leastSteps: 6, batchSize: 12, learningRate: 0.2, weightDecay: 0 },
    ...{ unlabelled: "none", unlabelledWeight: 1 },
  },
  seed: 1,
  heldOut: 0.3,
  name: "tuned",
  promote: null,
};

/** The same of pretraining. */
export const PRETRAINING: PretrainingRequest = {
  kind: "pretraining",
  source: { collection: "colours" },
  preset: null,
  configuration: {
    ...{ batchSize: 16, epochs: 3, reportEvery: 1, probeEvery: 3, precision: "float32" },
  },
  from: "tiny@1",
  name: "pretrained",
  promote: null,
};

/** Which images a job has. */
export interface JobImagesOptions {
  /** How many of each class have a label; 20 unless told. */
  perClass?: number;
  /** How many have none; 6 unless told. */
  unlabelled?: number;
  /** Classes that there are; three unless told. */
  classes?: number;
  /** Give vectors in place of images: three numbers, of which each class has its own. */
  vectors?: boolean;
  /** Of images that cannot be read; none unless told. */
  broken?: string[];
}

/** A home with the encoder `tiny@1`, which has a head of two layers; TensorFlow must be running. */
export async function jobHome() {
  const home = await Deno.makeTempDir();
  await saveTiny(home);
  const jobs = openJobStore(home);
  const encoders = openEncoderStore(home);
  const classifiers = openClassifierStore(home);
  return {
    home,
    jobs,
    encoders,
    classifiers,
    /** Adds a job as the service does, its files first, and sets it running. */
    async add(request: JobRequest, options: JobImagesOptions = {}): Promise<string> {
      const id = newJobId(request.kind);
      await writeFiles(jobs.folder(id), options);
      jobs.add({ id, request, keyId: null }, { most: 100 });
      jobs.claim();
      return id;
    },
    /** Runs a job in this process. */
    run: (id: string, options: Partial<RunJobOptions> = {}): Promise<JobOutcome> =>
      runJob(id, {
        ...{ home, jobs, encoders, classifiers, precision: "float32", mostSteps: 100 },
        signal: new AbortController().signal,
        ...options,
      }),
    /** What a job has said, without what a clock decides. */
    said: (id: string) =>
      jobs.events(id, { after: 0, limit: 1000 }).events.map((
        { sequence, type, message, data },
      ) => ({
        ...{ sequence, type, step: data.step },
        message: message.replace(/, [\d:]+ left/, ""),
      })),
    async [Symbol.asyncDispose]() {
      jobs.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

async function saveTiny(home: string): Promise<void> {
  const architecture = { family: "resnet18", stem: "cifar", widthMultiplier: 1 / 16 } as const;
  const encoder = createEncoder(architecture, { seed: 3 });
  const { dimension } = encoder;
  const shape = projectionHeadShape({ input: dimension, output: 8 });
  const head = createProjectionHead({ input: dimension, output: 8, seed: 4 });
  await openEncoderStore(home).save({
    name: "tiny",
    tensors: new Map([...await encoder.snapshot(), ...await head.snapshot()]),
    manifest: {
      ...{ architecture, head: shape, inputSize: SIDE, dimension },
      preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
      ...{ configuration: {}, metrics: {}, lookalikeVersion: "0" },
    },
  });
  encoder.dispose();
  head.dispose();
}

async function writeFiles(folder: string, options: JobImagesOptions): Promise<void> {
  const { perClass = 20, unlabelled = 6, classes = CLASSES.length, broken = [] } = options;
  const known = Array.from({ length: perClass * classes }, (_, at) => at % classes);
  const labels = options.vectors ? known : [...known, ...new Array(unlabelled).fill(null)];
  const examples = labels.map((label, at) => ({
    id: `item ${at}`,
    label,
    file: options.vectors ? null : `${at}.png`,
  }));
  await Deno.mkdir(join(folder, "images"), { recursive: true });
  for (const [at, { id, label, file }] of examples.entries()) {
    if (file === null) continue;
    const bytes = broken.includes(id) ? Uint8Array.of(1, 2, 3) : await draw(label ?? at % 3, at);
    await Deno.writeFile(join(folder, "images", file), bytes);
  }
  if (options.vectors) {
    const data = Float32Array.from(labels.flatMap((label, at) => vectorOf(label, at)));
    const tensor = { dtype: "float32" as const, shape: [labels.length, 3], data };
    const bytes = encodeSafetensors(new Map([["vectors", tensor]]));
    await Deno.writeFile(join(folder, "vectors.safetensors"), bytes);
  }
  const content = JSON.stringify({ classes: CLASSES.slice(0, classes), examples });
  await Deno.writeTextFile(join(folder, "examples.json"), content);
}

/** Noise in which one colour is brighter: blue, green or red. */
async function draw(label: number, seed: number): Promise<Uint8Array> {
  const source = random(seed, 5);
  const bright = CLASSES.length - 1 - label;
  const pixels = Uint8Array.from(
    { length: SIDE * SIDE * 3 },
    (_, at) => (at % 3 === bright ? 110 : 60) + source.below(100),
  );
  const raw = { width: SIDE, height: SIDE, channels: 3 as const };
  return new Uint8Array(await sharp(pixels, { raw }).png().toBuffer());
}

/** Of length 1, near an axis of its class. */
function vectorOf(label: number, seed: number): number[] {
  const source = random(seed, 6);
  const numbers = [0, 1, 2].map((axis) => (axis === label ? 1 : 0) + source.below(100) / 150);
  const length = Math.hypot(...numbers);
  return numbers.map((number) => number / length);
}
