import { assertAlmostEquals } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { onDevice, PLAIN } from "./on_device.ts";

await startTensorFlow({ device: "cpu" });

const DECOUPLED = { ...PLAIN, loss: "decoupled-nt-xent" as const };

Deno.test("decoupled NT-Xent is ln(2N − 2) where all views look the same", async () => {
  for (const rows of [4, 16]) {
    const z = Array.from({ length: rows }, (_, row) => [1 + row, 2 + 2 * row]);
    for (const temperature of [0.05, 5]) {
      const { loss } = await onDevice(z, { ...DECOUPLED, temperature });
      assertAlmostEquals(loss, Math.log(rows - 2), 1e-5);
    }
  }
});

Deno.test("decoupled NT-Xent of perfect pairs at right angles is ln(2N − 2) − 1/τ, below 0", async () => {
  const once = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  const { loss } = await onDevice([...once, ...once], { ...DECOUPLED, temperature: 0.1 });
  assertAlmostEquals(loss, Math.log(4) - 10, 1e-5);
});

Deno.test("decoupled NT-Xent pulls an easy positive as hard as any: NT-Xent no longer does", async () => {
  // With one other image at right angles, the pull along the pair is 1/τ an anchor, and NT-Xent's is
  // weakened by the positive's share of the softmax; dot products show it plainly.
  const z = [[1, 0], [0, 1], [1, 0], [0, 1]];
  const options = { temperature: 0.1, normalize: false };
  const { gradient: decoupled } = await onDevice(z, { ...DECOUPLED, ...options });
  const { gradient: coupled } = await onDevice(z, { ...PLAIN, loss: "nt-xent", ...options });
  assertAlmostEquals(decoupled[0], -10 * 2 / 4, 1e-4); // as anchor and as positive, of four anchors
  const share = 2 * Math.exp(-10) / (1 + 2 * Math.exp(-10)); // what the softmax leaves the others
  assertAlmostEquals(coupled[0], -10 * 2 / 4 * share, 1e-6);
});
