import { random } from "../../src/random.ts";

/** Images, each gone through one of several transformations, and which. */
export interface TransformedImages {
  /** uint8 `[N, S, S, 3]`. */
  pixels: Uint8Array;
  /** Which transformation each went through, int32 `[N]`. */
  labels: Int32Array;
}

/** What an image can go through, to be told from features (arXiv 2002.05709 §4.2, table 3). */
export type Transformation = "rotation" | "grayscale";

/** How many each has: turns by 0°, 90°, 180°, 270°; in colour or not. */
export const TRANSFORMATION_CLASSES: Readonly<Record<Transformation, number>> = {
  rotation: 4,
  grayscale: 2,
};

/** ITU-R BT.601, as the augmentation has it. */
const LUMA = [0.2989, 0.587, 0.114];

/**
 * Sends each image through one of a transformation's classes, drawn evenly.
 *
 * @param pixels uint8 `[N, side, side, 3]`.
 * @param options The transformation, the side, and the seed that decides which image goes through which.
 * @returns The images and their classes.
 */
export function transformed(
  pixels: Uint8Array,
  options: { transformation: Transformation; side: number; seed: number },
): TransformedImages {
  const { transformation, side, seed } = options;
  const bytes = side * side * 3;
  const source = random(seed, transformation.length);
  const classes = TRANSFORMATION_CLASSES[transformation];
  const labels = Int32Array.from(
    { length: pixels.length / bytes },
    () => source.below(classes),
  );
  const result = new Uint8Array(pixels.length);
  labels.forEach((label, image) => {
    const from = pixels.subarray(image * bytes, (image + 1) * bytes);
    const to = result.subarray(image * bytes, (image + 1) * bytes);
    if (transformation === "rotation") turn(from, to, { side, quarters: label });
    else if (label === 1) gray(from, to);
    else to.set(from);
  });
  return { pixels: result, labels };
}

/** Turns an image counterclockwise by quarters. */
function turn(
  from: Uint8Array,
  to: Uint8Array,
  { side, quarters }: { side: number; quarters: number },
): void {
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let [row, column] = [y, x];
      for (let turn = 0; turn < quarters; turn++) [row, column] = [column, side - 1 - row];
      const source = (row * side + column) * 3;
      to.set(from.subarray(source, source + 3), (y * side + x) * 3);
    }
  }
}

function gray(from: Uint8Array, to: Uint8Array): void {
  for (let pixel = 0; pixel < from.length; pixel += 3) {
    to.fill(
      LUMA.reduce((sum, weight, channel) => sum + weight * from[pixel + channel], 0),
      pixel,
      pixel + 3,
    );
  }
}
