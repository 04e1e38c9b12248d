import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { meanOverTriples } from "../../../train/loss/triples.ts";
import { onDevice, PLAIN } from "./on_device.ts";

await startTensorFlow({ device: "cpu" });

/** Similarities of the views of two images, rows 0 and 2, rows 1 and 3. */
const ALL = [
  [1, 0.9, 0.8, 0.7], // its positive is at 0.8: too close, and the semi-hard one
  [0.9, 1, 0.5, 0.2], // its positive is at 0.2: both are too close
  [0.8, 0.5, 1, 0.6], // both are farther; row 3 is the nearest
  [0.7, 0.2, 0.6, 1], // both are too close
];
/** Numbers by which each triple can be told from the sum. */
const LOSSES = [
  [1, 2, 4, 8],
  [16, 32, 64, 128],
  [256, 512, 1024, 2048],
  [4096, 8192, 16384, 32768],
];

async function meanOf(all: number[][], semiHard: boolean): Promise<number> {
  const mean = tf.tidy(() => {
    const positive = tf.tensor1d(all.map((row, i) => row[(i + row.length / 2) % row.length]));
    const losses = tf.tensor2d(all.map((row, i) => row.map((_, k) => LOSSES[i % 4][k % 4])));
    return meanOverTriples(losses, { all: tf.tensor2d(all), positive }, { semiHard });
  });
  const [value] = await mean.data();
  mean.dispose();
  return value;
}

Deno.test("without mining every negative of an anchor weighs the same, and self and positive nothing", async () => {
  const expected = ((2 + 8) + (16 + 64) + (512 + 2048) + (4096 + 16384)) / 2 / 4;
  assertEquals(await meanOf(ALL, false), expected);
});

Deno.test("semi-hard mining takes the nearest negative of those farther than the positive", async () => {
  assertEquals(await meanOf(ALL, true), (8 + 2048) / 4); // anchors without one add 0
});

Deno.test("a negative as close as the positive is not farther, and of equal ones the first is taken", async () => {
  const equal = [
    [1, 0.5, 0.5, 0.5],
    [0.5, 1, 0.4, 0.9],
    [0.5, 0.4, 1, 0.4],
    [0.5, 0.9, 0.4, 1],
  ];
  assertEquals(await meanOf(equal, true), (0 + 16 + 512 + 4096) / 4);
});

Deno.test("an anchor whose negatives are all closer than its positive neither counts nor learns", async () => {
  // Views lie across the circle from their partners, each beside one of the other image
  const z = [[1, 0], [-0.99, -0.1411], [-1, 0], [0.99, 0.1411]];
  for (const loss of ["margin-triplet", "nt-logistic"] as const) {
    const mined = await onDevice(z, { ...PLAIN, loss, semiHard: true });
    assertEquals(mined.loss, 0);
    assertEquals(mined.gradient.filter((slope) => slope !== 0), []);
    assert((await onDevice(z, { ...PLAIN, loss })).loss > 1, "without mining they count");
  }
});

Deno.test("semi-hard mining leaves the margin to the hinge: beyond it the loss is 0", async () => {
  const z = [[1, 0], [0.6, 0.8], [1, 0.001], [0.6, 0.801]]; // negatives at 0.6, positives at 1
  const of = (margin: number) =>
    onDevice(z, { ...PLAIN, loss: "margin-triplet", semiHard: true, margin });
  assertEquals((await of(0.3)).loss, 0);
  assertAlmostEquals((await of(0.5)).loss, 0.1, 1e-2);
});
