import { dot } from "./vector.ts";

/** The space that some rows span, and where in it they lie. */
export interface RowSpace {
  /** R, how many directions it has; 1 for rows that are all zeros. */
  rank: number;
  /** Directions of length 1, at right angles, float32 `[R, F]`. */
  basis: Float32Array;
  /** The rows in these directions, float32 `[N, R]`: their inner products are those of the rows. */
  coordinates: Float32Array;
}

/** A row that is nearer than this share of its length to those before it adds no direction. */
const NEAR = 1e-6;

/** So many multiplications are done before others may use the event loop: some 10 ms. */
const WORK = 1e7;

/**
 * Finds the space that rows span, by modified Gram–Schmidt in float64.
 *
 * @param rows float32 `[N, F]`.
 * @param dimension F.
 * @returns The space; R is N at most.
 */
export async function rowSpace(rows: Float32Array, dimension: number): Promise<RowSpace> {
  const count = rows.length / dimension;
  const basis: Float64Array[] = [];
  const parts: number[][] = [];
  let work = 0;
  for (let row = 0; row < count; row++) {
    const rest = Float64Array.from(rows.subarray(row * dimension, (row + 1) * dimension));
    const length = Math.sqrt(dot(rest, rest));
    const part = basis.map((direction) => {
      const share = dot(rest, direction);
      for (let i = 0; i < dimension; i++) rest[i] -= share * direction[i];
      return share;
    });
    const left = Math.sqrt(dot(rest, rest));
    if (left > NEAR * length) {
      basis.push(rest.map((value) => value / left));
      part.push(left);
    }
    parts.push(part);
    work += 2 * basis.length * dimension;
    if (work > WORK) {
      work = 0;
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  const rank = Math.max(1, basis.length);
  const space = {
    rank,
    basis: new Float32Array(rank * dimension),
    coordinates: new Float32Array(count * rank),
  };
  basis.forEach((direction, i) => space.basis.set(direction, i * dimension));
  parts.forEach((part, row) => space.coordinates.set(part, row * rank));
  return space;
}
