import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { createTensorFlowRunner } from "../../../src/embed/tensorflow_runner.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { createEncoder, type NamedTensors, restoreEncoder } from "../../../src/model/mod.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import {
  LEAST_STEPS,
  trainClassifier,
  type TrainClassifierOptions,
  type TrainedClassifier,
} from "../../../train/fine_tune/mod.ts";
import { colouredImages } from "./coloured_images.ts";
import { smallEncoder } from "./small_encoder.ts";

await startTensorFlow({ device: "cpu" });

const { architecture, tensors, head, headTensors } = await smallEncoder();
const F = 32;

const train = colouredImages(48);
const test = colouredImages(30, { seed: 1 });
const base: TrainClassifierOptions = {
  ...{ architecture, tensors, train, test, epochs: 2, batchSize: 16, learningRate: 0.5 },
};
const run = (options: Partial<TrainClassifierOptions> = {}) =>
  trainClassifier({ ...base, ...options });
let made: Promise<TrainedClassifier> | undefined;
/** What the base gives, made once. */
const usual = () => made ??= run();
const data = (tensors: NamedTensors, name: string) => tensors.get(name)!.data;
const isStatistic = (name: string) => name.includes("running_");
const moved = (before: NamedTensors, after: NamedTensors) =>
  [...before.keys()].filter((name) =>
    data(after, name).some((x, i) => x !== data(before, name)[i])
  );

