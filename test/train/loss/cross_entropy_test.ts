import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { onDevice, PLAIN } from "./on_device.ts";
import { projections } from "./oracle.ts";

await startTensorFlow({ device: "cpu" });

const CROSS_ENTROPY = { ...PLAIN, loss: "cross-entropy" as const };
const of = (z: number[][], labels: number[]) => onDevice(z, { ...CROSS_ENTROPY, labels });

Deno.test("cross-entropy is ln C where no class stands out, at any offset", async () => {
  for (const offset of [0, 100, -1e4]) {
    const z = Array.from({ length: 6 }, () => [offset, offset, offset, offset]);
    assertAlmostEquals((await of(z, [0, 3, -1])).loss, Math.log(4), 1e-6);
  }
});

Deno.test("cross-entropy neither overflows nor loses what is far from certain", async () => {
  const z = [[1000, 0], [0, 1000], [1000, 0], [0, 1000]];
  assertEquals((await of(z, [0, 1])).loss, 0);
  assertEquals((await of(z, [1, 0])).loss, 1000);
});

Deno.test("both views of an image have its label, and each counts once", async () => {
  const z = [[2, 0], [0, 0], [0, 1], [0, 0]]; // the views of image 0 are rows 0 and 2
  const first = Math.log1p(Math.exp(-2));
  const second = Math.log1p(Math.exp(1));
  assertAlmostEquals((await of(z, [0, -1])).loss, (first + second) / 2, 1e-6);
});

Deno.test("images without a label neither count nor learn", async () => {
  const z = projections(8, 3, 1);
  const { loss, gradient } = await of(z, [2, -1, 0, -1]);
  const known = [0, 2, 4, 6].map((row) => z[row]);
  assertAlmostEquals(loss, (await of(known, [2, 0])).loss, 1e-6);
  for (const row of [1, 3, 5, 7]) {
    assertEquals(gradient.slice(3 * row, 3 * row + 3).map(Math.abs), [0, 0, 0]);
  }
  for (const row of [0, 2, 4, 6]) {
    assert(gradient.slice(3 * row, 3 * row + 3).some((slope) => Math.abs(slope) > 0.01));
  }
});

Deno.test("a batch in which no label is known has a loss of 0 and no slope", async () => {
  const { loss, gradient } = await of(projections(4, 3, 2), [-1, -1]);
  assertEquals(loss, 0);
  assertEquals(gradient.filter((slope) => slope !== 0), []);
});

Deno.test("cross-entropy is of logits as they are: neither normalised nor over a temperature", async () => {
  const z = projections(4, 3, 3);
  const plain = await of(z, [0, 1]);
  const options = { ...CROSS_ENTROPY, labels: [0, 1], temperature: 0.01, normalize: false };
  assertEquals(await onDevice(z, options), plain);
});

Deno.test("a label for which there is no logit is refused rather than ignored", async () => {
  const refused = await assertRejects(() => of(projections(4, 3, 4), [0, 3]), LookalikeError);
  assert(refused.message.includes("label value of 3"), refused.message);
});
