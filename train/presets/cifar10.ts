import type { Preset } from "./preset.ts";

/** The paper's recipe for CIFAR-10 (arXiv 2002.05709 §B.9), on ResNet-18: for a GPU. */
export const cifar10: Preset = {
  summary: "ResNet-18 at width 1 on CIFAR-10, 1,000 epochs, as in the paper's appendix B.9",
  configuration: {
    epochs: 1000,
    batchSize: 512,
    learningRate: 1,
    weightDecay: 1e-4,
    probeEvery: 10,
  },
};
