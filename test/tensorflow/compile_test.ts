import { assert, assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import {
  compile,
  gatherRows,
  randomUniform,
  startTensorFlow,
  tf,
} from "../../src/tensorflow/mod.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("a compiled function gives what the plain one gives, in its structure", async () => {
  const plain = (x: tf.Tensor, y: tf.Tensor) => ({ sum: tf.add(x, y), product: tf.mul(x, y) });
  const compiled = compile(plain, { name: "both" });
  const [x, y] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
  const { sum, product } = await compiled(x, y);
  assertEquals([...await sum.data()], [4, 6]);
  assertEquals([...await product.data()], [3, 8]);
  const list = compile((x: tf.Tensor) => [x, tf.neg(x)]);
  assertEquals([...await (await list(x))[1].data()], [-1, -2]);
});

Deno.test("it is traced once for each combination of shapes and dtypes", async () => {
  let traces = 0;
  const double = compile((x: tf.Tensor) => {
    traces++;
    return tf.mul(x, 2);
  });
  for (const shape of [[2], [2], [3], [2]]) await double(tf.ones(shape));
  await double(tf.ones([2], "int32"));
  assertEquals(traces, 3);
  assertEquals(double.traces, 3);
  assertEquals([...await (await double(tf.ones([3]))).data()], [2, 2, 2]);
});

Deno.test("variables are read anew at each call, and assignments hold afterwards", async () => {
  const v = tf.variable(tf.scalar(1));
  const step = compile((x: tf.Tensor) => {
    v.assign(tf.add(v, x) as tf.Scalar);
    return tf.mul(v, 10);
  });
  assertEquals((await (await step(tf.scalar(2))).data())[0], 30);
  assertEquals((await v.data())[0], 3);
  v.assign(tf.scalar(100));
  assertEquals((await (await step(tf.scalar(2))).data())[0], 1020);
  v.dispose();
});

Deno.test("a failed trace leaves variables and tensors as they were", async () => {
  const v = tf.variable(tf.scalar(5));
  const before = tf.memory().numTensors;
  const broken = compile((x: tf.Tensor) => {
    v.assign(tf.mul(v, x) as tf.Scalar);
    return tf.scalar(x.dataSync()[0]);
  }, { name: "broken" });
  const x = tf.scalar(2);
  await assertRejects(() => broken(x), LookalikeError);
  x.dispose();
  assertEquals((await v.data())[0], 5);
  assertEquals(tf.memory().numTensors, before);
  v.dispose();
});

Deno.test("a tensor from outside is captured, and outlives its disposal", async () => {
  const table = tf.tensor1d([10, 20]);
  const shifted = compile((x: tf.Tensor) => tf.add(x, table));
  await shifted(tf.scalar(1));
  table.dispose();
  assertEquals([...await (await shifted(tf.scalar(2))).data()], [12, 22]);
});

const seed = tf.tensor1d([1, 2], "int32");
const v = tf.variable(tf.scalar(1));
const inner = compile((x: tf.Tensor) => x, { name: "inner" });

const refused: Record<string, [fn: (x: tf.Tensor) => unknown, says: string]> = {
  "a value read": [
    (x) => tf.scalar(x.dataSync()[0]),
    "reads the value of a float tensor of shape [2]",
  ],
  "a variable's value read": [(x) => tf.mul(x, v.dataSync()[0]), "reads the value"],
  "an array made of a value": [(x) => tf.tensor(x.arraySync()), "reads the value"],
  "unseeded normal numbers": [(x) => tf.add(x, tf.randomNormal([2])), "tf.randomNormal draws"],
  "unseeded uniform numbers": [(x) => tf.add(x, tf.randomUniform([2])), "tf.randomUniform draws"],
  "dropout": [(x) => tf.dropout(x, 0.5), "tf.dropout draws"],
  "Math.random": [(x) => tf.mul(x, Math.random()), "Math.random draws"],
  "a stateful draw": [
    (x) => tf.multinomial(x as tf.Tensor1D, 2, 7),
    "Multinomial draws from a state",
  ],
  "a promise": [(x) => Promise.resolve(x), "it returns a promise"],
  "a number": [() => 3, "it returns number"],
  "nothing": [() => undefined, "it returns undefined"],
  "a list with a hole": [(x) => [x, 3], "its result 1 is none"],
  "a new variable": [(x) => tf.variable(x, true, "fresh"), "it makes variables (fresh)"],
  "another compiled function": [(x) => inner(x), "within a trace"],
};

