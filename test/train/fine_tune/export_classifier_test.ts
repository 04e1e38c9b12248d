import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import {
  byRunningStatistics,
  encode,
  projectionLayers,
  restoreEncoder,
  restoreProjectionHead,
} from "../../../src/model/mod.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { exportClassifier, trainClassifier } from "../../../train/fine_tune/mod.ts";
import { colouredImages } from "./coloured_images.ts";
import { smallEncoder } from "./small_encoder.ts";

await startTensorFlow({ device: "cpu" });

const { architecture, tensors, head, headTensors } = await smallEncoder();
const test = colouredImages(9, { seed: 1 });
const base = {
  ...{ architecture, tensors, train: colouredImages(12), test, epochs: 2, learningRate: 1 },
  ...{ batchSize: 10, unitFeatures: true },
};

for (const layer of [0, 1, 2]) {
  Deno.test(`encoder and classifier say apart what the network said, by layer ${layer} at length 1`, async () => {
    const trained = await trainClassifier({
      ...base,
      head: layer > 0 ? { shape: head, tensors: headTensors, layer } : undefined,
    });
    const { encoder: saved, parameters: { mean, std, weights, bias } } = exportClassifier(trained);
    assertEquals(saved.head, layer > 0 ? head : null);

    const network = restoreEncoder(architecture, saved.tensors);
    const g = saved.head && restoreProjectionHead(saved.head, saved.tensors);
    const pixels = tf.tensor4d(Float32Array.from(await test.all()), [9, 8, 8, 3]);
    const vectors = tf.tidy(() => {
      const h = encode(network, tf.div(pixels, 255)); // [9, F]
      const own = g
        ? projectionLayers(g, h, { batchNorm: byRunningStatistics(g.parameters, g.state) })[layer]
        : h;
      return tf.div(own, tf.norm(own, 2, 1, true)) as tf.Tensor2D; // of length 1
    });
    const said = tf.tidy(() => {
      const standard = tf.div(tf.sub(vectors, tf.tensor1d(mean)), tf.tensor1d(std));
      const w = tf.tensor2d(weights, [mean.length, 3]);
      return tf.softmax(tf.add(tf.matMul(standard as tf.Tensor2D, w), tf.tensor1d(bias)));
    });
    const expected = trained.probabilities;
    (await said.data()).forEach((p, at) => assertAlmostEquals(p, expected[at], 1e-5));
    tf.dispose([pixels, vectors, said]);
    [network, g].forEach((each) => each?.dispose());
  });
}

Deno.test("s is the mean length of the training images' h at the beginning", async () => {
  const { length } = await trainClassifier(base);
  const network = restoreEncoder(architecture, tensors);
  const pixels = tf.tensor4d(Float32Array.from(await base.train.all()), [12, 8, 8, 3]);
  const mean = tf.tidy(() => tf.mean(tf.norm(encode(network, tf.div(pixels, 255)), 2, 1)));
  assertAlmostEquals(length!, (await mean.data())[0], 1e-5);
  tf.dispose([pixels, mean]);
  network.dispose();
});

Deno.test("a classifier that the length of h means something to is not exported", async () => {
  const trained = await trainClassifier({ ...base, unitFeatures: false });
  assertThrows(() => exportClassifier(trained), LookalikeError, "unitFeatures");
});
