import { cifar10Resnet18, cifar10Resnet50 } from "./cifar10.ts";
import { cifar10Small } from "./cifar10_small.ts";
import { imagenetResnet50, imagenetResnet50x2, imagenetResnet50x4 } from "./imagenet.ts";
import type { Preset } from "./preset.ts";
import { quickstart } from "./quickstart.ts";

/** All presets by name. */
export const PRESETS: Record<string, Preset> = {
  "quickstart": quickstart,
  "cifar10-small": cifar10Small,
  "cifar10-resnet18": cifar10Resnet18,
  "cifar10-resnet50": cifar10Resnet50,
  "imagenet-resnet50": imagenetResnet50,
  "imagenet-resnet50-2x": imagenetResnet50x2,
  "imagenet-resnet50-4x": imagenetResnet50x4,
};
