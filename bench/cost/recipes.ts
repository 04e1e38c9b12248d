import { PRESETS } from "../../train/presets/mod.ts";

/** A published recipe, and what its cost depends on beside its configuration. */
export interface Recipe {
  preset: keyof typeof PRESETS;
  /** Images of the training set that the paper used. */
  images: number;
  /**
   * Shares of the GPU's peak that its convolutions may reach, least and most: an assumption, for which
   * docs/cost.md gives the reasons.
   */
  utilisation: [least: number, most: number];
}

/** The published recipes of arXiv 2002.05709 (§B.9, and table 6) and of its reference implementation. */
export const RECIPES: Recipe[] = [
  { preset: "cifar10-resnet18", images: 50_000, utilisation: [0.05, 0.15] },
  { preset: "cifar10-resnet50", images: 50_000, utilisation: [0.05, 0.15] },
  { preset: "imagenet-resnet50", images: 1_281_167, utilisation: [0.1, 0.2] },
  { preset: "imagenet-resnet50-2x", images: 1_281_167, utilisation: [0.15, 0.3] },
  { preset: "imagenet-resnet50-4x", images: 1_281_167, utilisation: [0.2, 0.4] },
];
