import { assertEquals } from "@std/assert";
import { createEmbeddingEngine } from "../../src/embed/engine.ts";
import type { EncoderRunner } from "../../src/embed/runner.ts";
import { compile, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";

await startTensorFlow({ device: "cpu" });

/** More bytes than any machine has: TensorFlow itself says that it has not enough memory. */
const TOO_MANY = [2 ** 22, 2 ** 22];

/** Computes a batch's own pixels with TensorFlow, and far too much beside it past `fits` images. */
function greedyRunner(fits: number): EncoderRunner {
  const modest = compile((pixels: tf.Tensor) => tf.mul(pixels, 1), { name: "modest" });
  const greedy = compile(
    (pixels: tf.Tensor) => tf.mul(pixels, tf.sum(tf.tile(pixels, TOO_MANY))),
    { name: "greedy" },
  );
  return {
    ...{ dimension: 3, side: 1, maxBatch: 4, sizes: [] },
    async run(pixels, count) {
      const input = tf.tensor2d(Float32Array.from(pixels), [count, 3]);
      const forward = count > fits ? greedy : modest;
      const output = await forward(input).finally(() => input.dispose()); // [count, 3]
      return (await output.data() as Float32Array).slice();
    },
    dispose: () => [modest, greedy].forEach((one) => one.dispose()),
  };
}

// TensorFlow waits ten seconds for memory to come free before it says so, hence once only.
Deno.test("out of memory: TensorFlow's own error makes batches smaller", async () => {
  const engine = createEmbeddingEngine(greedyRunner(1), { maxBatch: 2, maxWaitMs: 5, maxQueue: 8 });
  const images = [1, 2, 3].map((value) => new Uint8Array(3).fill(value));
  const { vectors } = await engine.embed(images);
  assertEquals(vectors.map((vector) => [...vector]), images.map((image) => [...image]));
  const { maxBatch, tooLarge, batchSizes } = engine.stats();
  assertEquals([maxBatch, tooLarge, batchSizes], [1, 1, { 1: 3 }]);
  await engine.close();
});
