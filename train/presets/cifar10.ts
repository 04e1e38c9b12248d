import type { Preset } from "./preset.ts";

/** What the CIFAR-10 recipes share (arXiv 2002.05709 §B.9). */
const CIFAR10 = {
  epochs: 1000,
  learningRate: 1,
  weightDecay: 1e-4,
  probeEvery: 10,
};

/** The reference implementation's recipe for ResNet-18, some 91 % in linear evaluation: for a GPU. */
export const cifar10Resnet18: Preset = {
  summary: "ResNet-18 on CIFAR-10, 1,000 epochs, as in the reference implementation",
  configuration: { ...CIFAR10, batchSize: 512 },
};

/** The paper's recipe for ResNet-50 (§B.9), 94.0 % in linear evaluation: for a GPU. */
export const cifar10Resnet50: Preset = {
  summary: "ResNet-50 on CIFAR-10, 1,000 epochs, as in the paper's appendix B.9",
  configuration: { ...CIFAR10, encoder: "resnet50", batchSize: 1024 },
};
