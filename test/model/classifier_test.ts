import { assert, assertEquals } from "@std/assert";
import { classify, createClassifier } from "../../src/model/mod.ts";
import { compile, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
import { assertClose, assertSameBits, normals, trueType } from "../tensorflow/kernels/tensors.ts";

const runtime = await startTensorFlow({ device: "cpu" });

const [ROWS, INPUT, CLASSES] = [5, 12, 3];
const h = normals<tf.Rank.R2>([ROWS, INPUT], 1);

Deno.test("logits are h·W + b, and nothing else is left", async () => {
  const classifier = createClassifier({ input: INPUT, classes: CLASSES, seed: 1 });
  const { parameters } = classifier;
  assertEquals([...parameters.keys()], ["fc.weight", "fc.bias"]);
  const [weight, bias] = parameters.values();
  bias.assign(normals([CLASSES], 2));
  const before = runtime.memory().tensors;
  const logits = classify(classifier, h);
  assertEquals(runtime.memory().tensors - before, 1);
  assertEquals(logits.shape, [ROWS, CLASSES]);
  const [x, w, b] = [await h.array(), await weight.array() as number[][], await bias.data()];
  const expected = x.flatMap((row) =>
    Array.from(b, (offset, c) => row.reduce((sum, value, f) => sum + value * w[f][c], offset))
  );
  assertClose(await logits.data(), expected, 1e-6);

  const compiled = compile((x: tf.Tensor2D) => classify(classifier, x), { optimizeGraph: false });
  await assertSameBits(await compiled(h), logits);
  compiled.dispose();

  const low = classify(classifier, h, { precision: "bfloat16" });
  assertEquals(trueType(low), "float");
  assertClose(await low.data(), expected, 1e-2);
  classifier.dispose();
});

Deno.test("it begins small or at zero, as a function of the seed", async () => {
  const weights = async (start: { seed: number } | { zero: true }) => {
    const classifier = createClassifier({ input: 64, classes: 10, ...start });
    const tensors = await classifier.snapshot();
    classifier.dispose();
    assertEquals(tensors.get("fc.bias")!.data, new Float32Array(10));
    return tensors.get("fc.weight")!.data;
  };
  assertEquals(await weights({ zero: true }), new Float32Array(640));
  const drawn = await weights({ seed: 3 });
  assertEquals(await weights({ seed: 3 }), drawn);
  assert((await weights({ seed: 4 })).some((value, at) => value !== drawn[at]));
  const variance = Array.from(drawn).reduce((sum, value) => sum + value ** 2, 0) / drawn.length;
  assert(Math.abs(variance / 0.01 ** 2 - 1) < 5 * Math.SQRT2 / Math.sqrt(640), `${variance}`);
});
