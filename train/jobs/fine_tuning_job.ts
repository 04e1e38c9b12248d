import { join } from "node:path";
import type { ClassifierManifest } from "../../src/classifiers/classifiers.ts";
import { LookalikeError } from "../../src/errors.ts";
import type { Comparison, FineTuningRequest, JobResult } from "../../src/jobs/job.ts";
import { selectImages } from "../dataset/mod.ts";
import { type LabelledDataset, selectLabelled } from "../evaluate/mod.ts";
import { exportClassifier, trainClassifier, type TrainedClassifier } from "../fine_tune/mod.ts";
import { classifierResult } from "./classifier_result.ts";
import { compareWithAlias } from "./compare_with_alias.ts";
import { compareWithProbe } from "./compare_with_probe.ts";
import { countRight } from "./comparison.ts";
import { exampleVectors } from "./example_vectors.ts";
import { fineTunedClassifier, fineTunedEncoder, heldOutMetrics } from "./fine_tuned.ts";
import { type HeldOut, holdOut } from "./hold_out.ts";
import type { JobContext } from "./job_context.ts";
import type { JobExamples } from "./job_files.ts";
import { type JobImages, openJobImages } from "./job_images.ts";
import { referenceOf, savedClassifier, savedEncoder } from "./saved_version.ts";
import { settledPrecision } from "./settled_precision.ts";
import { trainingProgress } from "./training_progress.ts";
import type { LoadedEncoder } from "./unit_vectors.ts";

type Context = JobContext & { known: JobExamples };

/** The images of a fine-tuning, divided. */
interface Division extends HeldOut {
  images: JobImages;
  taught: LabelledDataset;
  judging: LabelledDataset;
}

/**
 * A job that fine-tunes an encoder with a classifier on it (arXiv 2002.05709 §4.3, arXiv 2006.10029
 * §2), judges both by labels that it held out, and compares them with what they came from.
 *
 * Whatever moment it is killed at, it goes on from its checkpoint and ends as it would have: what
 * follows the training is a function of its last step, and what is saved already is taken as it is.
 *
 * @param request What is asked for.
 * @param context What the job works with, and what is known of its images.
 * @returns Its result; the encoder and the classifier on it are saved.
 * @throws {LookalikeError} `invalid_input` if the labels that can be learnt from are of one class;
 * `not_found` if the encoder has gone; or as `trainClassifier` does.
 */
export async function runFineTuningJob(
  request: FineTuningRequest,
  context: Context,
): Promise<JobResult> {
  const { id, encoders, classifiers, report, known } = context;
  const { model, name } = request;
  const saved = await savedClassifier(classifiers, { id, name });
  if (saved) return classifierResult(saved, { model: saved.encoder });

  const start = await encoders.load(model);
  using images = await openJobImages(context.folder, {
    known,
    side: start.manifest.inputSize,
    onProgress: (done, total) => report.activity("decoding images", done, total),
  });
  if (images.skipped) report.warn(images.skipped);
  const division = divide(images, request);
  report.say(sentenceOf(division));
  const trained = await train(request, { context, start, division });
  const right = countRight(trained.predictions, division.judging.labels);
  report.say("Comparing it with what it came from.");
  const { comparisons, warnings } = await compare(request, { context, start, division, right });

  const lineage = {
    ...{ job: id, collection: request.collection, startedFrom: model, method: request.method },
    ...{ layer: request.layer, seed: request.seed, heldOut: request.heldOut },
    ...{ labels: division.taught.count, images: images.dataset.count },
  };
  const exported = exportClassifier(trained);
  const heldOut = heldOutMetrics(trained, division.judging);
  const { accuracy } = heldOut.metrics;
  const encoder = await savedEncoder(encoders, { id, name }) ??
    await encoders.save({
      name,
      ...fineTunedEncoder(exported, { request, start, accuracy, lineage }),
    });
  const { parameters } = exported;
  const { hyperparameters } = request;
  const manifest = await classifiers.save({
    ...{ name, parameters },
    classifier: fineTunedClassifier(parameters, {
      ...{ request, encoder, heldOut, warnings, taught: division.taught },
      lineage: { ...lineage, hyperparameters, comparisons },
    }),
  });
  return classifierResult(manifest, { model: referenceOf(encoder) });
}

