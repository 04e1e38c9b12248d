import { assert, assertEquals } from "@std/assert";
import type { OpAttribute } from "../../src/tensorflow/attributes.ts";
import { AttributeType } from "../../src/tensorflow/attributes.ts";
import { nodeBackend } from "../../src/tensorflow/backend.ts";
import { DType } from "../../src/tensorflow/dtypes.ts";
import {
  batchNormTraining,
  compile,
  conv2d,
  relu,
  startTensorFlow,
  tf,
  toBfloat16,
  toFloat,
} from "../../src/tensorflow/mod.ts";
import { type Precision, reconcile } from "../../src/tensorflow/precision.ts";
import { assertClose, assertSameBits, normals, trueType } from "./kernels/tensors.ts";

await startTensorFlow({ device: "cpu" });

const { FLOAT, BFLOAT16, INT32, BOOL } = DType;
const type = (name: string, value: number): OpAttribute => ({
  name,
  type: AttributeType.TYPE,
  value,
});

interface Case {
  op: string;
  given: number[];
  wanted: number[];
  attributes?: OpAttribute[];
  settled?: OpAttribute[];
}

const T = [type("T", FLOAT)];
const low = [type("T", BFLOAT16)];
const cases: Record<string, Case> = {
  "a convolution takes both in bfloat16": {
    op: "Conv2D",
    given: [BFLOAT16, FLOAT],
    wanted: [BFLOAT16, BFLOAT16],
    settled: low,
  },
  "its gradient leaves the sizes alone": {
    op: "Conv2DBackpropInput",
    given: [INT32, BFLOAT16, FLOAT],
    wanted: [INT32, BFLOAT16, BFLOAT16],
    settled: low,
  },
  "batch norm keeps scale and statistics in float32": {
    op: "FusedBatchNormV3",
    given: [BFLOAT16, FLOAT, FLOAT, FLOAT, FLOAT],
    wanted: [BFLOAT16, FLOAT, FLOAT, FLOAT, FLOAT],
    attributes: [...T, type("U", FLOAT)],
    settled: [...low, type("U", FLOAT)],
  },
  "a sum of bfloat16 stays so": {
    op: "Add",
    given: [BFLOAT16, BFLOAT16],
    wanted: [BFLOAT16, BFLOAT16],
    settled: low,
  },
  "a sum with a float32 is float32": {
    op: "Add",
    given: [BFLOAT16, FLOAT],
    wanted: [FLOAT, FLOAT],
    settled: T,
  },
  "a sum of many with one float32 is float32": {
    op: "AddN",
    given: [BFLOAT16, FLOAT, BFLOAT16],
    wanted: [FLOAT, FLOAT, FLOAT],
    settled: T,
  },
  "any other op is given float32": {
    op: "Exp",
    given: [BFLOAT16],
    wanted: [FLOAT],
    settled: T,
  },
  "an op that was told bfloat16 is told float32": {
    op: "GatherV2",
    given: [BFLOAT16, INT32, INT32],
    wanted: [FLOAT, INT32, INT32],
    attributes: [type("Tparams", BFLOAT16), type("Tindices", INT32)],
    settled: [type("Tparams", FLOAT), type("Tindices", INT32)],
  },
  "what is neither is left alone": {
    op: "SelectV2",
    given: [BOOL, FLOAT, BFLOAT16],
    wanted: [BOOL, FLOAT, FLOAT],
    settled: T,
  },
  "two lists of tensors are told apart": {
    op: "DynamicStitch",
    given: [INT32, INT32, FLOAT, BFLOAT16],
    wanted: [INT32, INT32, FLOAT, FLOAT],
    settled: T,
  },
  "a cast is told what comes in": {
    op: "Cast",
    given: [BFLOAT16],
    wanted: [BFLOAT16],
    attributes: [type("SrcT", FLOAT), type("DstT", INT32)],
    settled: [type("SrcT", BFLOAT16), type("DstT", INT32)],
  },
};

for (const [what, { op, given, wanted, attributes = T, settled }] of Object.entries(cases)) {
  Deno.test(`reconcile: ${what}`, () => {
    const before = structuredClone(attributes);
    const definition = nodeBackend().binding.definition(op);
    const result = reconcile(op, definition, { attributes, dtypes: given });
    assertEquals(result.dtypes, wanted);
    assertEquals(result.attributes, settled);
    assertEquals(attributes, before); // the caller's own, which it may use again
  });
}

