/** Pictures and readings for the tests of augmentation. */
import { assert, assertEquals } from "@std/assert";
import { random } from "../../../src/random.ts";
import { tf } from "../../../src/tensorflow/mod.ts";

/** Pictures in rows, channels last: `[M, H, W, 3]`. */
export interface Pictures {
  data: Float32Array;
  shape: [count: number, height: number, width: number, colours: 3];
}

/**
 * Pictures of noise.
 *
 * @param shape `[M, H, W, 3]`.
 * @param options What the largest value is, whether they are whole, and what decides them.
 * @returns The pictures.
 */
export function noise(
  shape: Pictures["shape"],
  options: { largest: 1 | 255; seed: number },
): Pictures {
  const { largest, seed } = options;
  const source = random(seed, 5);
  const size = shape.reduce((product, length) => product * length, 1);
  const value = () => largest === 255 ? source.below(256) : source.next();
  return { data: Float32Array.from({ length: size }, value), shape };
}

/**
 * Runs ops on the device and reads the result.
 *
 * @param compute Gives the tensor.
 * @returns Its numbers.
 */
export async function read(compute: () => tf.Tensor): Promise<Float32Array> {
  const result = tf.tidy(compute);
  const numbers = await result.data() as Float32Array;
  result.dispose();
  return numbers;
}

/**
 * Fails if two lists differ by more than a bound anywhere.
 *
 * @param actual Numbers.
 * @param expected As many.
 * @param bound The largest difference allowed.
 */
export function assertNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: number,
): void {
  assertEquals(actual.length, expected.length);
  for (let at = 0; at < actual.length; at++) {
    const isNear = Math.abs(actual[at] - expected[at]) <= bound;
    assert(isNear, `${actual[at]} at ${at}, but ${expected[at]} is expected`);
  }
}

/**
 * The mean of numbers.
 *
 * @param numbers At least one.
 * @returns Their mean.
 */
export function mean(numbers: ArrayLike<number>): number {
  return Array.from(numbers).reduce((sum, number) => sum + number, 0) / numbers.length;
}

/**
 * How far two lists of numbers go together.
 *
 * @param a Numbers, not all the same.
 * @param b As many.
 * @returns Pearson's coefficient, from −1 to 1; near 0 if they are independent.
 */
export function correlation(a: Float32Array, b: Float32Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: Float32Array, y: Float32Array, [mx, my]: [number, number]) =>
    mean(x.map((value, at) => (value - mx) * (y[at] - my)));
  const spread = product(a, a, [meanA, meanA]) * product(b, b, [meanB, meanB]);
  return product(a, b, [meanA, meanB]) / Math.sqrt(spread);
}

/**
 * So many pictures that are all the same.
 *
 * @param count How many.
 * @param picture One picture, `[1, H, W, 3]`.
 * @returns `[count, H, W, 3]`.
 */
export function copies(count: number, picture: Pictures): Pictures {
  const { data, shape: [, height, width] } = picture;
  const repeated = Float32Array.from(
    { length: count * data.length },
    (_, at) => data[at % data.length],
  );
  return { data: repeated, shape: [count, height, width, 3] };
}

/**
 * Parts the numbers of views.
 *
 * @param numbers `[M, S, S, 3]`, one after the other.
 * @param count M.
 * @returns A list a view.
 */
export function viewsIn(numbers: Float32Array, count: number): Float32Array[] {
  const length = numbers.length / count;
  return Array.from(
    { length: count },
    (_, view) => numbers.slice(view * length, (view + 1) * length),
  );
}

/**
 * Counts views that differ.
 *
 * @param views Their numbers.
 * @returns How many kinds there are.
 */
export function distinct(views: Float32Array[]): number {
  return new Set(views.map((view) => view.join())).size;
}
