import type { Preset } from "./preset.ts";

/** What `deno task quickstart` trains with: about three minutes on two cores. */
export const quickstart: Preset = {
  summary: "ResNet-18 at width 0.25 on 32×32 pixels, a few minutes on two cores",
  configuration: {
    widthMultiplier: 0.25,
    epochs: 10,
    batchSize: 128,
    optimizer: "sgd",
    learningRate: 0.5,
    warmupEpochs: 1,
    weightDecay: 1e-4,
    knnEvery: 1,
  },
};
