/** Gaussian blur as a textbook does it: one sum over a window of the plane, in float64. */

/**
 * Blurs one image. Pixels beyond the border do not count.
 *
 * @param pixels `[S · S · 3]`.
 * @param options The image's side, σ in pixels, and how many pixels on either side the kernel reaches.
 * @returns The blurred image.
 */
export function naiveBlur(
  pixels: ArrayLike<number>,
  options: { side: number; deviation: number; radius: number },
): number[] {
  const { side, deviation, radius } = options;
  const result: number[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let colour = 0; colour < 3; colour++) {
        const sums = { weight: 0, value: 0 };
        for (let v = Math.max(0, y - radius); v <= Math.min(side - 1, y + radius); v++) {
          for (let u = Math.max(0, x - radius); u <= Math.min(side - 1, x + radius); u++) {
            const weight = Math.exp(-((u - x) ** 2 + (v - y) ** 2) / (2 * deviation ** 2));
            sums.weight += weight;
            sums.value += weight * pixels[(v * side + u) * 3 + colour];
          }
        }
        result.push(sums.value / sums.weight);
      }
    }
  }
  return result;
}
