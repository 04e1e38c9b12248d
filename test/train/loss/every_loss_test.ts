/** What every loss must hold, with and without ℓ2 normalisation and semi-hard mining. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { random } from "../../../src/random.ts";
import { compile, startTensorFlow, tf, toBfloat16, toFloat } from "../../../src/tensorflow/mod.ts";
import { createLoss, type LossName, type LossOptions } from "../../../train/loss/loss.ts";
import { assertFinite, lossAndGradient, onDevice, PLAIN } from "./on_device.ts";
import { finiteDifferences, naiveLoss, projections } from "./oracle.ts";

await startTensorFlow({ device: "cpu" });

const CONTRASTIVE: LossName[] = [
  "nt-xent",
  "decoupled-nt-xent",
  "supervised-contrastive",
  "nt-logistic",
  "margin-triplet",
];

const CASES: LossOptions[] = [
  ...CONTRASTIVE.flatMap((loss) => [
    { ...PLAIN, loss },
    { ...PLAIN, loss, normalize: false, temperature: 2 },
  ]),
  ...(["nt-logistic", "margin-triplet"] as const).flatMap((loss) => [
    { ...PLAIN, loss, semiHard: true },
    { ...PLAIN, loss, semiHard: true, normalize: false, temperature: 2 },
  ]),
  { ...PLAIN, loss: "cross-entropy" },
];

function nameOf({ loss, normalize, semiHard }: LossOptions): string {
  return `${loss}${normalize ? "" : " of dot products"}${semiHard ? ", semi-hard" : ""}`;
}

/** Batches of some sizes and dimensions: always the same, as a hinge has no slope at its kink. */
function batches(count: number, most = { images: 8, dimension: 16 }) {
  return Array.from({ length: count }, (_, seed) => {
    const source = random(seed, 77);
    const images = 2 + source.below(most.images - 1);
    const dimension = 3 + source.below(most.dimension - 2);
    const labels = Array.from({ length: images }, () => source.below(4) - 1); // −1 … 2
    return { z: projections(2 * images, dimension, seed), labels };
  });
}

/** Settings of temperature and margin beside those of a case. */
const strengths = (options: LossOptions): LossOptions[] =>
  [[0.1, 0], [1, 0.8], [5, 1.6]].map(([scale, margin]) => ({
    ...options,
    temperature: options.temperature * scale,
    margin,
  }));

for (const options of CASES) {
  Deno.test(`${nameOf(options)} equals its definition`, async () => {
    for (const { z, labels } of batches(12)) {
      for (const setting of [options, ...strengths(options)]) {
        const { loss } = await onDevice(z, { ...setting, labels });
        const expected = naiveLoss(z, labels, setting);
        assertAlmostEquals(loss, expected, 5e-6 * (1 + Math.abs(expected)));
      }
    }
  });

  Deno.test(`the gradient of ${nameOf(options)} equals finite differences`, async () => {
    for (const { z, labels } of batches(6, { images: 4, dimension: 6 })) {
      const { gradient } = await onDevice(z, { ...options, labels });
      const expected = finiteDifferences((z) => naiveLoss(z, labels, options), z);
      expected.forEach((slope, at) => assertAlmostEquals(gradient[at], slope, 2e-5));
    }
  });

  Deno.test(`${nameOf(options)} gives the same bits compiled`, async () => {
    const z = tf.tensor2d(projections(16, 9, 2));
    const labels = tf.tensor1d([0, 1, 0, -1, 2, -1, 1, 1], "int32");
    const compiled = compile(
      (z: tf.Tensor2D, labels: tf.Tensor1D) => {
        const { value, grad } = lossAndGradient(z, labels, options);
        return { value, grad };
      },
      { optimizeGraph: false },
    );
    const eager = tf.tidy(() => lossAndGradient(z, labels, options));
    const traced = await compiled(z, labels);
    assertEquals(await traced.value.data(), await eager.value.data());
    assertEquals(await traced.grad.data(), await eager.grad.data());
    tf.dispose([z, labels, eager.value, eager.grad, traced.value, traced.grad]);
    compiled.dispose();
  });

  Deno.test(`${nameOf(options)} is computed in float32, also of bfloat16`, async () => {
    const rounded = tf.tidy(() => toFloat(toBfloat16(tf.tensor2d(projections(8, 9, 4)))));
    const labels = tf.tensor1d([0, 1, 0, -1], "int32");
    const [low, full] = tf.tidy(() => {
      const loss = createLoss(options);
      return [loss(toBfloat16(rounded), labels), loss(rounded, labels)];
    });
    assertEquals(await low.data(), await full.data());
    tf.dispose([rounded, labels, low, full]);
  });

  Deno.test(`${nameOf(options)} leaves no tensors behind`, async () => {
    const before = tf.memory().numTensors;
    await onDevice(projections(6, 4, 3), { ...options, labels: [0, -1, 0] });
    assertEquals(tf.memory().numTensors, before);
  });

  Deno.test(`${nameOf(options)} stays finite where images or views are the same`, async () => {
    const once = projections(4, 5, 8);
    const labels = [0, 1, -1, 0];
    for (
      const z of [
        [...once, ...once], // both views of each
        [...once.slice(0, 2), ...once.slice(0, 2), ...projections(4, 5, 9)], // images twice
        projections(8, 5, 10).fill(once[0]), // all of them
        projections(8, 5, 10).fill([0, 0, 0, 0, 0]), // nothing at all
      ]
    ) {
      const { loss, gradient } = await onDevice(z, { ...options, labels });
      assertFinite([loss, ...gradient]);
    }
  });

  Deno.test(`${nameOf(options)} does not depend on the order of images and views`, async () => {
    const z = projections(8, 4, 6);
    const labels = [0, 1, 0, -1];
    const { loss } = await onDevice(z, { ...options, labels });
    const of = async (order: number[], labels: number[]) =>
      (await onDevice(order.map((row) => z[row]), { ...options, labels })).loss;
    assertAlmostEquals(await of([2, 0, 3, 1, 6, 4, 7, 5], [0, 0, -1, 1]), loss, 1e-5);
    assertAlmostEquals(await of([4, 5, 6, 7, 0, 1, 2, 3], labels), loss, 1e-5);
  });

  Deno.test(`${nameOf(options)} refuses odd rows and no rows`, () => {
    for (const rows of [0, 1, 5]) refused(options, { rows, labels: rows >> 1 });
  });
}

