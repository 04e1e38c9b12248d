import { LookalikeError } from "../errors.ts";
import { type Examples, type ExampleShape, selectExamples } from "../probe/examples.ts";
import { fewLabelsWarnings } from "../probe/few_labels_warnings.ts";
import { fitKnn } from "../probe/fit_knn.ts";
import { fitProbe } from "../probe/fit_probe.ts";
import { classifierMetrics } from "./classifier_metrics.ts";
import type { ClassifierInput, ClassifierKind, ClassifierParameters } from "./classifiers.ts";

/** What a classifier learns from. */
export interface LabelledVectors {
  /** float32 `[N, F]`, each row of length 1. */
  vectors: Float32Array;
  /** The class of each, `[N]`. */
  labels: string[];
}

/** How a classifier is fitted. */
export interface FitOptions {
  /** What made the vectors, `NAME@VERSION`. */
  encoder: string;
  /** 0 for h, or the layer of the encoder's projection head, from 1. */
  layer: number;
  /** F. */
  dimension: number;
  kind: ClassifierKind;
  /** λ of a linear one; picked by cross-validation unless told. */
  l2?: number;
  /** Whence it comes. */
  lineage: Record<string, unknown>;
  /** Ends the fit: it then throws the signal's reason. */
  signal?: AbortSignal;
}

/** A classifier that is not saved yet. */
export interface FittedClassifier {
  classifier: ClassifierInput;
  parameters: ClassifierParameters;
}

/** What a fit of either kind comes to. */
interface Fitted {
  parameters: ClassifierParameters;
  outOfFold: Float32Array | null;
  judged: Int32Array;
  temperature: number;
  l2: number | null;
}

/**
 * Fits a classifier to a few labelled vectors, with all that a person wants to know of it: how often
 * it is right and how sure, by cross-validation, and where the labels are too few to say.
 *
 * @param examples Vectors and their labels.
 * @param options What made the vectors, and how to fit.
 * @returns The classifier, its classes in the order of their code units, and its numbers.
 * @throws {LookalikeError} `invalid_input` if a number is not finite, sizes do not agree, or all
 * labels are of one class.
 */
export async function fitClassifier(
  { vectors, labels }: LabelledVectors,
  options: FitOptions,
): Promise<FittedClassifier> {
  const { encoder, layer, dimension, kind, lineage } = options;
  const classes = [...new Set(labels)].sort();
  if (classes.length < 2) throw tooFewClasses(classes);
  const places = new Map(classes.map((name, place) => [name, place]));
  const all = { features: vectors, labels: Int32Array.from(labels, (name) => places.get(name)!) };
  const shape = { dimension, classes: classes.length };
  const fit = kind === "linear" ? fitLinear : fitNearest;
  const fitted = await fit(all, { ...options, ...shape });
  const { parameters, outOfFold, judged, temperature, l2 } = fitted;
  const known = outOfFold === null
    ? { features: new Float32Array(), labels: new Int32Array() }
    : selectExamples({ ...all, features: outOfFold }, [...judged]);
  const metrics = classifierMetrics(known.features, {
    labels: known.labels,
    classes: classes.length,
    temperature,
    by: "cross-validation",
  });
  const counts = new Array<number>(classes.length).fill(0);
  for (const label of all.labels) counts[label]++;
  const warnings = fewLabelsWarnings({ classes, examples: counts, judged: metrics.count });
  const made = { encoder, layer, dimension, classes, temperature, l2, examples: counts };
  return { classifier: { ...made, metrics, warnings, lineage }, parameters };
}

async function fitLinear(
  examples: Examples,
  options: ExampleShape & Pick<FitOptions, "l2" | "signal">,
): Promise<Fitted> {
  const { model, ...fitted } = await fitProbe(examples, options);
  const { mean, std, weights, bias } = model;
  return { ...fitted, parameters: { kind: "linear", mean, std, weights, bias } };
}

async function fitNearest(
  examples: Examples,
  options: ExampleShape & Pick<FitOptions, "signal">,
): Promise<Fitted> {
  const { k, temperature, calibration, ...fitted } = await fitKnn(examples, options);
  const { features, labels } = examples;
  return {
    ...fitted,
    temperature: calibration,
    l2: null,
    parameters: { kind: "knn", examples: features, labels, k, temperature },
  };
}

function tooFewClasses(classes: string[]): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot fit a classifier as the labels must be of two classes or more: ${
      classes.length === 0 ? "there are none" : `all are ${classes[0]}`
    }.`,
    { param: "labels" },
  );
}
