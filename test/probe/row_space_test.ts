import { assertAlmostEquals, assertEquals } from "@std/assert";
import { rowSpace } from "../../src/probe/row_space.ts";
import { random } from "../../src/random.ts";

/** All inner products of rows with rows. */
function products(rows: Float32Array, dimension: number): number[] {
  const list = Array.from(
    { length: rows.length / dimension },
    (_, row) => Array.from(rows.subarray(row * dimension, (row + 1) * dimension)),
  );
  return list.flatMap((a) => list.map((b) => a.reduce((sum, value, i) => sum + value * b[i], 0)));
}

Deno.test("coordinates have the rows' inner products, the basis those of the unit vectors", async () => {
  const [count, dimension] = [20, 50];
  const source = random(5);
  const rows = Float32Array.from({ length: count * dimension }, () => source.normal());
  const { rank, basis, coordinates } = await rowSpace(rows, dimension);
  assertEquals(rank, count);
  const own = products(rows, dimension);
  products(coordinates, rank).forEach((p, i) => assertAlmostEquals(p, own[i], 1e-4));
  products(basis, dimension).forEach((p, i) =>
    assertAlmostEquals(p, i % (rank + 1) === 0 ? 1 : 0, 1e-6)
  );
});

Deno.test("rows that add no direction have coordinates all the same", async () => {
  const rows = Float32Array.from([[3, 4, 0], [6, 8, 0], [0, 0, 0], [0, 0, 2]].flat());
  const { rank, basis, coordinates } = await rowSpace(rows, 3);
  assertEquals(rank, 2);
  assertEquals(basis, Float32Array.of(0.6, 0.8, 0, 0, 0, 1));
  assertEquals(coordinates, Float32Array.of(5, 0, 10, 0, 0, 0, 0, 2));
});

Deno.test("rows of zeros have a space of one direction, in which they are zeros", async () => {
  const { rank, coordinates } = await rowSpace(new Float32Array(6), 3);
  assertEquals([rank, coordinates], [1, new Float32Array(2)]);
});
