import { assert, assertEquals } from "@std/assert";
import {
  byBatchStatistics,
  byRunningStatistics,
  createProjectionHead,
  project,
  toTensors,
} from "../../src/model/mod.ts";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { assertClose, normals, trueType } from "../tensorflow/kernels/tensors.ts";

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
