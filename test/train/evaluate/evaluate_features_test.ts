import { assert } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { evaluateFeatures } from "../../../train/evaluate/mod.ts";
import { blobs } from "../../probe/blobs.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("features that tell the classes apart score high, features that do not score as chance", async () => {
  const sizes = { dimension: 16, classes: 5, noise: 0.6 };
  const train = blobs(400, sizes);
  const test = blobs(400, { ...sizes, seed: 2 });
  const good = await evaluateFeatures({ train, test, ...sizes });
  assert(good.linear > 0.95 && good.knn > 0.95, JSON.stringify(good));

  // Every label beside another example: the features say nothing of it.
  const shuffled = { ...test, labels: test.labels.map((_, i) => Math.floor(i / 5) % 5) };
  const chance = await evaluateFeatures({ train, test: shuffled, ...sizes });
  assert(Math.abs(chance.linear - 0.2) < 0.05 && Math.abs(chance.knn - 0.2) < 0.05);
});

Deno.test("two rings in one another are for kNN, not for a linear probe", async () => {
  const ring = (count: number, shift: number) => ({
    features: Float32Array.from({ length: 3 * count }, (_, i) => {
      const angle = (Math.floor(i / 3) + shift) * 2.4;
      const height = Math.floor(i / 3) % 2 === 0 ? 0.2 : 1.5 * (Math.floor(i / 6) % 2 * 2 - 1);
      return [Math.cos(angle), Math.sin(angle), height][i % 3];
    }),
    labels: Int32Array.from({ length: count }, (_, i) => i % 2),
  });
  const splits = { train: ring(400, 0), test: ring(200, 0.5), dimension: 3, classes: 2 };
  const { linear, knn } = await evaluateFeatures(splits);
  assert(linear < 0.8 && knn > 0.95, `linear ${linear}, kNN ${knn}`);
});
