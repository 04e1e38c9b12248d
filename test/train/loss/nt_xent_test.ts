import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { LookalikeError } from "../../../src/errors.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { ntXent } from "../../../train/loss/nt_xent.ts";
import { assertFinite, onDevice as onDeviceBy, PLAIN } from "./on_device.ts";
import {
  finiteDifferences,
  meanOver,
  naiveNtXent,
  pairLoss,
  partnerOf,
  projections,
  similarities,
} from "./oracle.ts";

await startTensorFlow({ device: "cpu" });

const onDevice = (z: number[][], temperature: number) =>
  onDeviceBy(z, { ...PLAIN, loss: "nt-xent", temperature });

async function lossOf(z: number[][], temperature: number): Promise<number> {
  return (await onDevice(z, temperature)).loss;
}

/** Similarities in float32 are a few units in the last place off, and τ magnifies that. */
const tolerance = (temperature: number) => 2e-6 + 1e-6 / temperature;

const anyProjections = fc.record({
  n: fc.integer({ min: 1, max: 8 }),
  dimension: fc.integer({ min: 1, max: 16 }),
  temperature: fc.double({ min: 0.05, max: 5, noNaN: true }),
  seed: fc.nat(),
});

Deno.test("NT-Xent equals its definition, whatever the images, dimensions and temperature", async () => {
  await fc.assert(
    fc.asyncProperty(anyProjections, async ({ n, dimension, temperature, seed }) => {
      const z = projections(2 * n, dimension, seed);
      const expected = naiveNtXent(z, temperature);
      assertAlmostEquals(await lossOf(z, temperature), expected, tolerance(temperature));
    }),
  );
});

