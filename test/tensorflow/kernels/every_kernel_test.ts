import { assertEquals } from "@std/assert";
import {
  batchNormInference,
  batchNormTraining,
  compile,
  conv2d,
  gatherRows,
  hsvToRgb,
  l2Norm,
  maxPool,
  partitionRows,
  randomNormal,
  randomUniform,
  relu,
  rgbToHsv,
  singularValues,
  softmaxCrossEntropy,
  startTensorFlow,
  stitchRows,
  stopGradient,
  tf,
  toBfloat16,
  toFloat,
  topK,
  uint8Tensor,
} from "../../../src/tensorflow/mod.ts";
import { assertSameBits, normals, uniforms } from "./tensors.ts";

const runtime = await startTensorFlow({ device: "cpu" });

/** Tensors that go in, and what makes of them tensors that the caller owns. */
interface Example {
  inputs: tf.Tensor[];
  // deno-lint-ignore no-explicit-any -- each example takes tensors of its own ranks
  run(...inputs: any[]): tf.Tensor[];
}

const images = uniforms<tf.Rank.R4>([4, 6, 6, 3], 1);
const filter = normals<tf.Rank.R4>([3, 3, 3, 8], 2);
const channel = (seed: number) => uniforms<tf.Rank.R1>([3], seed);
const rows = tf.tensor1d([1, 3, 1, 0], "int32");
const part = tf.tensor1d([2, 0, 2, 0], "int32");
const seed = tf.tensor1d([7, 8], "int32");
const matrix = normals<tf.Rank.R2>([4, 5], 3);
const bytes = uint8Tensor<tf.Rank.R2>(Uint8Array.from({ length: 20 }, (_, i) => 13 * i), [4, 5]);

