import { assert, assertAlmostEquals } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { onDevice, PLAIN } from "./on_device.ts";
import { meanOver, naiveLoss, partnerOf, projections, similarities } from "./oracle.ts";

await startTensorFlow({ device: "cpu" });

const LOGISTIC = { ...PLAIN, loss: "nt-logistic" as const };
const softplus = (x: number) => Math.log1p(Math.exp(x));

Deno.test("NT-Logistic of perfect pairs at right angles is −log σ(1/τ) + ln 2, however many", async () => {
  for (const images of [2, 3, 6]) {
    for (const temperature of [0.1, 0.5, 2]) {
      const once = Array.from(
        { length: images },
        (_, image) => Array.from({ length: 6 }, (_, d) => d === image ? 7 : 0),
      );
      const { loss } = await onDevice([...once, ...once], { ...LOGISTIC, temperature });
      assertAlmostEquals(loss, softplus(-1 / temperature) + Math.LN2, 1e-6);
    }
  }
});

Deno.test("NT-Logistic of views that all look the same is −log σ(1/τ) − log σ(−1/τ)", async () => {
  const z = Array.from({ length: 8 }, (_, row) => [1 + row, 2 + 2 * row]);
  const { loss } = await onDevice(z, LOGISTIC);
  assertAlmostEquals(loss, softplus(-2) + softplus(2), 1e-6);
});

Deno.test("the slope of NT-Logistic at an anchor's positive and negatives is that of table 2", async () => {
  // One anchor's share of the gradient by hand, with dot products, whose slopes are plain: of u·v⁺ it
  // is −σ(−u·v⁺/τ)/τ, of u·v⁻ it is σ(u·v⁻/τ)/τ; u is the anchor once and v to the others.
  const z = projections(4, 3, 1);
  const options = { ...LOGISTIC, normalize: false, temperature: 2 };
  const { gradient } = await onDevice(z, options);
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const similarity = similarities(z, 2, options);
  const expected = z.map((_, i) =>
    z[0].map((_, d) =>
      [0, 1, 2, 3].filter((k) => k !== i).reduce((sum, k) => {
        const slope = k === partnerOf(i, 4)
          ? -sigmoid(-similarity[i][k]) / 2
          : sigmoid(similarity[i][k]) / 2 / 2; // each of two negatives by half
        return sum + 2 * slope * z[k][d]; // as anchor, and as the other's positive or negative
      }, 0) / 4
    )
  ).flat();
  expected.forEach((slope, at) => assertAlmostEquals(gradient[at], slope, 1e-6));
});

Deno.test("a mistake of others is not ours: negatives outweigh the positive as batches grow", async () => {
  const z = projections(32, 8, 2);
  const { loss } = await onDevice(z, LOGISTIC);
  const summed = meanOver(similarities(z, 0.5), (row, i) => {
    const positive = partnerOf(i, row.length);
    return row.reduce(
      (sum, logit, k) => k === i || k === positive ? sum : sum + softplus(logit),
      0,
    );
  });
  assert(summed > 10 * loss, `${summed} against ${loss}`);
  assertAlmostEquals(loss, naiveLoss(z, [], LOGISTIC), 1e-5);
});
