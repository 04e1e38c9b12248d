import type { Preset } from "./preset.ts";

/**
 * What `deno task quickstart` trains with. Crops show at least a third of the image and colours change
 * strongly: a run of minutes has no time to learn what crops of 8 % have in common, and would take
 * colours, which are easier, for what counts.
 */
export const quickstart: Preset = {
  summary: "ResNet-18 at width 0.25 on 32×32 pixels, a few minutes on two cores",
  configuration: {
    widthMultiplier: 0.25,
    epochs: 12,
    batchSize: 128,
    optimizer: "sgd",
    learningRate: 0.5,
    warmupEpochs: 1,
    weightDecay: 1e-4,
    cropArea: 0.35,
    colourStrength: 1,
    grayscaleProbability: 0.3,
    probeEvery: 1,
  },
};
