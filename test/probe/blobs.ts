import type { Examples } from "../../src/probe/examples.ts";
import { random } from "../../src/random.ts";

/**
 * Noisy blobs, one a class, that overlap.
 *
 * @param count N.
 * @param options Sizes, the spread of the noise in units of the centres', and which noise is drawn;
 * the centres do not depend on `seed`.
 * @returns N examples, the classes in turn.
 */
export function blobs(
  count: number,
  options: { dimension: number; classes: number; noise?: number; seed?: number },
): Examples {
  const { dimension, classes, noise = 1, seed = 1 } = options;
  const centre = random(0);
  const centres = Float64Array.from({ length: classes * dimension }, () => centre.normal());
  const source = random(1, seed);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const features = Float32Array.from(
    { length: count * dimension },
    (_, i) =>
      centres[labels[Math.floor(i / dimension)] * dimension + i % dimension] +
      noise * source.normal(),
  );
  return { features, labels };
}
