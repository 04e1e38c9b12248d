import { random } from "../../../src/random.ts";
import type { LabelledDataset } from "../../../train/evaluate/mod.ts";
import { inMemory } from "./in_memory.ts";

const CLASSES = ["red", "green", "blue"];
const SIDE = 8;

/**
 * Noisy images of one colour a class, which crops and flips leave as they are: easily learnt.
 *
 * @param count How many, as many of each of three classes.
 * @param options Which noise is drawn.
 * @returns The images, in memory.
 */
export function colouredImages(count: number, options: { seed?: number } = {}): LabelledDataset {
  const source = random(11, options.seed ?? 0);
  const groups = CLASSES.map((_, label) =>
    Array.from({ length: count / CLASSES.length }, () =>
      Uint8Array.from(
        { length: SIDE * SIDE * 3 },
        (_, at) => (at % 3 === label ? 120 : 60) + source.below(80),
      ))
  );
  return inMemory(groups, { side: SIDE, classes: CLASSES });
}
