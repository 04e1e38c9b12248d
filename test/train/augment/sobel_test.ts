import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { applySobel, drawSobel } from "../../../train/augment/sobel.ts";
import { assertNear, mean, noise, type Pictures, read } from "./pictures.ts";

await startTensorFlow({ device: "cpu" });

async function filter(pictures: Pictures, applied?: number[]): Promise<Float32Array> {
  const [count] = pictures.shape;
  return await read(() =>
    applySobel(
      tf.tensor4d(pictures.data, pictures.shape),
      tf.tensor1d(applied ?? Array(count).fill(1)),
    )
  );
}

/** Sobel's two filters written out, image by image and colour by colour; beyond the border mirrored. */
function naiveSobel(pictures: Pictures): number[] {
  const [count, height, width] = pictures.shape;
  const mirrored = (place: number, length: number) =>
    place < 0 ? -place : place >= length ? 2 * (length - 1) - place : place;
  const result: number[] = [];
  for (let view = 0; view < count; view++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let colour = 0; colour < 3; colour++) {
          const at = (dx: number, dy: number) => {
            const [column, row] = [mirrored(x + dx, width), mirrored(y + dy, height)];
            return pictures.data[((view * height + row) * width + column) * 3 + colour];
          };
          const across = at(1, -1) + 2 * at(1, 0) + at(1, 1) -
            at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
          const down = at(-1, 1) + 2 * at(0, 1) + at(1, 1) -
            at(-1, -1) - 2 * at(0, -1) - at(1, -1);
          result.push(Math.min(1, Math.hypot(across, down) / 4));
        }
      }
    }
  }
  return result;
}

/** Images of a value by place, alike in all colours. */
function drawn(side: number, value: (x: number, y: number) => number): Pictures {
  const data = Float32Array.from({ length: side * side * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return value(pixel % side, Math.floor(pixel / side));
  });
  return { data, shape: [1, side, side, 3] };
}

Deno.test("edges are those that a textbook finds", async () => {
  for (const shape of [[3, 6, 6, 3], [2, 2, 2, 3], [1, 9, 9, 3]] as Pictures["shape"][]) {
    const pictures = noise(shape, { largest: 1, seed: shape[1] });
    assertNear(await filter(pictures), naiveSobel(pictures), 1e-6);
  }
});

Deno.test("a plain image has no edges, not even at its border", async () => {
  const edges = await filter(drawn(6, () => 0.8));
  assertNear(edges, edges.map(() => 0), 1e-6);
});

Deno.test("an edge from black to white is 1, a half as high one 1/2, and a slope twice its rise", async () => {
  for (const isAcross of [true, false]) {
    for (const height of [1, 0.5]) {
      const edges = await filter(drawn(8, (x, y) => (isAcross ? x : y) < 4 ? 0 : height));
      drawn(8, (x, y) => [3, 4].includes(isAcross ? x : y) ? height : 0).data
        .forEach((expected, at) => assertAlmostEquals(edges[at], expected, 1e-6));
    }
    const slope = await filter(drawn(8, (x, y) => 0.1 * (isAcross ? x : y)));
    assertAlmostEquals(slope[(4 * 8 + 4) * 3], 0.2, 1e-6);
  }
});

Deno.test("each colour has edges of its own", async () => {
  const pictures = drawn(8, (x) => x < 4 ? 0 : 1);
  pictures.data.forEach((_, at) => at % 3 !== 1 && (pictures.data[at] = 0.5)); // an edge in green
  const edges = await filter(pictures);
  assertEquals(edges.some((value, at) => at % 3 !== 1 && value > 1e-6), false);
  assertEquals(Math.max(...edges), 1);
});

Deno.test("views that are not filtered stay as they are, among others that are", async () => {
  const pictures = noise([4, 5, 5, 3], { largest: 1, seed: 5 });
  const views = await filter(pictures, [0, 1, 1, 0]);
  const expected = naiveSobel(pictures);
  for (let view = 0; view < 4; view++) {
    const rows = [view * 75, view * 75 + 75];
    if (view === 1 || view === 2) {
      assertNear(views.slice(...rows), expected.slice(...rows), 1e-6);
    } else assertEquals(views.slice(...rows), pictures.data.slice(...rows));
  }
});

Deno.test("so many views are filtered as the probability says, each by its own draw", async () => {
  const draw = async (probability: number, seed = [5, 6]) =>
    await read(() => drawSobel(10_000, { probability, seed: tf.tensor1d(seed, "int32") }));
  for (const probability of [0, 0.4, 1]) {
    assertAlmostEquals(mean(await draw(probability)), probability, 0.015);
  }
  assertEquals(new Set(await draw(0.4)), new Set([0, 1]));
  assertEquals(await draw(0.4), await draw(0.4));
  assertNotEquals(await draw(0.4), await draw(0.4, [5, 7]));
});
