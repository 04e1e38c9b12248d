/** Numbers that look random and are a function of their seed alone, the same on every machine. */
export interface Random {
  /** The next number, uniform in [0, 1), with 32 random bits. */
  next(): number;
  /** The next whole number, uniform in [0, n). */
  below(n: number): number;
  /** The next number of the standard normal distribution (Box–Muller). */
  normal(): number;
}

/** 2³² over the golden ratio, odd: multiples of it are spread evenly. */
const GOLDEN = 0x9e3779b9;

/**
 * A generator seeded by any list of whole numbers, such as (seed, epoch).
 *
 * The state advances by SplitMix32's odd constant and is mixed by MurmurHash3's 32-bit finaliser,
 * so that neighbouring seeds give unrelated streams.
 *
 * @param seeds Whole numbers; their order matters.
 * @returns A generator whose stream is a function of `seeds` alone.
 *
 * @example
 * ```ts
 * import { random } from "./random.ts";
 * console.assert(random(7, 1).next() === random(7, 1).next());
 * ```
 */
export function random(...seeds: number[]): Random {
  let state = GOLDEN;
  for (const seed of seeds) {
    const high = Math.imul(mix(Math.floor(seed / 2 ** 32) | 0), GOLDEN); // unlike the low half
    state = mix(state ^ mix(seed | 0) ^ high);
  }
  const word = () => {
    state = (state + GOLDEN) | 0;
    return mix(state) >>> 0;
  };
  const next = () => word() / 2 ** 32;
  return {
    next,
    below: (n) => Math.floor(next() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/**
 * The order in which an epoch visits its images: a permutation of 0 … count − 1 (Fisher–Yates).
 *
 * @param count How many there are.
 * @param seeds Whole numbers, such as (seed, epoch).
 * @returns int32 `[count]`.
 */
export function permutation(count: number, ...seeds: number[]): Int32Array<ArrayBuffer> {
  const source = random(...seeds);
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const pick = source.below(last + 1);
    [order[last], order[pick]] = [order[pick], order[last]];
  }
  return order;
}

function mix(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
