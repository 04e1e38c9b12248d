import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  byBatchStatistics,
  byRunningStatistics,
  createProjectionHead,
  project,
  projectionHeadShapeSchema,
  projectionLayers,
  restoreProjectionHead,
  toTensors,
} from "../../src/model/mod.ts";
import { LookalikeError } from "../../src/errors.ts";
import { random } from "../../src/random.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { assertClose, assertSameBits, normals, trueType } from "../tensorflow/kernels/tensors.ts";

const runtime = await startTensorFlow({ device: "cpu" });

const [ROWS, INPUT, OUTPUT] = [6, 16, 8];
const h = normals<tf.Rank.R2>([ROWS, INPUT], 1);

Deno.test("the head has two layers without bias, and a β only in the first batch norm", async () => {
  const head = createProjectionHead({ input: INPUT, output: OUTPUT, seed: 1 });
  const shapes = (variables: Map<string, tf.Variable>) =>
    Object.fromEntries([...variables].map(([name, { shape }]) => [name, shape]));
  assertEquals(shapes(head.parameters), {
    "head.0.weight": [INPUT, INPUT],
    "head.bn0.weight": [INPUT],
    "head.bn0.bias": [INPUT],
    "head.1.weight": [INPUT, OUTPUT],
    "head.bn1.weight": [OUTPUT],
  });
  assertEquals(shapes(head.state), {
    "head.bn0.running_mean": [INPUT],
    "head.bn0.running_var": [INPUT],
    "head.bn1.running_mean": [OUTPUT],
    "head.bn1.running_var": [OUTPUT],
  });
  assertEquals([...await head.parameters.get("head.bn0.weight")!.data()], Array(INPUT).fill(1));
  assertEquals([...await head.parameters.get("head.bn0.bias")!.data()], Array(INPUT).fill(0));
  head.dispose();
});

Deno.test("its weights are a function of the seed, wide enough to keep h's size", async () => {
  const draw = async (seed: number) => {
    const head = createProjectionHead({ input: 128, output: 64, seed });
    const tensors = await toTensors(head.parameters);
    head.dispose();
    return tensors;
  };
  const [once, other] = [await draw(1), await draw(2)];
  assertEquals(await draw(1), once);
  for (const [name, gain] of [["head.0.weight", 2], ["head.1.weight", 1]] as const) {
    const values = Array.from(once.get(name)!.data);
    assert(values.some((value, at) => value !== other.get(name)!.data[at]), name);
    const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    const error = 5 * Math.SQRT2 / Math.sqrt(values.length);
    assert(Math.abs(variance * 128 / gain - 1) < error, `${name}: ${variance}`);
  }
});

Deno.test("z is what the layers spelt out give", async () => {
  const head = createProjectionHead({ input: INPUT, output: OUTPUT, seed: 2 });
  const weight = (index: number) => head.parameters.get(`head.${index}.weight`) as tf.Tensor2D;
  const beta = normals<tf.Rank.R1>([INPUT], 3);
  head.parameters.get("head.bn0.bias")!.assign(beta);
  const norm = (x: tf.Tensor) => {
    const { mean, variance } = tf.moments(x, 0);
    return x.sub(mean).div(variance.add(1e-5).sqrt());
  };
  const hidden = norm(tf.matMul(h, weight(0))).add(beta).relu() as tf.Tensor2D;
  const expected = norm(tf.matMul(hidden, weight(1)));
  const before = runtime.memory().tensors;
  const z = project(head, h, { batchNorm: byBatchStatistics(head.parameters, []) });
  assertEquals(z.shape, [ROWS, OUTPUT]);
  assertClose(await z.data(), await expected.data());
  assertEquals(runtime.memory().tensors - before, 1 + 4); // z, and the statistics of two norms

  // In inference, running statistics of 0 and 1 leave all but ε as it is.
  const inferred = project(head, h, {
    batchNorm: byRunningStatistics(head.parameters, head.state),
  });
  const plain = tf.matMul(tf.matMul(h, weight(0)).add(beta).relu() as tf.Tensor2D, weight(1));
  assertClose(await inferred.data(), await plain.data(), 1e-4);
  head.dispose();
});

Deno.test("z is float32 also in bfloat16, and close", async () => {
  const head = createProjectionHead({ input: INPUT, output: OUTPUT, seed: 4 });
  const batchNorm = byBatchStatistics(head.parameters, []);
  const low = project(head, h, { batchNorm, precision: "bfloat16" });
  assertEquals(trueType(low), "float");
  const [rounded, exact] = [await low.data(), await project(head, h, { batchNorm }).data()];
  assertClose(rounded, exact, 3e-2);
  assert(rounded.some((value, at) => value !== exact[at]), "nothing was rounded");
  head.dispose();
});