Deno.test("NT-Xent's gradient equals finite differences of its definition", async () => {
  const smaller = fc.record({
    n: fc.integer({ min: 1, max: 4 }),
    dimension: fc.integer({ min: 2, max: 6 }),
    temperature: fc.double({ min: 0.1, max: 5, noNaN: true }),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(smaller, async ({ n, dimension, temperature, seed }) => {
      const z = projections(2 * n, dimension, seed);
      const { gradient } = await onDevice(z, temperature);
      const expected = finiteDifferences((z) => naiveNtXent(z, temperature), z);
      const scale = Math.max(1, ...expected.map(Math.abs));
      expected.forEach((slope, at) => assertAlmostEquals(gradient[at], slope, 1e-4 * scale));
    }),
    { numRuns: 40 },
  );
});

Deno.test("NT-Xent agrees with an example written out, in both directions", async () => {
  const z = [[3, 4], [5, 0], [0, 2], [4, -3]]; // x₁, x₂, then the other view of each
  // Of length 1: (0.6, 0.8), (1, 0), (0, 1), (0.8, −0.6). Their products over τ = 0.5:
  //   x₁x₂ 1.2, x₁x₁′ 1.6, x₁x₂′ 0, x₂x₁′ 0, x₂x₂′ 1.6, x₁′x₂′ −1.2
  // exp 1.2 = 3.3201169, exp 1.6 = 4.9530324, exp 0 = 1, exp −1.2 = 0.3011942
  const forwards = [
    Math.log(3.3201169 + 4.9530324 + 1) - 1.6, // ℓ(x₁, x₁′) = 0.6271231
    Math.log(3.3201169 + 1 + 4.9530324) - 1.6, // ℓ(x₂, x₂′) = 0.6271231
  ];
  const backwards = [
    Math.log(4.9530324 + 1 + 0.3011942) - 1.6, // ℓ(x₁′, x₁) = 0.2332577
    Math.log(1 + 4.9530324 + 0.3011942) - 1.6, // ℓ(x₂′, x₂) = 0.2332577
  ];
  const loss = await lossOf(z, 0.5);
  assertAlmostEquals(loss, 0.4301904, 1e-5); // the mean of the four
  assertAlmostEquals(loss, meanOver([...forwards, ...backwards], (of) => of), 1e-5);
});

Deno.test("NT-Xent is ln(2N − 1) where all views look the same, at any temperature", async () => {
  for (const rows of [2, 4, 16]) {
    for (const temperature of [0.05, 0.5, 5]) {
      const z = Array.from({ length: rows }, (_, row) => [1 + row, 2 + 2 * row, -1 - row]);
      assertAlmostEquals(await lossOf(z, temperature), Math.log(rows - 1), 1e-5);
    }
  }
});

Deno.test("NT-Xent of perfect pairs at right angles is ln(1 + (2N − 2)·exp(−1/τ))", async () => {
  for (const n of [1, 3, 6]) {
    for (const temperature of [0.1, 0.5, 2]) {
      const axis = (image: number) => Array.from({ length: 6 }, (_, d) => d === image ? 7 : 0);
      const once = Array.from({ length: n }, (_, image) => axis(image));
      const expected = Math.log1p((2 * n - 2) * Math.exp(-1 / temperature));
      assertAlmostEquals(await lossOf([...once, ...once], temperature), expected, 1e-5);
    }
  }
});

Deno.test("NT-Xent looks at directions alone, even of short projections", async () => {
  const z = projections(8, 5, 1);
  const expected = naiveNtXent(z, 0.5);
  for (const length of [1e4, 1, 1e-4]) {
    const scaled = z.map((row, at) => row.map((value) => value * length * (1 + at)));
    assertAlmostEquals(await lossOf(scaled, 0.5), expected, 1e-5);
  }
});

Deno.test("NT-Xent refuses odd rows, no rows, and temperatures that are not positive", () => {
  const refused = (rows: number, temperature: number) => {
    const z = tf.zeros<tf.Rank.R2>([rows, 3]);
    try {
      return assertThrows(() => ntXent(z, temperature), LookalikeError);
    } finally {
      z.dispose();
    }
  };
  for (const rows of [0, 1, 5]) assertEquals(refused(rows, 0.5).code, "invalid_input");
  for (const temperature of [0, -1, NaN]) {
    const error = refused(4, temperature);
    assertEquals([error.code, error.param], ["invalid_input", "temperature"]);
    assert(error.message.includes(String(temperature)), error.message);
  }
});

/** Formulas that others have taken for NT-Xent, from similarities over τ `[2N][2N]`. */
const MISTAKES: Record<string, (similarity: number[][]) => number> = {
  "the view itself is left among the others": (similarity) =>
    meanOver(similarity, (row, i) => Math.log(sumExp(row)) - row[partnerOf(i, row.length)]),
  "rows 2i and 2i + 1 are taken for a pair": (similarity) =>
    meanOver(similarity, (_, i) => pairLoss(similarity, [i, i ^ 1])),
  "the positive is always row i + N, beyond the end the view itself": (similarity) =>
    meanOver(
      similarity,
      (row, i) => pairLoss(similarity, [i, Math.max(i, partnerOf(i, row.length))]),
    ),
  "−log of the mean stands for the mean of −log": (similarity) =>
    -Math.log(
      meanOver(
        similarity,
        (row, i) => Math.exp(-pairLoss(similarity, [i, partnerOf(i, row.length)])),
      ),
    ),
  "only the first views are anchors": (similarity) =>
    meanOver(
      similarity.slice(0, similarity.length / 2),
      (row, i) => pairLoss(similarity, [i, partnerOf(i, row.length)]),
    ),
  "the positive is left out of the denominator": (similarity) =>
    meanOver(similarity, (row, i) => {
      const positive = partnerOf(i, row.length);
      return Math.log(sumExp(row.filter((_, k) => k !== i && k !== positive))) - row[positive];
    }),
  "only other images' second views are negatives": (similarity) =>
    meanOver(similarity, (row, i) => {
      const isFirst = (k: number) => k < row.length / 2;
      return Math.log(sumExp(row.filter((_, k) => isFirst(k) !== isFirst(i)))) -
        row[partnerOf(i, row.length)];
    }),
  "both directions' means are added up": (similarity) =>
    2 * meanOver(similarity, (row, i) => pairLoss(similarity, [i, partnerOf(i, row.length)])),
};

function sumExp(logits: number[]): number {
  return logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
}

for (const [mistake, formula] of Object.entries(MISTAKES)) {
  Deno.test(`a mistake of others is not ours: ${mistake}`, async () => {
    const z = projections(8, 3, 4);
    const mistaken = formula(similarities(z, 0.5));
    const loss = await lossOf(z, 0.5);
    assert(Math.abs(loss - mistaken) > 0.01, `the loss is ${loss}, the mistake gives ${mistaken}`);
  });
}

Deno.test("a mistake of others is not ours: e^(1/τ) is subtracted, which drowns the others", async () => {
  const z = [[1, 0], [0, 1]]; // the partner is all there is to find
  for (const temperature of [0.01, 0.05]) assertEquals(await lossOf(z, temperature), 0);
  const opposite = [[1, 0], [0, 1], [-1, 0], [0, -1]];
  const expected = Math.log(2 + Math.exp(-20)) + 20;
  assertAlmostEquals(await lossOf(opposite, 0.05), expected, 1e-4);
});

Deno.test("a mistake of others is not ours: a tiny τ lifts the others' level to the mask's", async () => {
  const { loss, gradient } = await onDevice([[1, 0], [0, 1], [-1, 0], [0, -1]], 1e-10);
  assertAlmostEquals(loss / 1e10, 1, 1e-6); // 1/τ + ln 2: −1e9 in place of self would be the largest
  assertFinite(gradient);
});

Deno.test("without ℓ2 normalisation NT-Xent knows lengths: those of √τ⁻¹ stand for a temperature", async () => {
  const z = projections(8, 5, 10);
  const plain = { ...PLAIN, loss: "nt-xent" as const, normalize: false };
  const { loss } = await onDeviceBy(z, { ...plain, temperature: 0.25 });
  const doubled = z.map((row) => row.map((value) => 2 * value));
  assertAlmostEquals((await onDeviceBy(doubled, { ...plain, temperature: 1 })).loss, loss, 1e-5);
  assert(Math.abs(await lossOf(z, 0.25) - loss) > 0.1, "lengths matter");
});

Deno.test("a mistake of others is not ours: a small τ overflows", async () => {
  const z = projections(8, 4, 5);
  const { loss, gradient } = await onDevice(z, 0.01); // e^100 is beyond float32
  assertAlmostEquals(loss, naiveNtXent(z, 0.01), 1e-3);
  assertFinite(gradient);
});

Deno.test("a mistake of others is not ours: views paired in another order give the same loss", async () => {
  const z = projections(8, 4, 6);
  const reorder = (order: number[]) => lossOf(order.map((row) => z[row]), 0.5);
  const loss = await lossOf(z, 0.5);
  assertAlmostEquals(await reorder([2, 0, 3, 1, 6, 4, 7, 5]), loss, 1e-5); // images in another order
  assertAlmostEquals(await reorder([4, 5, 6, 7, 0, 1, 2, 3]), loss, 1e-5); // views change places
  assert(Math.abs(await reorder([1, 0, 2, 3, 4, 5, 6, 7]) - loss) > 0.01); // two images mixed up
});

Deno.test("a mistake of others is not ours: a projection of zeros makes the loss or its gradient NaN", async () => {
  const z = projections(6, 3, 7);
  z[1] = [0, 0, 0];
  const { loss, gradient } = await onDevice(z, 0.5);
  const similarity = similarities(z, 0.5)
    .map((row, i) => row.map((value, k) => i === 1 || k === 1 ? 0 : value)); // it is like nothing
  const expected = meanOver(similarity, (_, i) => pairLoss(similarity, [i, partnerOf(i, 6)]));
  assertAlmostEquals(loss, expected, 1e-5);
  assertFinite(gradient);
  assertEquals(gradient.slice(3, 6).map(Math.abs), [0, 0, 0]); // no direction, no slope
  assert(Math.max(...gradient.map(Math.abs)) < 10);
});

Deno.test("a loss at ln(2N − 1) means views that cannot be told apart, and better ones go below", async () => {
  const uniform = Math.log(7);
  const once = projections(4, 16, 9);
  const near = once.map((row) => row.map((value) => value + 0.1));
  assert(await lossOf([...once, ...near], 0.5) < uniform - 0.5);
  assert(await lossOf([...once, ...near.reverse()], 0.5) > uniform); // worse than not knowing
});
