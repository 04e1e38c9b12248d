import { assert, assertEquals } from "@std/assert";
import { compile, type Runtime, startTensorFlow, tf } from "../../src/tensorflow/mod.ts";

const SIDE = 128;
/** What one tensor of the tests takes. */
const TENSOR_BYTES = SIDE * SIDE * 4;

Deno.test("ten thousand rounds of eager ops keep neither handles nor memory", async () => {
  const runtime = await startTensorFlow({ device: "cpu" });
  const weights = tf.variable(tf.fill([SIDE, SIDE], 0.01));
  const values = Float32Array.from({ length: SIDE * SIDE }, (_, index) => index / SIDE);
  const long = "a text that does not fit into a header".repeat(SIDE);
  await expectNoLeak(runtime, async () => {
    const fresh = tf.tensor2d(values, [SIDE, SIDE]);
    const texts = tf.tensor1d(["short", long]);
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() =>
        tf.relu(tf.matMul(fresh, weights)).sub(tf.mean(fresh, 0)).square().mean() as tf.Scalar
      );
      weights.assign(tf.sub(weights, tf.mul(grads[weights.name], 1e-6)));
      return value;
    });
    assert(Number.isFinite((await loss.data())[0]));
    assertEquals(texts.dataSync()[1], long);
    tf.dispose([fresh, texts, loss]);
  });
  weights.dispose();
});

Deno.test("ten thousand calls of a compiled function keep neither handles nor memory", async () => {
  const runtime = await startTensorFlow({ device: "cpu" });
  const weights = tf.variable(tf.fill([SIDE, SIDE], 0.01));
  const step = compile((x: tf.Tensor, rate: tf.Tensor) => {
    const { value, grads } = tf.variableGrads(() =>
      tf.relu(tf.matMul(x as tf.Tensor2D, weights)).square().mean() as tf.Scalar
    );
    weights.assign(tf.sub(weights, tf.mul(grads[weights.name], rate)));
    return { loss: value, weights: tf.mul(weights, 1) };
  });
  const values = Float32Array.from({ length: SIDE * SIDE }, (_, index) => index / SIDE);
  await expectNoLeak(runtime, async (iteration) => {
    const x = tf.tensor2d(values, [SIDE, SIDE]);
    const rate = tf.scalar(1e-6);
    const results = await step(x, rate);
    if (iteration % 100 === 0) assert(Number.isFinite((await results.loss.data())[0]));
    tf.dispose([x, rate, results.loss, results.weights]);
  });
  step.dispose();
  weights.dispose();
});

Deno.test("functions compiled and disposed of keep neither handles nor memory", async () => {
  const runtime = await startTensorFlow({ device: "cpu" });
  const before = runtime.memory();
  for (let round = 0; round < 50; round++) {
    const outside = tf.fill([SIDE, SIDE], round);
    const add = compile((x: tf.Tensor) => tf.add(x, outside), { name: "add" });
    const x = tf.ones([SIDE, SIDE]);
    const sum = await add(x);
    assertEquals((await sum.data())[0], round + 1);
    add.dispose();
    await Promise.resolve(); // the traces are freed behind it
    tf.dispose([outside, x, sum]);
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  const after = runtime.memory();
  assertEquals([after.handles, after.tensors], [before.handles, before.tensors]);
});

/** Runs `round` ten thousand times and holds what is left behind against what a leak would leave. */
async function expectNoLeak(runtime: Runtime, round: (iteration: number) => Promise<void>) {
  await lowest(runtime, { from: 0, to: 2_000, round }); // allocators and the JIT settle
  const before = runtime.memory();
  const early = await lowest(runtime, { from: 2_000, to: 4_000, round });
  await lowest(runtime, { from: 4_000, to: 8_000, round });
  const late = await lowest(runtime, { from: 8_000, to: 10_000, round });
  const after = runtime.memory();
  assertEquals([after.handles, after.tensors], [before.handles, before.tensors]);
  // A tensor kept at each iteration would make this 6,000 tensors, or 393 MB
  const most = 1_500 * TENSOR_BYTES;
  assert(late - early < most, `grew by ${late - early} bytes: at most ${most} are expected`);
}

/** Runs `round` over a range of iterations; the fewest resident bytes on the way, as GC comes and goes. */
async function lowest(
  runtime: Runtime,
  range: { from: number; to: number; round: (iteration: number) => Promise<void> },
): Promise<number> {
  let bytes = Infinity;
  for (let iteration = range.from; iteration < range.to; iteration++) {
    await range.round(iteration);
    if (iteration % 100 === 0) bytes = Math.min(bytes, runtime.memory().bytes);
  }
  return bytes;
}