const examples: Record<string, Example> = {
  stopGradient: { inputs: [matrix], run: (x) => [stopGradient(x)] },
  singularValues: { inputs: [matrix], run: (x) => [singularValues(x)] },
  softmaxCrossEntropy: { inputs: [matrix, rows], run: (x, y) => [softmaxCrossEntropy(x, y)] },
  "the gradient of softmaxCrossEntropy": {
    inputs: [matrix, rows],
    run: (x, y) => [tf.grad((x) => softmaxCrossEntropy(x as tf.Tensor2D, y))(x)],
  },
  "conv2d of stride 1": { inputs: [images, filter], run: (x, w) => [conv2d(x, w)] },
  "conv2d of stride 2": { inputs: [images, filter], run: (x, w) => [conv2d(x, w, { stride: 2 })] },
  "conv2d in bfloat16": {
    inputs: [images, filter],
    run: (x, w) => [conv2d(x, w, { precision: "bfloat16" })],
  },
  "the gradient of conv2d": {
    inputs: [images, filter],
    run: (x, w) => tf.grads((x, w) => conv2d(x as tf.Tensor4D, w as tf.Tensor4D))([x, w]),
  },
  "the gradient of conv2d in bfloat16": {
    inputs: [images, filter],
    run: (x, w) =>
      tf.grads((x, w) =>
        toFloat(conv2d(x as tf.Tensor4D, w as tf.Tensor4D, { stride: 2, precision: "bfloat16" }))
      )([x, w]),
  },
  batchNormTraining: {
    inputs: [images, channel(4), channel(5)],
    run: (x, scale, offset) => Object.values(batchNormTraining(x, { scale, offset })),
  },
  "the gradient of batchNormTraining": {
    inputs: [images, channel(4), channel(5)],
    run(x, scale, offset) {
      let statistics: tf.Tensor[] = [];
      const gradients = tf.grads((x, scale, offset) => {
        const affine = { scale: scale as tf.Tensor1D, offset: offset as tf.Tensor1D };
        const { y, mean, variance } = batchNormTraining(x as tf.Tensor4D, affine);
        statistics = [mean, variance];
        return y.square();
      })([x, scale, offset]);
      return [...gradients, ...statistics];
    },
  },
  batchNormInference: {
    inputs: [images, channel(4), channel(5), channel(6), channel(7)],
    run: (x, scale, offset, mean, variance) => [
      batchNormInference(x, { scale, offset }, { mean, variance }),
    ],
  },
  l2Norm: { inputs: [matrix], run: (x) => [l2Norm(x)] },
  maxPool: { inputs: [images], run: (x) => [maxPool(x, { side: 3, stride: 2 })] },
  "the gradient of maxPool": {
    inputs: [images],
    run: (x) => [tf.grad((x) => maxPool(x as tf.Tensor4D, { side: 3, stride: 2 }).square())(x)],
  },
  "the gradient of maxPool in bfloat16": {
    inputs: [images],
    run: (x) => [
      tf.grad((x) => toFloat(maxPool(toBfloat16(x as tf.Tensor4D), { side: 3, stride: 2 })))(x),
    ],
  },
  relu: { inputs: [matrix], run: (x) => [relu(x)] },
  "the gradient of relu": { inputs: [matrix], run: (x) => [tf.grad((x) => relu(x).square())(x)] },
  "gatherRows of floats": { inputs: [matrix, rows], run: (x, rows) => [gatherRows(x, rows)] },
  "gatherRows of bytes": { inputs: [bytes, rows], run: (x, rows) => [gatherRows(x, rows)] },
  "gatherRows of bfloat16": {
    inputs: [matrix, rows],
    run: (x, rows) => [tf.tidy(() => gatherRows(toBfloat16(x), rows))],
  },
  "the gradient of gatherRows": {
    inputs: [matrix, rows],
    run: (x, rows) => [tf.grad((x) => gatherRows(x, rows).square())(x)],
  },
  topK: { inputs: [matrix], run: (x) => Object.values(topK(x, 3)) },
  partitionRows: { inputs: [matrix, part], run: (x, part) => partitionRows(x, part, 3) },
  "partitionRows of bfloat16": {
    inputs: [matrix, part],
    run: (x, part) => tf.tidy(() => partitionRows(toBfloat16(x), part, 3)),
  },
  stitchRows: {
    inputs: [tf.tensor1d([1, 2], "int32"), tf.tensor1d([0], "int32"), matrix],
    run: (first, second, x) => [
      tf.tidy(() => stitchRows([first, second], [x.slice(0, 2), x.slice(3, 1)], [3, 5])),
    ],
  },
  "sorting into parts, changing one, and back": {
    inputs: [matrix, part],
    run: (x, part) => [
      tf.tidy(() => {
        const [first, ...others] = partitionRows(x, part, 3);
        const places = partitionRows(tf.range(0, 4, 1, "int32"), part, 3);
        return stitchRows(places, [tf.mul(first, 2), ...others], [4, 5]);
      }),
    ],
  },
  rgbToHsv: { inputs: [images], run: (x) => [rgbToHsv(x)] },
  hsvToRgb: { inputs: [images], run: (x) => [hsvToRgb(x)] },
  randomUniform: { inputs: [seed], run: (seed) => [randomUniform<tf.Rank.R2>([50, 3], seed)] },
  randomNormal: { inputs: [seed], run: (seed) => [randomNormal<tf.Rank.R2>([50, 3], seed)] },
  "toFloat of bytes": { inputs: [bytes], run: (x) => [toFloat(x)] },
  "toFloat of floats": { inputs: [matrix], run: (x) => [toFloat(x)] },
  toBfloat16: { inputs: [matrix], run: (x) => [toBfloat16(x)] },
  "the gradient of both casts": {
    inputs: [matrix],
    run: (x) => [tf.grad((x) => toFloat(toBfloat16(x)).square())(x)],
  },
};

for (const [name, { inputs, run }] of Object.entries(examples)) {
  Deno.test(`${name} gives the same bits compiled`, async () => {
    const compiled = compile(run, { name, optimizeGraph: false });
    const [eager, traced] = [run(...inputs), await compiled(...inputs)];
    assertEquals(traced.length, eager.length);
    for (const [at, tensor] of traced.entries()) await assertSameBits(tensor, eager[at]);
    compiled.dispose();
    tf.dispose([eager, traced]);
  });

  Deno.test(`${name} leaves nothing behind but what it returns`, () => {
    tf.dispose(run(...inputs)); // sends the inputs to the device
    const before = runtime.memory();
    const outputs = run(...inputs);
    assertEquals(runtime.memory().tensors - before.tensors, outputs.length);
    tf.dispose(outputs);
    const after = runtime.memory();
    assertEquals([after.tensors, after.handles], [before.tensors, before.handles]);
  });
}
