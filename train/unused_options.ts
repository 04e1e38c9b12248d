import { LookalikeError } from "../src/errors.ts";
import type { PretrainConfig } from "./config.ts";

/** When a field counts: a sentence's end, and the test. */
type Condition = [when: string, counts: (config: PretrainConfig) => boolean];

const augmentation = (name: string): Condition => [
  `--augmentation lists ${name}`,
  (config) =>
    `${config.augmentation},${config.secondAugmentation ?? ""}`.split(",")
      .some((word) => word.trim() === name),
];
const optimizer = (...names: string[]): Condition => [
  `--optimizer is ${names.join(" or ")}`,
  (config) => names.includes(config.optimizer),
];
const loss = (...names: string[]): Condition => [
  `--loss is ${names.join(" or ")}`,
  (config) => names.includes(config.loss),
];
const stepSchedule: Condition = ["--schedule is step", ({ schedule }) => schedule === "step"];
const nonlinear: Condition = [
  "--projection-head is nonlinear",
  ({ projectionHead }) => projectionHead === "nonlinear",
];

const CONDITIONS: Partial<Record<keyof PretrainConfig, Condition>> = {
  projectionLayers: nonlinear,
  projectionWidth: nonlinear,
  projectionDimension: [
    "there is a projection head",
    ({ projectionHead }) => projectionHead !== "none",
  ],
  temperature: loss("nt-xent", "nt-logistic", "supervised-contrastive", "decoupled-nt-xent"),
  margin: loss("margin-triplet"),
  normalize: ["--loss is not cross-entropy", ({ loss }) => loss !== "cross-entropy"],
  semiHard: loss("nt-logistic", "margin-triplet"),
  labelsPerClass: loss("supervised-contrastive", "cross-entropy"),
  decayEpochs: stepSchedule,
  decayFactor: stepSchedule,
  nesterov: optimizer("sgd"),
  beta2: optimizer("adam", "adamw"),
  epsilon: optimizer("adam", "adamw"),
  trustCoefficient: optimizer("lars"),
  cropArea: augmentation("crop"),
  flipProbability: augmentation("flip"),
  colourStrength: augmentation("colour-jitter"),
  colourProbability: augmentation("colour-jitter"),
  grayscaleProbability: augmentation("grayscale"),
  blurProbability: augmentation("blur"),
  cutoutProbability: augmentation("cutout"),
  cutoutSize: augmentation("cutout"),
  rotationProbability: augmentation("rotate"),
  noiseProbability: augmentation("noise"),
  noiseDeviation: augmentation("noise"),
  sobelProbability: augmentation("sobel"),
};

/**
 * Refuses what was asked for and would change nothing: a person who sets it believes that it does.
 *
 * @param config The resolved configuration.
 * @param before What it is without what was asked for.
 * @throws {LookalikeError} `invalid_input` naming the field and when it counts.
 */
export function refuseUnused(config: PretrainConfig, before: PretrainConfig): void {
  for (const [name, [when, counts]] of Object.entries(CONDITIONS)) {
    const field = name as keyof PretrainConfig;
    if (config[field] === before[field] || config[field] === false || counts(config)) continue;
    throw new LookalikeError(
      "invalid_input",
      `Cannot train with ${field} ${JSON.stringify(config[field])}: it counts only where ${when}.`,
      { param: field },
    );
  }
}
