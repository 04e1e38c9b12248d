import type { Manifest } from "../../src/encoders/manifest.ts";
import { LookalikeError } from "../../src/errors.ts";
import type { JobResult, PretrainingRequest } from "../../src/jobs/job.ts";
import { readCheckpoint } from "../checkpoint.ts";
import { type PretrainConfig, resolveConfig } from "../config.ts";
import { runPretraining } from "../run_pretraining.ts";
import { compareEncoders, judgeByNeighbours } from "./compare_encoders.ts";
import type { JobContext } from "./job_context.ts";
import type { JobExamples } from "./job_files.ts";
import { pretrainingConfiguration } from "./pretraining_configuration.ts";
import {
  type ImagesOptions,
  type PretrainingImages,
  pretrainingImages,
} from "./pretraining_images.ts";
import { referenceOf, savedEncoder } from "./saved_version.ts";
import { settledPrecision } from "./settled_precision.ts";

type Context = JobContext & { known: JobExamples | null };

const TOO_FEW =
  "There are too few labels to say how good the encoder is: two classes, and ten images " +
  "held out, are the least.";

/**
 * A job that pretrains an encoder (arXiv 2002.05709, algorithm 1), and compares it with what it began
 * from and with what an alias has, where there are labels to judge by.
 *
 * @param request What is asked for.
 * @param context What the job works with, and what is known of a collection's images.
 * @returns Its result; the encoder is saved.
 * @throws {LookalikeError} As `runPretraining` does.
 */
export async function runPretrainingJob(
  request: PretrainingRequest,
  context: Context,
): Promise<JobResult> {
  const { id, folder, encoders, report, known } = context;
  const { name, promote } = request;
  const images = pretrainingImages(request, { folder, known, onSkipped: report.warn });
  const manifest = await savedEncoder(encoders, { id, name }) ??
    await train(request, { context, images });
  const model = referenceOf(manifest);

  report.say("Comparing it with what it came from.");
  const judge = (reference: string) =>
    judgeByNeighbours(reference, {
      encoders,
      open: (side) => images.open({ side, onProgress: decoding(context) }),
    });
  const own = await judge(model);
  const before = [request.from, promote && await aliasOf(promote.alias, context)];
  const others = [...new Set(before.filter((other) => other !== null))];
  const { comparisons, warnings } = own
    ? await compareEncoders(others, { own, judge })
    : { comparisons: [], warnings: [TOO_FEW] };
  const { loss: _, ...measured } = manifest.metrics; // over the last steps of whichever process ended it
  const knn = own && own.right / own.count;
  const metrics = { ...measured, knn, heldOut: own?.count ?? 0 };
  return { classifier: null, model, metrics, comparisons, warnings };
}

async function train(
  request: PretrainingRequest,
  { context, images }: { context: Context; images: PretrainingImages },
): Promise<Manifest> {
  const { id, home, folder, encoders, report, mostSteps, checkpointEvery, signal } = context;
  const { name, from, preset } = request;
  const { collection } = { collection: null, ...request.source };
  const shared = {
    ...{ name, home, folder, report, signal, source: images.source },
    ...{ lineage: { job: id, collection }, onCheckpoint: report.checkpoint },
  };
  if (await readCheckpoint(folder)) {
    const openImages = (_: string, options: ImagesOptions) => images.open(options);
    return await runPretraining({ ...shared, openImages, configuration: {}, resume: true });
  }
  const start = from === null ? null : await encoders.manifest(from);
  const configuration = pretrainingConfiguration(request, {
    images: images.count,
    side: start?.inputSize ?? null,
    checkpointEvery,
  });
  const config = resolveConfig(configuration, preset ?? {});
  const { widthMultiplier } = start?.architecture ?? config;
  return await runPretraining({
    ...shared,
    async openImages(_, options) {
      const opened = await images.open(options);
      checkSteps(config, { images: opened.train.count, most: mostSteps });
      return opened;
    },
    configuration: {
      ...configuration,
      precision: await settledPrecision(folder, config.precision, {
        channels: Math.round(64 * widthMultiplier),
      }),
    },
    ...(preset === null ? {} : { preset }),
    ...(from === null ? {} : { from }),
  });
}

/** Of a folder it is known only now how many images it has, and so how long its epochs are. */
function checkSteps(
  { epochs, batchSize, accumulationSteps }: PretrainConfig,
  { images, most }: { images: number; most: number },
): void {
  const steps = epochs * Math.floor(Math.floor(images / batchSize) / accumulationSteps);
  if (steps <= most) return;
  throw new LookalikeError(
    "invalid_input",
    `Cannot pretrain as a job's steps must be at most ${most}, as LOOKALIKE_JOB_STEPS has it: ` +
      `${epochs} epochs of ${images} images would be ${steps}.`,
    { param: "hyperparameters.epochs" },
  );
}

function decoding({ report }: Context) {
  return (done: number, total: number | null) => report.activity("decoding images", done, total);
}

/** What an alias points to now; null if there is none. */
async function aliasOf(alias: string, { encoders }: Context): Promise<string | null> {
  const found = (await encoders.aliases.list()).find((each) => each.alias === alias);
  return found?.reference ?? null;
}
