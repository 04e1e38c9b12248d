import type { Preset } from "./preset.ts";

/** Ten minutes on two cores: the narrow network that the README's figures are measured with. */
export const cifar10Small: Preset = {
  summary: "ResNet-18 at width 0.25 on 10,000 photographs of 32×32, in ten minutes on two cores",
  configuration: {
    widthMultiplier: 0.25,
    imagesPerClass: 1000,
    epochs: 20,
    optimizer: "sgd",
    learningRate: 0.5,
    warmupEpochs: 1,
    weightDecay: 1e-4,
  },
};
