import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Manifest } from "../src/encoders/manifest.ts";
import { checkName } from "../src/encoders/reference.ts";
import { type EncoderStore, openEncoderStore } from "../src/encoders/store.ts";
import { LookalikeError } from "../src/errors.ts";
import { writeFileAtomic } from "../src/files.ts";
import { fasterPrecision, type Precision } from "../src/tensorflow/mod.ts";
import { VERSION } from "../src/version.ts";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import { type PretrainConfig, resolveConfig } from "./config.ts";
import { describeSkipped } from "./dataset/mod.ts";
import { withMetricsFiles } from "./metrics_files.ts";
import { openTrainingImages } from "./open_training_images.ts";
import { trainingCurve } from "./pictures/training_curve.ts";
import { pretrain } from "./pretrain.ts";
import type { Reporter } from "./report.ts";

/** A picture of the run, in its folder. */
const CURVE = "training.svg";

/** What is asked for: a new run, or one to go on with. */
export interface PretrainingRequest {
  /** The encoder's name, which is the run's too. */
  name: string;
  /** Images: a folder, a tar of one, or `shapes`. A run that is resumed knows where they were. */
  source?: string;
  /** Fields of the configuration that differ from the preset. */
  configuration: Record<string, unknown>;
  preset?: string;
  /** The encoder to begin from, `NAME` or `NAME@VERSION`; its architecture is taken too. */
  from?: string;
  /** Go on from the checkpoint; with more epochs than it was given, the run is extended. */
  resume?: boolean;
  /** Throw away the checkpoint of a run that was not finished. */
  restart?: boolean;
  /** The folder of all that Lookalike keeps. */
  home: string;
  /**
   * Where checkpoints and metrics go: a folder that the caller keeps others out of. Unless told,
   * `runs/NAME` in the home, which is locked.
   */
  folder?: string;
  /** Opens the images, where the source alone does not say all; {@linkcode openTrainingImages} unless told. */
  openImages?: OpenImages;
  /** What the encoder's lineage says beside what every run's does. */
  lineage?: Record<string, unknown>;
  report: Reporter;
  /** Told of each checkpoint: how many steps are done. One that was gone on from is told again. */
  onCheckpoint?: (step: number) => void;
  signal?: AbortSignal;
}

/** Opens the images of a run, as {@linkcode openTrainingImages} does. */
export type OpenImages = typeof openTrainingImages;

/**
 * A whole run: images, training, and the encoder in the store. TensorFlow must be running.
 *
 * @param request What is asked for.
 * @returns The saved encoder's manifest.
 * @throws {LookalikeError} `interrupted` if the signal ended it, with a checkpoint to go on from;
 * `conflict` if an unfinished run of that name would be lost; or as `pretrain` does.
 */
export async function runPretraining(request: PretrainingRequest): Promise<Manifest> {
  const { name, home, report, onCheckpoint, signal, openImages = openTrainingImages } = request;
  checkName(name, "encoder");
  const store = openEncoderStore(home);
  const folder = request.folder ?? join(home, "runs", name);
  using _lock = request.folder === undefined ? await lockRun(name, join(home, "runs")) : null;
  const checkpoint = await checkpointToResume(request, folder);
  const start = checkpoint || request.from === undefined
    ? null
    : await loadStart(request.from, { store, configuration: request.configuration });
  const config = resolveConfig(
    { ...request.configuration, ...start?.fields },
    checkpoint?.configuration ?? request.preset,
  );
  const source = request.source ?? checkpoint?.source; // a folder may have been moved
  if (source === undefined) throw noImages();
  const precision = checkpoint?.precision ?? await precisionOf(config);

  using images = await openImages(source, {
    side: config.storedSize ?? config.imageSize,
    probedSide: config.imageSize,
    imagesPerClass: config.imagesPerClass ?? undefined,
    cacheFolder: join(home, "cache"),
    onProgress: (done, total) => report.activity("decoding images", done, total),
  });
  const { train, probed } = images;
  report.say(describe(config, { images: train.count, precision, step: checkpoint?.step ?? 0 }));
  const id = checkpoint?.run ?? randomUUID();
  if (checkpoint) onCheckpoint?.(checkpoint.step);
  using reporter = withMetricsFiles(report, folder, checkpoint?.history ?? []);
  const { learner, finished, history } = await pretrain(config, {
    id,
    source,
    checkpoint,
    start,
    dataset: train,
    probed,
    folder,
    precision,
    report: reporter,
    onCheckpoint,
    signal,
  });
  try {
    const skipped = describeSkipped(train.skipped);
    if (skipped) report.say(skipped);
    if (!finished) throw interrupted(name, history.at(-1)?.step ?? 0);
    const { loss, knn, linear, views } = history[history.length - 1];
    const { encoder, head } = learner;
    const startedFrom = checkpoint?.startedFrom ?? start?.encoder;
    await writeFileAtomic(join(folder, CURVE), trainingCurve(history, `${name}: loss and kNN`));
    return await store.save({
      name,
      tensors: new Map([...await encoder.snapshot(), ...await head?.snapshot() ?? []]),
      manifest: {
        architecture: encoder.architecture,
        ...(head ? { head: head.shape } : {}),
        inputSize: config.imageSize,
        preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
        dimension: encoder.dimension,
        configuration: { ...config },
        metrics: { loss, ...(knn === null ? {} : { knn, linear }), ...views },
        lineage: {
          ...{ run: id, images: train.count, classes: train.classes.length, precision },
          ...(startedFrom ? { startedFrom } : {}),
          ...request.lineage,
        },
        lookalikeVersion: VERSION,
      },
    });
  } finally {
    learner.dispose();
  }
}

