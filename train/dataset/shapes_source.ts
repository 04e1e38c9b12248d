import { sha256 } from "../../src/files.ts";
import { drawShape, SHAPE_CLASSES } from "./shapes.ts";
import type { ImageSource } from "./source.ts";

/** The source that is drawn rather than read. */
export const SHAPES = "shapes";

/** Pictures a class where no other number is asked for. */
const PER_CLASS = { train: 500, test: 100 };

/** Pictures drawn between two looks at the clock and the keyboard. */
const AT_ONCE = 32;

/** Changes when the same seed draws other pictures. */
const DRAWING_VERSION = 1;

/**
 * Ten classes of drawn shapes, 500 for training and 100 for testing of each, or more where more are
 * asked for; the first ones stay the same.
 *
 * @param options The seed of the drawings, and how many of a class will be asked for, in which split.
 * @returns The source, with names like `train/circle/0000`.
 */
export function shapesSource(
  options: { seed: number; split?: "train" | "test"; imagesPerClass?: number },
): ImageSource {
  const { seed, split: wanted, imagesPerClass = 0 } = options;
  const counts = { ...PER_CLASS };
  for (const split of wanted ? [wanted] : ["train", "test"] as const) {
    counts[split] = Math.max(counts[split], imagesPerClass);
  }
  const pictures = (["test", "train"] as const).flatMap((split) =>
    SHAPE_CLASSES.flatMap((shape) =>
      Array.from({ length: counts[split] }, (_, index) => ({
        name: `${split}/${shape}/${String(index).padStart(4, "0")}`,
        picture: { shape, split, index, seed },
      }))
    )
  );
  return {
    name: SHAPES,
    total: pictures.length,
    stamp: () => Promise.resolve(null),
    content: () => Promise.resolve(sha256(JSON.stringify([DRAWING_VERSION, seed, counts]))),
    names: () => Promise.resolve(pictures.map(({ name }) => name)),
    async *images({ side }) {
      for (const [at, { name, picture }] of pictures.entries()) {
        if (at % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
        yield { name, pixels: () => Promise.resolve(drawShape({ ...picture, side })) };
      }
    },
  };
}
