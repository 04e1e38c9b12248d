import { classifierMetrics } from "../../src/classifiers/classifier_metrics.ts";
import type { ClassifierInput, LinearParameters } from "../../src/classifiers/classifiers.ts";
import type { Manifest, ManifestInput } from "../../src/encoders/manifest.ts";
import type { FineTuningRequest } from "../../src/jobs/job.ts";
import type { NamedTensors } from "../../src/model/mod.ts";
import { fewLabelsWarnings } from "../../src/probe/few_labels_warnings.ts";
import { scaleTemperature } from "../../src/probe/scale_temperature.ts";
import { VERSION } from "../../src/version.ts";
import type { LabelledDataset } from "../evaluate/mod.ts";
import type { ExportedClassifier, TrainedClassifier } from "../fine_tune/mod.ts";
import { referenceOf } from "./saved_version.ts";
import type { LoadedEncoder } from "./unit_vectors.ts";

type Lineage = Record<string, unknown>;

/**
 * The encoder of a fine-tuned network, as the store takes it.
 *
 * The projection head stays with it whole where it took part, though a classifier may stand on one of
 * its lower layers: cut off there, that layer would be the last, which has neither relu nor offset.
 *
 * @param exported The network's parts.
 * @param options What was asked for, the encoder that it began from, the share of held-out labels that
 * it has right, and where it comes from.
 * @returns Tensors and manifest.
 */
export function fineTunedEncoder(
  exported: ExportedClassifier,
  options: {
    request: FineTuningRequest;
    start: LoadedEncoder;
    accuracy: number | null;
    lineage: Lineage;
  },
): { tensors: NamedTensors; manifest: ManifestInput } {
  const { request, start: { manifest: before }, accuracy, lineage } = options;
  const { tensors, head } = exported.encoder;
  const { architecture, inputSize, preprocessing, dimension } = before;
  return {
    tensors,
    manifest: {
      ...{ architecture, inputSize, preprocessing, dimension },
      ...(head ? { head } : {}),
      configuration: { ...request.hyperparameters },
      metrics: { accuracy },
      lineage,
      lookalikeVersion: VERSION,
    },
  };
}

/** What a fine-tuned network says of held-out labels, and the temperature that calibrates it. */
export type HeldOutMetrics = Pick<ClassifierInput, "metrics" | "temperature">;

/**
 * Judges a fine-tuned network by the labels that were held out. The temperature is fitted to the same
 * ones, a single number to all of them, so that the calibration error is a little kind.
 *
 * @param trained The network, and what it says of the images that judge.
 * @param judging These, which may be none.
 * @returns The metrics, and T; 1 where nothing judges.
 */
export function heldOutMetrics(
  { probabilities }: TrainedClassifier,
  { labels, classes: { length: classes } }: LabelledDataset,
): HeldOutMetrics {
  const temperature = labels.length === 0 ? 1 : scaleTemperature(probabilities, { labels });
  const judged = { labels, classes, temperature, by: "held-out" } as const;
  return { temperature, metrics: classifierMetrics(probabilities, judged) };
}

/**
 * The classifier on a fine-tuned encoder, as its store takes it.
 *
 * @param parameters What it computes with.
 * @param options What was asked for, the encoder as it is saved, how it was judged, the images that
 * taught, what is to be warned of beside few labels, and where it comes from.
 * @returns All that is said of it.
 */
export function fineTunedClassifier(
  parameters: LinearParameters,
  options: {
    request: FineTuningRequest;
    encoder: Manifest;
    heldOut: HeldOutMetrics;
    taught: LabelledDataset;
    warnings: string[];
    lineage: Lineage;
  },
): ClassifierInput {
  const { request, encoder, heldOut, taught: { classes, labels }, lineage } = options;
  const examples = classes.map((_, label) => labels.filter((own) => own === label).length);
  const judged = heldOut.metrics.count;
  return {
    ...{ encoder: referenceOf(encoder), layer: request.layer, dimension: parameters.mean.length },
    ...{ classes, l2: null, examples, lineage, ...heldOut },
    warnings: [...warningsOf({ classes, examples, judged }), ...options.warnings],
  };
}

function warningsOf(counts: Parameters<typeof fewLabelsWarnings>[0]): string[] {
  if (counts.judged > 0) return fewLabelsWarnings(counts);
  const nothing = "No labels were held out: how good the classifier is is not known.";
  return [...fewLabelsWarnings({ ...counts, judged: Infinity }), nothing];
}
