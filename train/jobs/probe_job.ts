import { fitClassifier } from "../../src/classifiers/fit_classifier.ts";
import type { Comparison, FineTuningRequest, JobResult } from "../../src/jobs/job.ts";
import { selectExamples } from "../../src/probe/examples.ts";
import { fitKnn } from "../../src/probe/fit_knn.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { classifierResult } from "./classifier_result.ts";
import { compareWithAlias } from "./compare_with_alias.ts";
import { compareCounts, countRight } from "./comparison.ts";
import { exampleVectors } from "./example_vectors.ts";
import type { JobContext } from "./job_context.ts";
import type { JobExamples } from "./job_files.ts";
import { type ProbeExamples, probeExamples } from "./probe_examples.ts";
import { savedClassifier } from "./saved_version.ts";

const MEASURE = "cross-validated accuracy";

/**
 * A job that fits a linear probe: it learns from all labels and is judged by cross-validation, beside
 * kNN on the same folds and beside the classifier that an alias has.
 *
 * @param request What is asked for.
 * @param context What the job works with, and what is known of its images.
 * @returns Its result; the classifier is saved.
 * @throws {LookalikeError} `invalid_input` if the labels are of one class; `not_found` if the encoder
 * has gone; or as `fitClassifier` does.
 */
export async function runProbeJob(
  request: FineTuningRequest,
  context: JobContext & { known: JobExamples },
): Promise<JobResult> {
  const { id, classifiers, report, signal, known: { classes } } = context;
  const { model, layer, name, collection, method, seed } = request;
  const saved = await savedClassifier(classifiers, { id, name });
  if (saved) return classifierResult(saved, { model: null });

  const examples = await probeExamples(request, context);
  const { vectors, dimension, labels } = examples;
  report.say(`Fitting a probe to ${labels.length} labels.`);
  const { classifier, parameters } = await fitClassifier(
    { vectors, labels: Array.from(labels, (label) => classes[label]) },
    {
      ...{ encoder: model, layer, dimension, kind: "linear", signal },
      lineage: { job: id, collection, startedFrom: model, method, seed },
    },
  );
  report.say("Comparing it with others on the same examples.");
  const { confusion } = classifier.metrics;
  const right = confusion.reduce((sum, row, label) => sum + row[label], 0);
  const { comparisons, warnings } = await compare(request, { context, examples, right });
  const manifest = await classifiers.save({
    ...{ name, parameters },
    classifier: {
      ...classifier,
      warnings: [...classifier.warnings, ...warnings],
      lineage: { ...classifier.lineage, comparisons },
    },
  });
  return classifierResult(manifest, { model: null });
}

/** With kNN on the same folds, and with what the alias has on the same examples. */
async function compare(
  { model, layer, promote }: FineTuningRequest,
  options: {
    context: JobContext & { known: JobExamples };
    examples: ProbeExamples;
    /** How many of the judged examples the probe has right. */
    right: number;
  },
): Promise<{ comparisons: Comparison[]; warnings: string[] }> {
  const { context, examples, right } = options;
  const { vectors, dimension, labels } = examples;
  const { classes } = context.known;
  const all = { features: vectors, labels };
  const shape = { dimension, classes: classes.length };
  const { outOfFold, judged } = await fitKnn(all, { ...shape, signal: context.signal });
  const rows = [...judged];
  const own = selectExamples(all, rows);
  const scores = outOfFold ? selectExamples({ features: outOfFold, labels }, rows).features : null;
  const neighbours = scores ? mostProbable(scores, classes.length) : new Int32Array();
  const withKnn = compareCounts({
    ...{ with: `kNN of ${model}`, measure: MEASURE, count: rows.length, after: right },
    before: countRight(neighbours, own.labels),
  });
  const known = { classes, examples: rows.map((row) => examples.examples[row]) };
  const found = promote && await compareWithAlias(promote.alias, {
    ...{ classifiers: context.classifiers, measure: MEASURE, mayHaveSeen: () => true },
    judged: {
      ...{ classes, labels: own.labels, right },
      vectors: async (encoder, ofLayer) => {
        if (encoder === model && ofLayer === layer) return own.features;
        return (await exampleVectors(encoder, { layer: ofLayer, known, context })).vectors;
      },
    },
  });
  if (typeof found === "string") return { comparisons: [withKnn], warnings: [found] };
  return { comparisons: [withKnn, ...(found ? [found] : [])], warnings: [] };
}
