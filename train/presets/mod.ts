import { cifar10 } from "./cifar10.ts";
import { cifar10Small } from "./cifar10_small.ts";
import type { Preset } from "./preset.ts";
import { quickstart } from "./quickstart.ts";

/** All presets by name. */
export const PRESETS: Record<string, Preset> = {
  "cifar10": cifar10,
  "cifar10-small": cifar10Small,
  "quickstart": quickstart,
};
