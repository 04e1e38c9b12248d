import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { marginTriplet } from "../../../train/loss/margin_triplet.ts";
import { onDevice, PLAIN } from "./on_device.ts";

await startTensorFlow({ device: "cpu" });

const TRIPLET = { ...PLAIN, loss: "margin-triplet" as const };
const MINED = { ...TRIPLET, semiHard: true };

Deno.test("margin triplet is the margin where all views look the same", async () => {
  const z = Array.from({ length: 6 }, () => [3, 4]);
  for (const margin of [0, 0.4, 1.6]) {
    const { loss } = await onDevice(z, { ...TRIPLET, margin });
    assertAlmostEquals(loss, margin, 1e-6);
  }
});

Deno.test("margin triplet of perfect pairs at right angles is what the margin wants beyond 1", async () => {
  const once = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  for (const margin of [0, 0.4, 1, 1.6]) {
    const { loss, gradient } = await onDevice([...once, ...once], { ...TRIPLET, margin });
    assertAlmostEquals(loss, Math.max(margin - 1, 0), 1e-6);
    if (margin < 1) assertEquals(gradient.filter((slope) => slope !== 0), []);
  }
});

Deno.test("margin triplet agrees with an example written out", async () => {
  const z = [[3, 4], [5, 0], [0, 2], [4, -3]]; // x₁, x₂, then the other view of each
  // Products of length 1: x₁x₂ 0.6, x₁x₁′ 0.8, x₁x₂′ 0, x₂x₁′ 0, x₂x₂′ 0.8, x₁′x₂′ −0.6; m = 0.4
  //   x₁: (0.6 − 0.8 + 0.4 + 0) / 2 = 0.1; x₂: the same; x₁′: 0; x₂′: 0
  const { loss } = await onDevice(z, TRIPLET);
  assertAlmostEquals(loss, 0.05, 1e-6);
  // Mined: x₁ and x₂ have 0.6 as their nearest farther one: 0.2 each
  assertAlmostEquals((await onDevice(z, MINED)).loss, 0.1, 1e-6);
});

Deno.test("margin triplet refuses a margin below 0", () => {
  const z = tf.zeros<tf.Rank.R2>([4, 3]);
  for (const margin of [-0.1, NaN]) {
    const error = assertThrows(() => marginTriplet(z, margin), LookalikeError);
    assertEquals([error.code, error.param], ["invalid_input", "margin"]);
    assert(error.message.includes(String(margin)), error.message);
  }
  z.dispose();
});
