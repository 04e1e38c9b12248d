import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import {
  byBatchStatistics,
  createEncoder,
  encode,
  type EncoderArchitecture,
  restoreEncoder,
} from "../../src/model/mod.ts";
import { compile, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { assertClose, assertSameBits, uniforms } from "../tensorflow/kernels/tensors.ts";
import { plainResnet } from "./plain_resnet.ts";
import { PARAMETERS, STATE } from "./torchvision_names.ts";

const runtime = await startTensorFlow({ device: "cpu" });

const resnet18 = (widthMultiplier: number): EncoderArchitecture => ({
  family: "resnet18",
  stem: "cifar",
  widthMultiplier,
});
const small = resnet18(0.125);
const images = uniforms<tf.Rank.R4>([3, 12, 12, 3], 1);

/** An encoder whose batch norms have something to do, as after training. */
function trainedEncoder(seed: number) {
  const encoder = createEncoder(small, { seed });
  const vectors = [...encoder.parameters, ...encoder.state].filter(([, { rank }]) => rank === 1);
  for (const [at, [name, variable]] of vectors.entries()) {
    const drawn = uniforms<tf.Rank.R1>(variable.shape as [number], 1000 * seed + at);
    // Scales and variances around 1, offsets and means around 0
    variable.assign(/weight|running_var/.test(name) ? drawn.add(0.5) : drawn.sub(0.5));
  }
  return encoder;
}

Deno.test("tensors have torchvision's names and shapes, and 11,168,832 parameters", () => {
  const encoder = createEncoder(resnet18(1), { seed: 1 });
  const shapes = (variables: Map<string, tf.Variable>) =>
    [...variables].map(([name, { shape }]) => [name, shape]);
  assertEquals(shapes(encoder.parameters), PARAMETERS);
  assertEquals(shapes(encoder.state), STATE);
  const sizes = [...encoder.parameters.values()].map(({ size }) => size);
  // torchvision's resnet18 has 11,689,512: less fc (513,000) and the 7×7 stem, and the 3×3 stem
  assertEquals(11_689_512 - 513_000 - 7 * 7 * 3 * 64 + 3 * 3 * 3 * 64, 11_168_832);
  assertEquals(sizes.reduce((sum, size) => sum + size), 11_168_832);
  encoder.dispose();
});

Deno.test("the width multiplier scales every layer, and h has 512·w numbers", () => {
  for (const width of [0.125, 0.25, 0.3]) {
    const encoder = createEncoder(resnet18(width), { seed: 1 });
    assertEquals(encoder.dimension, Math.round(512 * width));
    for (const [name, shape] of [...PARAMETERS, ...STATE]) {
      const found = (encoder.parameters.get(name) ?? encoder.state.get(name))!.shape;
      const scaled = shape.map((axis) => axis > 3 ? Math.round(axis * width) : axis);
      assertEquals(found, scaled, name);
    }
    const h = encode(encoder, images);
    assertEquals(h.shape, [3, encoder.dimension]);
    h.dispose();
    encoder.dispose();
  }
});

Deno.test("weights are a function of the seed, and are drawn as He et al. have it", async () => {
  const draw = async (seed: number) => {
    const encoder = createEncoder(resnet18(0.25), { seed });
    const tensors = await encoder.snapshot();
    encoder.dispose();
    return tensors;
  };
  const [once, again, other] = [await draw(5), await draw(5), await draw(6)];
  assertEquals(again, once);
  for (const [name, { shape, data }] of once) {
    if (shape.length === 1) {
      const value = /weight|running_var/.test(name) ? 1 : 0;
      assert(data.every((found) => found === value), name);
      continue;
    }
    assertNotEquals(other.get(name)!.data[0], data[0], name);
    const [side, , , outputs] = shape;
    const deviation = Math.sqrt(2 / (side * side * outputs)); // of the fan-out
    const values = Array.from(data);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    const error = 5 / Math.sqrt(data.length); // five standard errors
    assert(Math.abs(mean) < error * deviation, `${name}: mean ${mean}`);
    assert(Math.abs(variance / deviation ** 2 - 1) < error * Math.SQRT2, `${name}: ${variance}`);
  }
});

Deno.test("h is what the network of torchvision gives, spelt out", async () => {
  const encoder = trainedEncoder(2);
  const tensors = new Map<string, tf.Tensor>([...encoder.parameters, ...encoder.state]);
  for (const side of [12, 15]) {
    const x = uniforms<tf.Rank.R4>([2, side, side, 3], side);
    const [h, expected] = [encode(encoder, x), plainResnet(x, tensors)];
    assertEquals(h.shape, expected.shape);
    assertClose(await h.data(), await expected.data(), 1e-5);
  }
  encoder.dispose();
});

Deno.test("a restored encoder gives h to the bit", async () => {
  const encoder = trainedEncoder(3);
  const tensors = await encoder.snapshot();
  const more = new Map(tensors).set("head.0.weight", tensors.get("bn1.bias")!); // of no concern
  const restored = restoreEncoder(small, more);
  await assertSameBits(encode(restored, images), encode(encoder, images));
  assertEquals(await restored.snapshot(), tensors);
  encoder.dispose();
  restored.dispose();
});

Deno.test("a snapshot is a copy, which the encoder does not see again", async () => {
  const encoder = createEncoder(small, { seed: 4 });
  const snapshot = await encoder.snapshot(); // while its weights are not on the device yet
  const before = structuredClone(snapshot);
  for (const { data } of snapshot.values()) data.fill(0);
  assertEquals(await encoder.snapshot(), before);
  encoder.dispose();
});

const damages: Record<string, [damaged: object | undefined, found: string]> = {
  "is missing": [undefined, "missing"],
  "has another shape": [{ shape: [8] }, "float32 [8]"],
  "has another type": [{ dtype: "int32" }, "int32 [64]"],
};

for (const [what, [damage, found]] of Object.entries(damages)) {
  Deno.test(`a tensor that ${what} is named, and nothing is kept`, async () => {
    const encoder = createEncoder(small, { seed: 5 });
    const tensors = await encoder.snapshot();
    encoder.dispose();
    const name = "layer4.1.bn2.running_var";
    if (damage) tensors.set(name, { ...tensors.get(name)!, ...damage });
    else tensors.delete(name);
    const before = runtime.memory().tensors;
    const error = assertThrows(() => restoreEncoder(small, tensors), LookalikeError);
    assertEquals(error.code, "damaged");
    const sentence = `Cannot restore the weights as ${name} must be float32 [64]: it is ${found}.`;
    assert(error.message.startsWith(sentence), error.message);
    assertEquals(runtime.memory().tensors, before);
  });
}

Deno.test("in inference an image's h does not depend on the others; in training it does", async () => {
  const encoder = trainedEncoder(6);
  const others = tf.concat([images.slice(0, 1), uniforms<tf.Rank.R4>([2, 12, 12, 3], 99)]);
  const first = (h: tf.Tensor) => h.slice(0, 1);
  const inference = (x: tf.Tensor) => first(encode(encoder, x as tf.Tensor4D));
  await assertSameBits(inference(others), inference(images));
  assertClose(await inference(images.slice(0, 1)).data(), await inference(images).data(), 1e-5);
  const training = (x: tf.Tensor) =>
    first(encode(encoder, x as tf.Tensor4D, {
      batchNorm: byBatchStatistics(encoder.parameters, []),
    }));
  const [one, other] = [await training(images).data(), await training(others).data()];
  assert(one.some((value, at) => Math.abs(value - other[at]) > 0.01), "nothing changed");
  encoder.dispose();
});

Deno.test("h sees every part and every colour of an image", async () => {
  const encoder = trainedEncoder(7);
  const image = images.slice(0, 1) as tf.Tensor4D;
  const h = await encode(encoder, image).data();
  const parts: [start: number[], size: number[]][] = [
    ...[0, 6].map((x): [number[], number[]] => [[0, 0, x, 0], [1, 12, 6, 3]]), // left, right
    ...[0, 6].map((y): [number[], number[]] => [[0, y, 0, 0], [1, 6, 12, 3]]), // top, bottom
    ...[0, 1, 2].map((c): [number[], number[]] => [[0, 0, 0, c], [1, 12, 12, 1]]), // colours
  ];
  for (const [start, size] of parts) {
    const mask = tf.pad(
      tf.ones(size),
      size.map((length, axis) => [start[axis], image.shape[axis] - start[axis] - length]),
    );
    const changed = await encode(encoder, image.sub(mask.mul(0.5)) as tf.Tensor4D).data();
    assert(changed.some((value, at) => Math.abs(value - h[at]) > 1e-3), `${start} changes nothing`);
  }
  encoder.dispose();
});

Deno.test("h in bfloat16 is close to h in float32, and itself float32", async () => {
  const encoder = trainedEncoder(8);
  const low = encode(encoder, images, { precision: "bfloat16" });
  const [rounded, exact] = [await low.data(), await encode(encoder, images).data()];
  assertClose(rounded, exact, 3e-2);
  assert(rounded.some((value, at) => value !== exact[at]), "nothing was rounded");
  encoder.dispose();
});

Deno.test("compiled, an encoder gives the same h and reads its weights anew", async () => {
  const encoder = trainedEncoder(9);
  const exact = compile((x: tf.Tensor4D) => encode(encoder, x), { optimizeGraph: false });
  const fast = compile((x: tf.Tensor4D) => encode(encoder, x));
  for (const round of [1, 2]) {
    const h = encode(encoder, images);
    await assertSameBits(await exact(images), h);
    assertClose(await (await fast(images)).data(), await h.data(), 1e-5);
    const weight = encoder.parameters.get("layer4.1.bn2.weight")!;
    weight.assign(weight.mul(1 + round));
  }
  exact.dispose();
  fast.dispose();
  encoder.dispose();
});

Deno.test("encoding leaves h behind and nothing else, and a disposed encoder nothing at all", () => {
  const start = runtime.memory();
  const encoder = createEncoder(small, { seed: 10 });
  encode(encoder, images).dispose(); // sends the weights to the device
  const before = runtime.memory();
  const h = encode(encoder, images);
  assertEquals(runtime.memory().tensors - before.tensors, 1);
  h.dispose();
  encoder.dispose();
  const after = runtime.memory();
  assertEquals([after.tensors, after.handles], [start.tensors, start.handles]);
});
