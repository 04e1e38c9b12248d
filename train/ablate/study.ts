import type { PretrainConfig } from "../config.ts";
import type { LabelBudget } from "../fine_tune/mod.ts";
import type { Figures } from "./figures.ts";
import type { Judgement } from "./judge.ts";
import type { Panel } from "./panel.ts";

/**
 * What is measured of a trained network beyond a linear probe and kNN on h: the probe on a validation
 * part, both on g(h), and how well h and g(h) tell which transformation an image went through.
 */
export type Measure = "validation" | "projection" | "transformations";

/** What trains a classifier on few labels, everything in it moving. */
export interface FineTuning {
  /** From the encoder of the same changes and seed, or from random weights. */
  start: "pretrained" | "scratch";
  /** Of each class, or a share of the images that were pretrained on; a share of 1 is all. */
  labels: LabelBudget;
}

/** One network that a study trains, before seeds and budget are known. */
export interface CellSpec {
  /** What tells it from the study's other cells. */
  label: string;
  /** What differs from the base configuration. */
  changes?: Partial<PretrainConfig>;
  /** Epochs over those of the run; 1 unless told. */
  length?: number;
  /** At most so many seeds; the run's unless told. */
  seeds?: number;
  measures?: Measure[];
  /** Fine-tunes instead of probing. */
  fineTuning?: FineTuning;
}

/** How much of a study is asked for. */
export interface Scale {
  /** Fewer cells, for a run within the hour. */
  quick: boolean;
}

/** A question of the paper, what it found, and how to ask it here. */
export interface Study {
  /** What `--study` calls it. */
  name: string;
  title: string;
  /** Where the paper has it. */
  section: string;
  /** What the paper claims, in a sentence. */
  claim: string;
  /** Where this study leaves the paper's, in sentences; empty if nowhere. */
  departures: string;
  cells(scale: Scale): CellSpec[];
  /** Its figures beside the paper's; what is not measured yet is left empty. */
  panels(figures: Figures): Panel[];
  /** Each claim with a verdict, out of the figures alone. */
  judge(figures: Figures): Judgement[];
}