function divide(images: JobImages, { heldOut }: FineTuningRequest): Division {
  const { teach, judge } = holdOut(images.examples, heldOut);
  const taught = selectLabelled(images.dataset, teach);
  const kinds = new Set(taught.labels);
  if (kinds.size < 2) throw tooFewClasses(kinds.size);
  return { images, teach, judge, taught, judging: selectLabelled(images.dataset, judge) };
}

async function train(
  request: FineTuningRequest,
  { context, start, division }: { context: Context; start: LoadedEncoder; division: Division },
): Promise<TrainedClassifier> {
  const { folder, report, signal, checkpointEvery } = context;
  const precision = await settledPrecision(folder, context.precision);
  const { images, judge, taught, judging } = division;
  const { manifest: { architecture, head }, tensors } = start;
  const { layer, seed } = request;
  const { unlabelled, unlabelledWeight: weight, ...hyperparameters } = request.hyperparameters;
  if (layer > 0 && !head) throw noHead(request);
  // Whatever judges in the end takes no part, as an unlabelled image neither.
  const judges = new Set(judge);
  const others = [...images.examples.keys()].filter((row) => !judges.has(row));
  const progress = trainingProgress(report, { batchSize: hyperparameters.batchSize });
  const trained = await trainClassifier({
    ...{ architecture, tensors, seed, precision, signal, ...hyperparameters },
    ...(head ? { head: { shape: head, tensors, layer } } : {}),
    ...(unlabelled === "none"
      ? {}
      : { unlabelled: { way: unlabelled, weight, images: selectImages(images.dataset, others) } }),
    schedule: "cosine",
    unitFeatures: true,
    train: taught,
    test: judging,
    checkpoints: {
      folder: join(folder, "training"),
      every: checkpointEvery,
      onSaved: report.checkpoint,
    },
    onProgress: progress.step,
  });
  progress.end();
  return trained;
}

/** With a probe of the encoder as it was, and with the classifier that the alias has. */
async function compare(
  request: FineTuningRequest,
  options: { context: Context; start: LoadedEncoder; division: Division; right: number },
): Promise<{ comparisons: Comparison[]; warnings: string[] }> {
  const { context, start, division, right } = options;
  const { images, judge, taught, judging } = division;
  const { classifiers, signal } = context;
  const withProbe = await compareWithProbe(start, { taught, judging, right, signal });
  const { classes } = context.known;
  const known = { classes, examples: judge.map((row) => images.examples[row]) };
  const found = request.promote &&
    await compareWithAlias(request.promote.alias, {
      ...{ classifiers, measure: withProbe.measure },
      mayHaveSeen: (other) => !heldOutToo(other, request),
      judged: {
        ...{ classes, labels: judging.labels, right },
        vectors: async (encoder, layer) =>
          (await exampleVectors(encoder, { layer, known, context })).vectors,
      },
    });
  if (typeof found === "string") return { comparisons: [withProbe], warnings: [found] };
  return { comparisons: [withProbe, ...(found ? [found] : [])], warnings: [] };
}

/** Whether a classifier's job held out what this one does: a larger share has the smaller in it. */
function heldOutToo(
  { metrics, lineage }: ClassifierManifest,
  { collection, heldOut }: FineTuningRequest,
): boolean {
  return metrics.by === "held-out" && lineage.collection === collection &&
    typeof lineage.heldOut === "number" && lineage.heldOut >= heldOut;
}

function sentenceOf({ images, taught, judging }: Division): string {
  const unlabelled = images.dataset.count - taught.count - judging.count;
  return `Learning from ${taught.count} labels of ${taught.classes.length} classes; ` +
    `${judging.count} are held out` +
    (unlabelled === 0 ? "." : `, and ${unlabelled} images without one take part.`);
}

function tooFewClasses(count: number): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    "Cannot train a classifier as the labels must be of two classes or more: those that can be learnt " +
      `from are of ${count}.`,
    { param: "collection" },
  );
}

function noHead({ model, layer }: FineTuningRequest): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot fine-tune from layer ${layer} of the projection head as ${model} must have been saved ` +
      "with one: it was not.",
    { param: "method.layer" },
  );
}