for (const [what, [fn, says]] of Object.entries(refused)) {
  Deno.test(`${what} is refused with an error that names it`, async () => {
    const compiled = compile(fn as () => tf.Tensor, { name: "mine" }) as unknown as (
      x: tf.Tensor,
    ) => Promise<tf.Tensor>;
    const error = await assertRejects(() => compiled(tf.tensor1d([0.2, 0.8])), LookalikeError);
    assertEquals(error.code, "not_traceable");
    assert(error.message.includes(says), error.message);
    assert(what === "another compiled function" || error.message.includes("mine"), error.message);
    assert(Math.random() !== Math.random(), "Math.random is back");
  });
}

Deno.test("inputs are checked", async () => {
  const identity = compile((x: tf.Tensor) => tf.add(x, 1), { name: "identity" });
  const gone = tf.scalar(1);
  gone.dispose();
  const disposed = await assertRejects(() => identity(gone), LookalikeError);
  assert(disposed.message.includes("input 0 must be a tensor: it is disposed"));
  const wrong = await assertRejects(() => identity(3 as unknown as tf.Tensor), LookalikeError);
  assert(wrong.message.includes("it is number"));
});

Deno.test("a tensor of an earlier trace is recognised", async () => {
  let leaked: tf.Tensor | undefined;
  const first = compile((x: tf.Tensor) => leaked = tf.keep(tf.mul(x, 2)));
  await first(tf.scalar(1));
  const second = compile((x: tf.Tensor) => tf.add(x, leaked!), { name: "second" });
  const error = await assertRejects(() => second(tf.scalar(1)), LookalikeError);
  assert(error.message.includes("an earlier trace left behind"), error.message);
});

Deno.test("a second call that would assign variables waits for the first to be awaited", async () => {
  const v = tf.variable(tf.scalar(0));
  const count = compile((x: tf.Tensor) => {
    v.assign(tf.add(v, x) as tf.Scalar);
    return x;
  }, { name: "count" });
  const first = count(tf.scalar(1));
  const error = await assertRejects(() => count(tf.scalar(1)), LookalikeError);
  assertEquals(error.code, "conflict");
  await first;
  await count(tf.scalar(1));
  assertEquals((await v.data())[0], 2);
  v.dispose();
});

Deno.test("calls that assign nothing run side by side", async () => {
  const square = compile((x: tf.Tensor) => tf.square(x));
  const results = await Promise.all([1, 2, 3, 4].map((n) => square(tf.scalar(n))));
  assertEquals(await Promise.all(results.map(async (y) => (await y.data())[0])), [1, 4, 9, 16]);
});

Deno.test("random numbers are a function of the seed that goes in", async () => {
  const draw = compile((seed: tf.Tensor1D) => randomUniform<tf.Rank.R1>([4], seed));
  const once = [...await (await draw(seed)).data()];
  const again = [...await (await draw(seed)).data()];
  const other = [...await (await draw(tf.tensor1d([1, 3], "int32"))).data()];
  assertEquals(once, again);
  assert(once.every((value, at) => value !== other[at]));
});

Deno.test("a call under way survives the disposal of its function", async () => {
  const slow = compile((x: tf.Tensor2D) => tf.matMul(tf.matMul(x, x), x));
  const running = slow(tf.eye(300));
  slow.dispose();
  assertEquals((await (await running).data())[0], 1);
  assertEquals((await (await slow(tf.eye(2))).data())[0], 1); // traced anew
});

Deno.test("an error of TensorFlow at run time is thrown, and the function goes on", async () => {
  const pick = compile((indices: tf.Tensor1D) => gatherRows(tf.tensor1d([5, 6]), indices), {
    name: "pick",
  });
  const wrong = tf.tensor1d([7], "int32");
  const error = await assertRejects(() => pick(wrong), LookalikeError);
  assert(error.message.includes("Cannot run the compiled function pick"), error.message);
  assert(error.message.includes("7 is not in [0, 2)"), error.message);
  assertEquals([...await (await pick(tf.tensor1d([1], "int32"))).data()], [6]);
});
