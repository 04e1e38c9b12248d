import type { Alias } from "../encoders/aliases.ts";

/** How a classifier decides: by a linear layer, or by its examples that are nearest. */
export type ClassifierKind = "linear" | "knn";

/** What a classifier computes with; `kind` says which of the two. */
export type ClassifierParameters = LinearParameters | KnnParameters;

/** logits = ((x − mean) / std) · weights + bias, of h at length 1. */
export interface LinearParameters {
  kind: "linear";
  /** float32 `[F]`. */
  mean: Float32Array;
  /** float32 `[F]`. */
  std: Float32Array;
  /** float32 `[F, C]`. */
  weights: Float32Array;
  /** float32 `[C]`. */
  bias: Float32Array;
}

/** The examples themselves; the `k` most similar vote with weight exp(s / τ). */
export interface KnnParameters {
  kind: "knn";
  /** Vectors of length 1, float32 `[N, F]`. */
  examples: Float32Array;
  /** Their classes, int32 `[N]`. */
  labels: Int32Array;
  k: number;
  temperature: number;
}

/** How good a classifier is, and by which examples that is known. */
export interface ClassifierMetrics {
  /**
   * `cross-validation`: each example judged by a fit without it. `held-out`: examples that the
   * training never saw.
   */
  by: "cross-validation" | "held-out";
  /** How many examples were judged. */
  count: number;
  /** Share whose most probable class is right, 0 to 1; null where none could be judged. */
  accuracy: number | null;
  /** Standard error of that share: √(p(1 − p) / count). */
  standardError: number | null;
  /** Expected calibration error after temperature scaling (15 bins), 0 to 1. */
  calibrationError: number | null;
  /** The same before it. */
  uncalibratedError: number | null;
  /** Mean −ln p of the right class after temperature scaling, in nats. */
  crossEntropy: number | null;
  /** Counts: C rows, one a true class, of C columns, one a predicted class. */
  confusion: number[][];
  /** Recall by class; null for a class of which none was judged. */
  recall: (number | null)[];
}

/** What is said of a classifier when it is saved; the store adds the rest. */
export interface ClassifierInput {
  /** What makes the vectors that it takes, `NAME@VERSION`. */
  encoder: string;
  /** 0 for h, or the layer of that encoder's projection head, from 1. */
  layer: number;
  /** F. */
  dimension: number;
  /** The classes' names, in the order of every list by class. */
  classes: string[];
  /** Logits are divided by it before softmax, so that probabilities are calibrated. */
  temperature: number;
  /** λ of a linear probe; null for others. */
  l2: number | null;
  /** How many examples of each class it learnt from. */
  examples: number[];
  metrics: ClassifierMetrics;
  /** Plain sentences on what these metrics cannot tell, as where labels are few. */
  warnings: string[];
  /** Whence it came: `job`, `collection`, `startedFrom`, `method` and so on. */
  lineage: Record<string, unknown>;
}

/** A saved classifier: all but its numbers. */
export interface ClassifierManifest extends ClassifierInput {
  formatVersion: 1;
  name: string;
  /** "1", "2" and so on. */
  version: string;
  kind: ClassifierKind;
  /** ISO 8601. */
  createdAt: string;
  parameters: { file: string; bytes: number; sha256: string };
  lookalikeVersion: string;
}

/** A classifier that can be used. */
export interface Classifier {
  manifest: ClassifierManifest;
  parameters: ClassifierParameters;
}

/**
 * Classifiers on disk: immutable versions under names, and aliases of them, as encoders are kept.
 * Every classifier takes vectors at length 1, whatever made it, so that images, vectors, and items of
 * a collection are all the same to it. Writers may be several processes.
 */
export interface ClassifierStore {
  /**
   * Saves a new version, whole or not at all.
   *
   * @throws {LookalikeError} `invalid_input` if the name or the numbers cannot be; `unavailable` if
   * the disk is full.
   */
  save(input: {
    name: string;
    classifier: ClassifierInput;
    parameters: ClassifierParameters;
  }): Promise<ClassifierManifest>;
  /**
   * The version that a text means.
   *
   * @param classifier An alias, `NAME` for its newest version, or `NAME@VERSION`.
   * @throws {LookalikeError} `not_found`, with param `classifier`.
   */
  resolve(classifier: string): Promise<string>;
  /**
   * Loads a version and checks it whole; those used last are kept in memory.
   *
   * @throws {LookalikeError} `not_found`; `damaged` if a file is not as it was written.
   */
  load(classifier: string): Promise<Classifier>;
  /** All versions, by name, the oldest first; the damaged ones with their reason. */
  list(): Promise<
    { manifests: ClassifierManifest[]; damaged: { reference: string; reason: string }[] }
  >;
  /**
   * Removes a version for good; its number is not given again.
   *
   * @param reference `NAME@VERSION`.
   * @throws {LookalikeError} `conflict` while an alias points to it; `not_found`; `invalid_input`.
   */
  remove(reference: string): Promise<void>;
  aliases(): Promise<Alias[]>;
  /** @throws {LookalikeError} `conflict` if a classifier has that name; `not_found`. */
  setAlias(alias: string, classifier: string): Promise<Alias>;
  /** @throws {LookalikeError} `not_found`. */
  removeAlias(alias: string): Promise<void>;
  /** Deletes what crashes left half written or half removed. */
  sweep(): Promise<void>;
}
