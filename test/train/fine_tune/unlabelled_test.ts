import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { random } from "../../../src/random.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { createBatches } from "../../../train/batches.ts";
import { createClassifierNetwork } from "../../../train/fine_tune/classifier_network.ts";
import { distillation } from "../../../train/fine_tune/distillation.ts";
import { trainClassifier, type TrainClassifierOptions } from "../../../train/fine_tune/mod.ts";
import { colouredImages } from "./coloured_images.ts";
import { smallEncoder } from "./small_encoder.ts";

await startTensorFlow({ device: "cpu" });

const { architecture, tensors, head, headTensors } = await smallEncoder();

const images = colouredImages(30, { seed: 2 });
const base: TrainClassifierOptions = {
  ...{ architecture, tensors, train: colouredImages(6), test: colouredImages(30, { seed: 1 }) },
  ...{ leastSteps: 12, epochs: 1, learningRate: 2, unitFeatures: true },
};

Deno.test("distillation is the cross-entropy between both softened opinions", async () => {
  const source = random(6);
  const [count, classes, temperature] = [4, 3, 0.5];
  const logits = () => Array.from({ length: count * classes }, () => 2 * source.normal());
  const rows = (values: number[]) =>
    Array.from({ length: count }, (_, i) => values.slice(3 * i, 3 * i + 3));
  const softmax = (row: number[], t: number) => {
    const powers = row.map((x) => Math.exp(x / t));
    return powers.map((power) => power / powers.reduce((a, b) => a + b));
  };
  const [teacher, student] = [rows(logits()), rows(logits())];
  const batches = await createBatches(colouredImages(6), {
    ...{ batchSize: 4, seed: 0, residentBytes: 2 ** 20 },
  });
  const loss = distillation(batches, {
    ...{ weight: 1, temperature, classes, cropArea: 1, flipProbability: 0 },
    probabilities: Float32Array.from(teacher.flatMap((row) => softmax(row, 1))),
  });
  const network = createClassifierNetwork({
    ...{ architecture, tensors, classes, seed: 0, precision: "float32", length: null },
  });
  const [width, numbers] = [network.width, [2, 0, 3]];
  // The classifier passes the first three features on as they are.
  const weight = Array.from(
    { length: width * classes },
    (_, i) => Number(i % 3 === Math.floor(i / 3)),
  );
  const found = tf.tidy(() => {
    network.classifier.get("fc.weight")!.assign(tf.tensor2d(weight, [width, classes]));
    const padded = numbers.map((row) => [...student[row], ...new Array(width - classes).fill(0)]);
    const features = tf.tensor2d(padded);
    return loss.of(network, { features, z: features }, tf.tensor1d(numbers, "int32"));
  });
  const expected = numbers.map((row) => {
    const [wanted, own] = [softmax(teacher[row], temperature), softmax(student[row], temperature)];
    return -wanted.reduce((sum, p, label) => sum + p * Math.log(own[label]), 0);
  });
  assertAlmostEquals((await found.data())[0], expected.reduce((a, b) => a + b) / 3, 1e-5);
  [loss, network, found].forEach((each) => each.dispose());
});

for (const way of ["contrastive", "distillation"] as const) {
  Deno.test(`${way}: unlabelled images change what is learnt, their labels do not`, async () => {
    const run = (options: Partial<TrainClassifierOptions>) =>
      trainClassifier({
        ...base,
        head: { shape: head, tensors: headTensors, layer: 0 },
        ...options,
      });
    const before = tf.memory().numTensors;
    const alone = await run({});
    const beside = await run({ unlabelled: { way, images } });
    const blind = { ...images, labels: null, names: images.names };
    assertEquals(await run({ unlabelled: { way, images: blind } }), beside);
    assertNotEquals(beside.probabilities, alone.probabilities);
    // Colours are what the jitter of contrastive views hides; classes are theirs alone here.
    if (way === "distillation") {
      assert(beside.top1 > 0.6, `${beside.top1}, where chance has a third`);
    }
    const moved = [...headTensors].filter(([name, { data }]) => {
      const after = beside.tensors.get(name)?.data;
      return after && data.some((value, at) => value !== after[at]);
    });
    // The contrastive loss moves the head that it looks through; nothing else does.
    assertEquals(moved.length, way === "contrastive" ? headTensors.size : 0);
    assertEquals(tf.memory().numTensors, before);
  });
}

Deno.test("without a saved head the contrastive loss looks through a random one, a function of the seed", async () => {
  const run = (seed: number) =>
    trainClassifier({ ...base, seed, leastSteps: 2, unlabelled: { way: "contrastive", images } });
  const first = await run(1);
  assertEquals(first.head!.layers.length, 2);
  assertEquals((await run(1)).tensors, first.tensors);
});

Deno.test("a weight of 0 leaves batch norm alone as what unlabelled images change", async () => {
  const run = (options: Partial<TrainClassifierOptions>) =>
    trainClassifier({ ...base, leastSteps: 3, frozen: true, ...options });
  const ignored = await run({ unlabelled: { way: "distillation", images, weight: 0 } });
  const { probabilities } = await run({}); // frozen, no batch's statistics count
  ignored.probabilities.forEach((p, at) => assertAlmostEquals(p, probabilities[at], 1e-6));
});

Deno.test("images to distil with must have the network's side, and a frozen encoder learns nothing by contrast", async () => {
  const larger = { ...images, side: 16 };
  const error = await assertRejects(
    () => trainClassifier({ ...base, unlabelled: { way: "distillation", images: larger } }),
    LookalikeError,
  );
  assertEquals([error.code, error.param], ["invalid_input", "unlabelled"]);
  const frozen = () =>
    trainClassifier({ ...base, frozen: true, unlabelled: { way: "contrastive", images } });
  await assertRejects(frozen, LookalikeError, "frozen");
});

Deno.test("too few unlabelled images, and numbers out of range, are refused before anything is learnt", async () => {
  const wrong = [
    { images: colouredImages(0) },
    { weight: -1 },
    { weight: NaN },
    { temperature: 0 },
    { batchSize: 1 },
  ];
  for (const way of ["contrastive", "distillation"] as const) {
    for (const each of wrong) {
      const onProgress = () => assert(false, "it has begun to learn");
      const error = await assertRejects(
        () => trainClassifier({ ...base, onProgress, unlabelled: { way, images, ...each } }),
        LookalikeError,
      );
      assertEquals([error.code, error.param], ["invalid_input", "unlabelled"]);
    }
  }
});