/** Keeps a second process from the same run; let go of at the end, also by a crash. */
async function lockRun(name: string, folder: string): Promise<Disposable> {
  await Deno.mkdir(folder, { recursive: true });
  const file = await Deno.open(join(folder, `.${name}.lock`), { create: true, write: true });
  if (await file.tryLock(true)) return file;
  file.close();
  throw new LookalikeError(
    "conflict",
    `Cannot train ${name} as another process is training it: wait for it, or choose another --name.`,
    { param: "name" },
  );
}

/** The encoder that a run begins from, and the fields of the configuration that its architecture sets. */
async function loadStart(
  reference: string,
  options: { store: EncoderStore; configuration: Record<string, unknown> },
) {
  const { store, configuration } = options;
  const { manifest, tensors } = await store.load(reference);
  const { architecture } = manifest;
  const { family, stem, widthMultiplier } = architecture;
  const fields = { encoder: family, stem, widthMultiplier };
  for (const [field, value] of Object.entries(fields)) {
    const asked = configuration[field];
    if (asked === undefined || String(asked) === String(value)) continue;
    throw new LookalikeError(
      "invalid_input",
      `Cannot begin from ${reference} as its ${field} is ${value}: leave ${field} ${asked} out.`,
      { param: field },
    );
  }
  return { encoder: `${manifest.name}@${manifest.version}`, architecture, tensors, fields };
}

/** The checkpoint to go on from, or null to begin anew: what is there is replaced by the first new one. */
async function checkpointToResume(
  request: PretrainingRequest,
  folder: string,
): Promise<Checkpoint | null> {
  const { name, resume, restart } = request;
  if (restart) return null;
  const checkpoint = await readCheckpoint(folder);
  if (resume && !checkpoint) {
    throw new LookalikeError(
      "not_found",
      `Cannot resume ${name} as there is no checkpoint in ${folder}: begin without --resume.`,
      { param: "name" },
    );
  }
  if (resume) {
    const other = (["preset", "from"] as const).find((option) => request[option] !== undefined);
    if (other === undefined) return checkpoint;
    throw new LookalikeError(
      "invalid_input",
      `Cannot resume ${name} with --${other} as a run goes on as it began: leave it out.`,
      { param: other },
    );
  }
  if (!checkpoint) return null;
  if (checkpoint.finished) return null; // its encoder is saved
  throw new LookalikeError(
    "conflict",
    `Cannot begin ${name} as a run of that name stopped at step ${checkpoint.step}: ` +
      "go on with --resume, or throw it away with --restart.",
    { param: "name" },
  );
}

async function precisionOf(config: PretrainConfig): Promise<Precision> {
  if (config.precision !== "auto") return config.precision;
  return await fasterPrecision({ channels: Math.round(64 * config.widthMultiplier) });
}

function describe(
  config: PretrainConfig,
  run: { images: number; precision: Precision; step: number },
): string {
  const { encoder, widthMultiplier, imageSize, epochs, batchSize } = config;
  return `${
    run.step > 0 ? `Going on from step ${run.step} with` : "Training"
  } ${encoder} at width ` +
    `${widthMultiplier} on ${run.images} images of ${imageSize}×${imageSize}: ${epochs} epochs, ` +
    `batches of ${batchSize}, ${run.precision}.`;
}

function interrupted(name: string, step: number): LookalikeError {
  return new LookalikeError(
    "interrupted",
    `Stopped; the run is saved after step ${step}. Go on with: ` +
      `deno task pretrain --name ${name} --resume`,
  );
}

function noImages(): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    "Cannot begin as --data is missing: give a folder of images, a tar of one, or shapes.",
    { param: "data" },
  );
}
