import type { Examples, ExampleShape } from "../../src/probe/examples.ts";

/** 128 numbers of each of 400 photographs, 40 of each class in turn, as test/golden says. */
const SHAPE = { dimension: 128, classes: 10 };
const PER_CLASS = 40;

/**
 * What an encoder trained on CIFAR-10 makes of some of its test photographs: vectors at length 1, whose
 * classes a linear probe tells apart half the time.
 *
 * @returns 400 examples, 40 of each of 10 classes, class after class.
 */
export async function embeddings(): Promise<Examples & ExampleShape> {
  const { dimension, classes } = SHAPE;
  const path = new URL("../golden/logistic_regression.embeddings.npy", import.meta.url);
  const file = await Deno.readFile(path);
  const steps = file.subarray(file.length - classes * PER_CLASS * dimension); // behind NumPy's header
  const lengths = Array.from(
    { length: classes * PER_CLASS },
    (_, row) => Math.hypot(...steps.subarray(row * dimension, (row + 1) * dimension)),
  );
  return {
    features: Float32Array.from(steps, (step, i) => step / lengths[Math.floor(i / dimension)]),
    labels: Int32Array.from(lengths, (_, row) => Math.floor(row / PER_CLASS)),
    ...SHAPE,
  };
}