Deno.test("colours are learnt, frozen, fine-tuned and from scratch, without leaking a tensor", async () => {
  const before = tf.memory().numTensors;
  const ways: [least: number, options: Partial<TrainClassifierOptions>][] = [
    [0.75, { frozen: true, learningRate: 4, epochs: 60 }], // on a network that was never trained
    [0.95, { epochs: 15 }],
    [0.95, { epochs: 15, tensors: null }],
  ];
  for (const [least, way] of ways) {
    const { top1, top5, probabilities, predictions, losses } = await run(way);
    assert(top1 > least, `${JSON.stringify(way)}: ${top1}`);
    assertEquals(top5, 1); // of three classes
    assertAlmostEquals(losses[0], Math.log(3), 1e-5); // the classifier begins at zero
    assert(losses.at(-1)! < 0.7 * losses[0]);
    const right = predictions.filter((label, row) => label === test.labels[row]).length;
    assertEquals(right / test.count, top1);
    for (let row = 0; row < test.count; row++) {
      const own = probabilities.subarray(3 * row, 3 * row + 3);
      assertAlmostEquals(own[0] + own[1] + own[2], 1, 1e-5);
      assertEquals(own[predictions[row]], Math.max(...own));
    }
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("frozen, no weight and no running statistic of the encoder moves; else all do", async () => {
  const frozen = await run({ frozen: true });
  assertEquals(moved(tensors, frozen.tensors), []);
  assert(data(frozen.tensors, "fc.weight").some((weight) => weight !== 0));
  assertEquals(moved(tensors, (await usual()).tensors), [...tensors.keys()]);
});

Deno.test("batches of a few images leave a trained encoder's statistics alone, but not from scratch", async () => {
  const few = { batchSize: 4, learningRate: 5, epochs: 1 };
  const tuned = moved(tensors, (await run(few)).tensors);
  assertEquals(tuned, [...tensors.keys()].filter((name) => !isStatistic(name)));
  const scratch = createEncoder(architecture, { seed: 0 });
  const beginning = await scratch.snapshot();
  scratch.dispose();
  const trained = await run({ ...few, learningRate: 0.5, tensors: null });
  assertEquals(moved(beginning, trained.tensors), [...beginning.keys()]);
  const one = run({ tensors: null, batchSize: 1 });
  await assertRejects(() => one, LookalikeError, "at least 2 images");
});

Deno.test("the first step of a frozen encoder is Nesterov's at 0.05·N/256 on the softmax's slope", async () => {
  const batch = colouredImages(9);
  const whole = { cropArea: 1, flipProbability: 0, epochs: 1, batchSize: 64 };
  const trained = await run({ ...whole, frozen: true, train: batch, learningRate: undefined });
  assertEquals(trained.losses.length, 1);
  const runner = createTensorFlowRunner(restoreEncoder(architecture, tensors), {
    ...{ side: 8, maxBatch: 9, precision: "float32" },
  });
  const h = await runner.run(await batch.all(), 9); // [9, F]
  runner.dispose();
  const rate = 0.05 * 9 / 256; // the batch is as large as there are images
  for (let label = 0; label < 3; label++) {
    const errors = Array.from(batch.labels, (own) => 1 / 3 - (own === label ? 1 : 0));
    for (let j = 0; j < F; j++) {
      const slope = errors.reduce((sum, error, row) => sum + error * h[row * F + j], 0) / 9;
      const expected = -rate * (0.9 * slope + slope); // v is the slope itself at the first step
      assertAlmostEquals(data(trained.tensors, "fc.weight")[j * 3 + label], expected, 1e-7);
    }
    const slope = errors.reduce((sum, error) => sum + error, 0) / 9;
    assertAlmostEquals(data(trained.tensors, "fc.bias")[label], -rate * 1.9 * slope, 1e-7);
  }
});

Deno.test("the same seed gives the same bits, another seed others, from scratch others again", async () => {
  const bits = ({ probabilities, losses, tensors }: TrainedClassifier) =>
    JSON.stringify([
      [...probabilities],
      losses,
      [...tensors].map(([name, { data }]) => [name, [...data]]),
    ]);
  const first = bits(await usual());
  assertEquals(bits(await run()), first);
  assertNotEquals(bits(await run({ seed: 1 })), first);
  assertNotEquals(bits(await run({ tensors: null })), first);
  const frozen = { frozen: true, tensors: null };
  assertNotEquals(bits(await run(frozen)), bits(await run({ ...frozen, seed: 1 }))); // other weights
});

Deno.test("a cosine goes down where a constant rate stays", async () => {
  const way = { frozen: true, cropArea: 1, flipProbability: 0, epochs: 2, batchSize: 48 };
  const [constant, cosine] = [await run(way), await run({ ...way, schedule: "cosine" })];
  assertEquals(cosine.losses, constant.losses); // two steps: the first at the same rate
  // v₂ = 0.9·v₁ + g₂, and both rules differ by the second step's rate alone: half, by the cosine.
  const first = await run({ ...way, epochs: 1 });
  data(constant.tensors, "fc.bias").forEach((end, label) => {
    const start = data(first.tensors, "fc.bias")[label];
    const halfWay = start + (end - start) / 2;
    assertAlmostEquals(data(cosine.tensors, "fc.bias")[label], halfWay, 1e-6);
  });
});

Deno.test("training never sees the test images: with others, the weights are the same bits", async () => {
  const found = await usual();
  const wrong = { ...colouredImages(9, { seed: 9 }), labels: new Int32Array(9) };
  const other = await run({ test: wrong });
  assertEquals(other.losses, found.losses);
  for (const [name, tensor] of found.tensors) assertEquals(other.tensors.get(name), tensor, name);
});

Deno.test("a classifier on a middle layer of the head trains what lies below it, and no more", async () => {
  const on = (layer: number, options: Partial<TrainClassifierOptions> = {}) =>
    run({ head: { shape: head, tensors: headTensors, layer }, ...options });
  const middle = await on(1);
  assertEquals(middle.tensors.get("fc.weight")!.shape, [F, 3]);
  assert(
    moved(headTensors, new Map([...headTensors, ...middle.tensors])).includes("head.0.weight"),
  );
  assert(
    !moved(headTensors, new Map([...headTensors, ...middle.tensors])).includes("head.1.weight"),
  );

  const frozen = await on(2, { frozen: true });
  assertEquals(frozen.tensors.get("fc.weight")!.shape, [6, 3]);
  assertEquals(moved(headTensors, new Map([...headTensors, ...frozen.tensors])), []);
  const h = await run({ frozen: true });
  assertEquals((await on(0, { frozen: true })).probabilities, h.probabilities);
  assertNotEquals(frozen.probabilities, h.probabilities);
  const random = { head: { shape: head, tensors: null, layer: 2 }, frozen: true };
  assertNotEquals((await run(random)).probabilities, frozen.probabilities);
  await assertRejects(() => on(3), LookalikeError, "from 0, which is h, to 2");
});

Deno.test("epochs are counted in images; untold, there are at least so many steps", async () => {
  const told = await run({ epochs: 2, batchSize: 20, frozen: true });
  assertEquals(told.losses.length, 5); // for 96 images
  const few = colouredImages(3);
  const untold = await run({ train: few, epochs: undefined, frozen: true }); // 60 would be 60
  assertEquals(untold.losses.length, LEAST_STEPS);
});

Deno.test("a training can be stopped, tells how far it is, and does not go on with nonsense", async () => {
  const stop = new AbortController();
  const steps: number[] = [];
  const stopped = run({
    signal: stop.signal,
    onProgress: ({ step, totalSteps, loss }) => {
      assert(totalSteps === 6 && loss > 0);
      if (steps.push(step) === 3) stop.abort();
    },
  });
  const error = await assertRejects(() => stopped, LookalikeError, "3 of 6 steps");
  assertEquals([error.code, steps], ["interrupted", [1, 2, 3]]);

  const before = tf.memory().numTensors;
  const wild = await assertRejects(() => run({ learningRate: 1e38 }), LookalikeError);
  assertEquals(wild.code, "not_finite");
  // Also if the last update did it, of which no loss tells.
  const last = () => run({ train: colouredImages(3), epochs: 1, frozen: true, learningRate: 1e42 });
  assertEquals((await assertRejects(last, LookalikeError)).code, "not_finite");
  assertEquals(tf.memory().numTensors, before);
  await assertRejects(() => run({ learningRate: -1 }), LookalikeError, "learningRate");
});