Deno.test("the usual head's weights are those of earlier versions, drawn layer by layer", async () => {
  const head = createProjectionHead({ input: INPUT, output: OUTPUT, seed: 5 });
  const source = random(5, 1);
  for (const [name, gain] of [["head.0.weight", 2], ["head.1.weight", 1]] as const) {
    const deviation = Math.sqrt(gain / INPUT);
    const found = await head.parameters.get(name)!.data();
    const expected = Float32Array.from(found, () => deviation * source.normal());
    assertEquals(found, expected);
  }
  head.dispose();
});

Deno.test("a linear head is one layer with batch norm and no offset", async () => {
  const head = createProjectionHead({ kind: "linear", input: INPUT, output: OUTPUT, seed: 6 });
  assertEquals([...head.parameters.keys()], ["head.0.weight", "head.bn0.weight"]);
  assertEquals([...head.state.keys()], ["head.bn0.running_mean", "head.bn0.running_var"]);
  const z = project(head, h, { batchNorm: byBatchStatistics(head.parameters, []) });
  const plain = tf.matMul(h, head.parameters.get("head.0.weight") as tf.Tensor2D);
  const { mean, variance } = tf.moments(plain, 0);
  assertClose(await z.data(), await plain.sub(mean).div(variance.add(1e-5).sqrt()).data());
  head.dispose();
});

Deno.test("no head is z = h, a tensor of its own with a gradient", async () => {
  const head = createProjectionHead({ kind: "none", input: INPUT, output: OUTPUT, seed: 7 });
  assertEquals([head.parameters.size, head.state.size, head.shape.layers], [0, 0, []]);
  const batchNorm = byBatchStatistics(head.parameters, []);
  const z = project(head, h, { batchNorm, precision: "bfloat16" });
  await assertSameBits(z, h);
  z.dispose();
  assert(!h.isDisposed);
  const gradient = tf.grad((h) => project(head, h as tf.Tensor2D, { batchNorm }).square())(h);
  assertClose(await gradient.data(), await h.mul(2).data());
  head.dispose();
});

Deno.test("a head of any depth gives h, every hidden layer after relu, and z", async () => {
  const options = {
    kind: "nonlinear",
    layers: 4,
    width: 12,
    input: INPUT,
    output: OUTPUT,
  } as const;
  const head = createProjectionHead({ ...options, seed: 8 });
  assertEquals(head.shape, { input: INPUT, layers: [12, 12, 12, OUTPUT] });
  const offsets = [...head.parameters.keys()].filter((name) => name.endsWith(".bias"));
  assertEquals(offsets, ["head.bn0.bias", "head.bn1.bias", "head.bn2.bias"]);
  const batchNorm = byRunningStatistics(head.parameters, head.state); // of 0 and 1: only ε counts
  const before = runtime.memory().tensors;
  const layers = projectionLayers(head, h, { batchNorm });
  assertEquals(runtime.memory().tensors - before, layers.length);
  assertEquals(layers.map(({ shape }) => shape[1]), [INPUT, 12, 12, 12, OUTPUT]);
  await assertSameBits(layers[0], h);
  for (const at of [1, 2, 3, 4]) {
    const weight = head.parameters.get(`head.${at - 1}.weight`) as tf.Tensor2D;
    const plain = tf.matMul(layers[at - 1], weight);
    assertClose(await layers[at].data(), await (at < 4 ? plain.relu() : plain).data());
  }
  await assertSameBits(project(head, h, { batchNorm }), layers[4]);
  tf.dispose(layers);
  head.dispose();
});

Deno.test("a head comes back from its shape and its tensors, beside those of others", async () => {
  const head = createProjectionHead({ layers: 3, width: 5, input: INPUT, output: OUTPUT, seed: 9 });
  const shape = projectionHeadShapeSchema.parse(JSON.parse(JSON.stringify(head.shape)));
  const tensors = await head.snapshot();
  const restored = restoreProjectionHead(
    shape,
    new Map([["conv1.weight", tensors.get("head.0.weight")!], ...tensors]),
  );
  assertEquals(restored.shape, head.shape);
  assertEquals(await restored.snapshot(), tensors);
  restored.dispose();

  tensors.delete("head.bn1.running_mean");
  const before = runtime.memory().tensors;
  const error = assertThrows(() => restoreProjectionHead(shape, tensors), LookalikeError);
  assertEquals(error.code, "damaged");
  const sentence = "Cannot restore the weights as head.bn1.running_mean must be float32 [5]: ";
  assert(error.message.startsWith(sentence), error.message);
  assertEquals(runtime.memory().tensors, before);
  head.dispose();
});

Deno.test("a nonlinear head without a hidden layer is refused", () => {
  for (const layers of [1, 0, -1, 2.5, NaN]) {
    const create = () => createProjectionHead({ layers, input: INPUT, output: OUTPUT, seed: 1 });
    const error = assertThrows(create, LookalikeError, `it is ${layers}`);
    assertEquals(error.code, "invalid_input");
  }
});
