import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { applyRotation, drawRotation } from "../../../train/augment/rotation.ts";
import { mean, noise, type Pictures, read } from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

async function turn(pictures: Pictures, turns: number[]): Promise<Float32Array> {
  return await read(() =>
    applyRotation(tf.tensor4d(pictures.data, pictures.shape), tf.tensor1d(turns, "int32"))
  );
}

/** Turned counter-clockwise: the pixel at (x, y) comes from where it was before, turn by turn. */
function naiveTurn(pictures: Pictures, turns: number[]): Float32Array {
  const [, side] = pictures.shape;
  return pictures.data.map((_, at) => {
    const pixel = Math.floor(at / 3);
    const view = Math.floor(pixel / side ** 2);
    let [x, y] = [pixel % side, Math.floor(pixel / side) % side];
    for (let quarter = 0; quarter < turns[view]; quarter++) [x, y] = [side - 1 - y, x];
    return pictures.data[((view * side + y) * side + x) * 3 + at % 3];
  });
}

async function draw(probability: number, seed = [6, 7]): Promise<Float32Array> {
  return await read(() => {
    const turns = drawRotation(20_000, { probability, seed: tf.tensor1d(seed, "int32") });
    return turns.cast("float32");
  });
}

Deno.test("views turn as a textbook turns them, each by its own angle", async () => {
  for (const side of [1, 2, 5, 8]) {
    const pictures = noise([7, side, side, 3], { largest: 1, seed: side });
    const turns = [3, 0, 1, 2, 2, 1, 3];
    assertEquals(await turn(pictures, turns), naiveTurn(pictures, turns));
  }
});

Deno.test("a quarter turn brings the right edge to the top", async () => {
  const data = Float32Array.from([1, 2, 3, 4].flatMap((value) => [value, value, value])); // 1 2 / 3 4
  const turned = await turn({ data, shape: [1, 2, 2, 3] }, [1]);
  assertEquals([0, 3, 6, 9].map((at) => turned[at]), [2, 4, 1, 3]);
});

Deno.test("views come back in four quarter turns, and a batch may hold one angle alone", async () => {
  const pictures = noise([3, 6, 6, 3], { largest: 1, seed: 9 });
  let data = pictures.data;
  for (let quarter = 0; quarter < 4; quarter++) {
    const next = await turn({ ...pictures, data }, [1, 1, 1]);
    assertNotEquals(next, data);
    data = next;
  }
  assertEquals(data, pictures.data);
  assertEquals(await turn(pictures, [0, 0, 0]), pictures.data);
});

Deno.test("three views in four are turned, by 90°, 180° and 270° equally often", async () => {
  const turns = await draw(0.75);
  const counts = [0, 1, 2, 3].map((quarters) => turns.filter((turn) => turn === quarters).length);
  assertEquals(counts.reduce((sum, count) => sum + count), 20_000);
  const chiSquare = counts.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0);
  assert(chiSquare < 16.3, `χ² is ${chiSquare}, and 16.3 or more one time in a thousand`);
  const [before, after] = [turns.slice(0, -1), turns.slice(1)];
  const repeats = before.map((turn, view) => turn === after[view] ? 1 : 0);
  assertAlmostEquals(mean(repeats), 1 / 4, 0.015); // neighbours draw for themselves
});

Deno.test("a probability of 0 turns nothing, one of 1 everything; a seed says which", async () => {
  assertEquals(new Set(await draw(0)), new Set([0]));
  assertEquals(new Set(await draw(1)), new Set([1, 2, 3]));
  assertEquals(await draw(0.5), await draw(0.5));
  assertNotEquals(await draw(0.5), await draw(0.5, [6, 8]));
});
