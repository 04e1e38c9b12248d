import { assert } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { archiveSource } from "../../../train/dataset/archive_source.ts";
import { OWN_IMAGE_LIMITS } from "../../../train/dataset/mod.ts";
import type { LabelledDataset } from "../../../train/evaluate/mod.ts";
import { trainClassifier } from "../../../train/fine_tune/mod.ts";
import { realImages } from "../../real_images.ts";
import { inMemory } from "./in_memory.ts";

await startTensorFlow({ device: "cpu" });

const images = await realImages();
const skip = "skip" in images ? ` (skipped: ${images.skip})` : "";
const SIDE = 16;
const CLASSES = ["frog", "ship"];
const COUNTS = { train: 80, test: 60 };

/** The first photographs of frogs and ships in an archive, a few of each. */
async function frogsAndShips(path: string): Promise<Record<"train" | "test", LabelledDataset>> {
  const found: Record<string, Uint8Array[]> = {};
  const source = archiveSource(path).images({ side: SIDE, limits: OWN_IMAGE_LIMITS });
  for await (const { name, pixels } of source) {
    const [split, label] = name.split("/") as ["train" | "test", string];
    const group = found[`${split}/${label}`] ??= [];
    if (CLASSES.includes(label) && group.length < COUNTS[split]) group.push(await pixels());
  }
  const dataset = (split: "train" | "test") =>
    inMemory(CLASSES.map((label) => found[`${split}/${label}`]), { side: SIDE, classes: CLASSES });
  return { train: dataset("train"), test: dataset("test") };
}

Deno.test({
  name: `from scratch, photographs of frogs and ships are soon told apart${skip}`,
  ignore: skip !== "",
  fn: async () => {
    const { path } = images as { path: string };
    const { top1 } = await trainClassifier({
      architecture: { family: "resnet18", stem: "cifar", widthMultiplier: 0.0625 },
      tensors: null,
      ...await frogsAndShips(path),
      epochs: 10,
      batchSize: 20,
      learningRate: 0.5,
      cropArea: 0.5,
    });
    assert(top1 > 0.75, `${top1} of 120 photographs, where chance has half`); // 5 σ above it
  },
});