function refused(options: LossOptions, shape: { rows: number; labels: number }): LookalikeError {
  return tf.tidy(() => {
    const z = tf.zeros<tf.Rank.R2>([shape.rows, 3]);
    const labels = tf.zeros<tf.Rank.R1>([shape.labels], "int32");
    const error = assertThrows(() => createLoss(options)(z, labels), LookalikeError);
    assertEquals(error.code, "invalid_input");
    return error;
  });
}

for (const loss of CONTRASTIVE) {
  const tempered = loss !== "margin-triplet";

  Deno.test(`${loss} looks at directions alone, if it is normalised`, async () => {
    const z = projections(8, 5, 1);
    const labels = [0, 0, 1, -1];
    const { loss: once } = await onDevice(z, { ...PLAIN, loss, labels });
    const scaled = z.map((row, at) => row.map((value) => value * 10 * (1 + at)));
    const { loss: longer } = await onDevice(scaled, { ...PLAIN, loss, labels });
    assertAlmostEquals(longer, once, 1e-5);
    const plain = { ...PLAIN, loss, labels, normalize: false };
    const { loss: dots } = await onDevice(scaled, plain);
    assert(Math.abs(dots - (await onDevice(z, plain)).loss) > 0.1);
  });

  Deno.test(`a projection of zeros does not make ${loss} or its gradient NaN`, async () => {
    const z = projections(6, 3, 7);
    z[1] = [0, 0, 0];
    const { loss: value, gradient } = await onDevice(z, { ...PLAIN, loss });
    assertFinite([value, ...gradient]);
    assertEquals(gradient.slice(3, 6).map(Math.abs), [0, 0, 0]); // no direction, no slope
    assert(Math.max(...gradient.map(Math.abs)) < 10);
  });

  if (!tempered) continue;
  Deno.test(`${loss} neither overflows nor vanishes at extreme temperatures`, async () => {
    const z = projections(8, 4, 5);
    for (const temperature of [1e-10, 1e-4, 0.01, 1e4, 1e10]) {
      const options = { ...PLAIN, loss, temperature };
      const { loss: value, gradient } = await onDevice(z, { ...options, labels: [0, 0, 1, -1] });
      assertFinite([value, ...gradient]);
      if (loss === "nt-logistic" && temperature < 0.01) continue; // the oracle's σ is 0 there
      const expected = naiveLoss(z, [0, 0, 1, -1], options);
      assertAlmostEquals(value, expected, 1e-6 * (1 / temperature + 10));
    }
  });

  Deno.test(`${loss} refuses temperatures that are not positive`, () => {
    for (const temperature of [0, -1, NaN]) {
      const error = refused({ ...PLAIN, loss, temperature }, { rows: 4, labels: 2 });
      assertEquals(error.param, "temperature");
      assert(error.message.includes(String(temperature)), error.message);
    }
  });
}

Deno.test("losses of negatives refuse a batch of one image, which has none", () => {
  for (const loss of ["decoupled-nt-xent", "nt-logistic", "margin-triplet"] as const) {
    const error = refused({ ...PLAIN, loss }, { rows: 2, labels: 1 });
    assert(error.message.includes("at least 2 images: there is 1"), error.message);
  }
});

Deno.test("losses that use labels refuse any other number of them than images", () => {
  for (const loss of ["supervised-contrastive", "cross-entropy"] as const) {
    for (const labels of [0, 3, 8]) {
      assertEquals(refused({ ...PLAIN, loss }, { rows: 8, labels }).param, "labels");
    }
  }
});

Deno.test("semi-hard negatives are refused of a loss that does not mine them", () => {
  for (const loss of CONTRASTIVE.slice(0, 3)) {
    const create = () => createLoss({ ...PLAIN, loss, semiHard: true });
    const error = assertThrows(create, LookalikeError, `it is ${loss}`);
    assertEquals([error.code, error.param], ["invalid_input", "semiHard"]);
  }
});
