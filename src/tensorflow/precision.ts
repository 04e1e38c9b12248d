import { type OpAttribute } from "./attributes.ts";
import { DType } from "./dtypes.ts";
import type { OpDefinition } from "./op_definitions.ts";

/** In what numbers convolutions and matrix products are computed. */
export type Precision = "float32" | "bfloat16";

/**
 * Ops that go on in bfloat16 when what comes in is bfloat16: the convolutions themselves and what
 * stands between them. Every other op is given float32, so that losses, statistics and updates
 * never see less.
 */
const STAYS_BFLOAT16 = new Set([
  "AddN",
  "Add",
  "BatchMatMulV2",
  "ConcatV2",
  "Conv2D",
  "Conv2DBackpropFilter",
  "Conv2DBackpropInput",
  "FusedBatchNormGradV3",
  "FusedBatchNormV3",
  "Identity",
  "MatMul",
  "MaxPool",
  "MaxPoolGrad",
  "Pad",
  "Relu",
  "ReluGrad",
  "Reshape",
  "Slice",
  "StridedSlice",
  "Transpose",
]);

/** Of those, the sums: they stay in bfloat16 only if every term is, so that nothing is rounded down. */
const SUMS = new Set(["AddN", "Add"]);

/** What an op should be given: a type for each input, and its attributes to match. */
export interface Reconciled {
  dtypes: number[];
  attributes: OpAttribute[];
}

/**
 * Settles the types of an op of which some input is bfloat16, a type that TensorFlow.js does not
 * know and takes for float32: the inputs that share a type attribute become all bfloat16 or all
 * float32, and the attribute says so.
 *
 * @param name The op.
 * @param definition Its definition.
 * @param call Its attributes as TensorFlow.js has them and the true types of its inputs.
 * @returns Types and attributes with which it can run.
 */
export function reconcile(
  name: string,
  definition: OpDefinition,
  call: { attributes: OpAttribute[]; dtypes: number[] },
): Reconciled {
  const dtypes = [...call.dtypes];
  const attributes = call.attributes.map((attribute) => ({ ...attribute }));
  const attribute = (named: string) => attributes.find(({ name }) => name === named);
  if (name === "Cast") {
    const source = attribute("SrcT");
    if (source) source.value = dtypes[0];
    return { dtypes, attributes };
  }
  for (const [typeAttribute, inputs] of inputsByType(definition, dtypes.length)) {
    const low = inputs.filter((input) => dtypes[input] === DType.BFLOAT16).length;
    if (low === 0) continue;
    const stays = STAYS_BFLOAT16.has(name) && (low === inputs.length || !SUMS.has(name));
    const wanted = stays ? DType.BFLOAT16 : DType.FLOAT;
    for (const input of inputs) {
      if (dtypes[input] === DType.FLOAT || dtypes[input] === DType.BFLOAT16) dtypes[input] = wanted;
    }
    const type = attribute(typeAttribute);
    if (type?.value === DType.FLOAT || type?.value === DType.BFLOAT16) type.value = wanted;
  }
  return { dtypes, attributes };
}

/** Which inputs share each type attribute; an argument that is a list takes what the others leave. */
function inputsByType(definition: OpDefinition, count: number): Map<string, number[]> {
  const single = definition.inputs.filter(({ listAttribute }) => !listAttribute).length;
  const groups = new Map<string, number[]>();
  let next = 0;
  for (const { listAttribute, typeAttribute } of definition.inputs) {
    const inputs = groups.get(typeAttribute) ?? [];
    for (let taken = listAttribute ? count - single : 1; taken > 0; taken--) inputs.push(next++);
    groups.set(typeAttribute, inputs);
  }
  return groups;
}