const x = normals<tf.Rank.R4>([4, 8, 8, 16], 1);
const weights = {
  filter: tf.variable(normals<tf.Rank.R4>([3, 3, 16, 16], 2).div(12) as tf.Tensor4D),
  scale: tf.variable(normals<tf.Rank.R1>([16], 3).abs().add(0.5) as tf.Tensor1D),
  offset: tf.variable(normals<tf.Rank.R1>([16], 4)),
};
const target = normals<tf.Rank.R2>([4, 16], 5);

/** What a residual block does: conv → batch norm → relu → add → mean over positions. */
function block(x: tf.Tensor4D, precision: Precision): tf.Tensor[] {
  const y = conv2d(x, weights.filter as tf.Tensor4D, { precision });
  const norm = batchNormTraining(y, weights as { scale: tf.Tensor1D; offset: tf.Tensor1D });
  const again = conv2d(relu(norm.y), weights.filter as tf.Tensor4D, { precision });
  const sum = tf.add(again, y);
  tf.dispose([norm.mean, norm.variance]);
  return [y, norm.y, sum, tf.mean(sum, [1, 2])];
}

function lossAndGradients(x: tf.Tensor, precision: Precision): tf.Tensor[] {
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => {
      const h = block(x as tf.Tensor4D, precision)[3];
      return tf.sum(tf.mul(h, target)) as tf.Scalar;
    }, Object.values(weights));
    return [value, ...Object.values(weights).map(({ name }) => grads[name])];
  });
}

Deno.test("a block stays in bfloat16 up to its mean, which is float32", () => {
  assertEquals(block(x, "bfloat16").map(trueType), ["bfloat16", "bfloat16", "bfloat16", "float"]);
  assertEquals(block(x, "float32").map(trueType), ["float", "float", "float", "float"]);
});

Deno.test("a block in bfloat16 is close to float32, forward and backward", async () => {
  const h = { low: block(x, "bfloat16")[3], high: block(x, "float32")[3] };
  assertClose(await h.low.data(), await h.high.data(), 2e-2);
  const [low, high] = [lossAndGradients(x, "bfloat16"), lossAndGradients(x, "float32")];
  for (const at of low.keys()) {
    assertEquals(trueType(low[at]), "float"); // so the loss and what optimisers see
    const [rounded, exact] = [await low[at].data(), await high[at].data()];
    assertClose(rounded, exact, 2e-2);
    assert(rounded.some((value, index) => value !== exact[index]), "nothing was rounded");
  }
});

Deno.test("sums of bfloat16 and float32 lose nothing", async () => {
  const small = tf.tensor1d([1 + 2 ** -20]); // bfloat16 would drop the second term
  const sums = [
    tf.add(toBfloat16(tf.tensor1d([1])), small),
    tf.add(small, toBfloat16(tf.tensor1d([1]))),
    tf.addN([toBfloat16(tf.tensor1d([0.5])), small, toBfloat16(tf.tensor1d([0.5]))]),
  ];
  for (const sum of sums) {
    assertEquals(trueType(sum), "float");
    assertEquals((await sum.data())[0], 2 + 2 ** -20);
  }
});

Deno.test("matrix products in bfloat16 are close to float32, and their gradients float32", async () => {
  const [a, b] = [normals<tf.Rank.R2>([16, 32], 6), normals<tf.Rank.R2>([32, 8], 7)];
  const product = (cast: <R extends tf.Tensor>(x: R) => R) =>
    tf.valueAndGrads((a, b) => toFloat(tf.matMul(cast(a), cast(b))))([a, b], tf.ones([16, 8]));
  const [low, high] = [product(toBfloat16), product((x) => x)];
  assertEquals(trueType(tf.matMul(toBfloat16(a), toBfloat16(b))), "bfloat16");
  assertClose(await low.value.data(), await high.value.data(), 1e-2);
  for (const at of [0, 1]) {
    assertEquals(trueType(low.grads[at]), "float");
    assertClose(await low.grads[at].data(), await high.grads[at].data(), 1e-2);
  }
});

for (const precision of ["float32", "bfloat16"] as const) {
  Deno.test(`a block in ${precision} and its gradients give the same bits compiled`, async () => {
    const eager = lossAndGradients(x, precision);
    const compiled = compile((x: tf.Tensor) => lossAndGradients(x, precision), {
      name: "block",
      optimizeGraph: false,
    });
    const traced = await compiled(x);
    for (const at of eager.keys()) await assertSameBits(traced[at], eager[at]);
  });
}
