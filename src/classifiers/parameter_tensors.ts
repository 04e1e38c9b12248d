import type { NamedTensors, StoredTensor } from "../encoders/safetensors.ts";
import type { ClassifierKind, ClassifierParameters } from "./classifiers.ts";

/** The sizes of a classifier: F, and how many classes there are. */
export interface ClassifierShape {
  dimension: number;
  classes: number;
}

/**
 * A classifier's numbers as the tensors of its file.
 *
 * @param parameters The numbers.
 * @param shape Their sizes.
 * @returns Tensors by the names that {@link ClassifierParameters} has; a single number is `[1]`, and
 * `temperature` is rounded to float32.
 * @throws {Error} If sizes or values cannot be; the sentence's end says which: «weights must …».
 */
export function toTensors(parameters: ClassifierParameters, shape: ClassifierShape): NamedTensors {
  const tensors: NamedTensors = new Map();
  const float32 = (name: string, data: Float32Array, lengths: number[]) =>
    tensors.set(name, { dtype: "float32", shape: lengths, data });
  const int32 = (name: string, data: Int32Array) =>
    tensors.set(name, { dtype: "int32", shape: [data.length], data });
  const { dimension, classes } = shape;
  if (parameters.kind === "linear") {
    float32("mean", parameters.mean, [dimension]);
    float32("std", parameters.std, [dimension]);
    float32("weights", parameters.weights, [dimension, classes]);
    float32("bias", parameters.bias, [classes]);
  } else {
    float32("examples", parameters.examples, [parameters.labels.length, dimension]);
    int32("labels", parameters.labels);
    int32("k", Int32Array.of(parameters.k));
    float32("temperature", Float32Array.of(parameters.temperature), [1]);
  }
  fromTensors(tensors, { ...shape, kind: parameters.kind }); // what is read again may be written
  return tensors;
}

/**
 * A classifier's numbers from the tensors of its file.
 *
 * @param tensors As {@linkcode toTensors} gives them.
 * @param options Their sizes, and how the classifier decides.
 * @returns The numbers.
 * @throws {Error} If a tensor is missing, of another size or has values that cannot be; the sentence's
 * end says which.
 */
export function fromTensors(
  tensors: NamedTensors,
  { dimension, classes, kind }: ClassifierShape & { kind: ClassifierKind },
): ClassifierParameters {
  const take = <Dtype extends StoredTensor["dtype"]>(
    name: string,
    dtype: Dtype,
    length: number,
  ) => {
    const data = tensors.get(name)?.data;
    const isSound = tensors.get(name)?.dtype === dtype && data?.length === length;
    if (isSound && data!.every(Number.isFinite)) return data!;
    throw new Error(`${name} must be ${length} finite numbers of ${dtype}`);
  };
  const float32 = (name: string, length: number) => take(name, "float32", length) as Float32Array;
  const int32 = (name: string, length: number) => take(name, "int32", length) as Int32Array;
  if (kind === "linear") {
    const std = float32("std", dimension);
    if (!std.every((value) => value > 0)) throw new Error("std must be above 0 everywhere");
    return {
      kind,
      mean: float32("mean", dimension),
      std,
      weights: float32("weights", dimension * classes),
      bias: float32("bias", classes),
    };
  }
  const labels = int32("labels", tensors.get("labels")?.data.length ?? 1);
  if (labels.length === 0 || !labels.every((label) => label >= 0 && label < classes)) {
    throw new Error(`labels must be from 0 to ${classes - 1}`);
  }
  const [k] = int32("k", 1);
  const [temperature] = float32("temperature", 1);
  if (k < 1) throw new Error("k must be 1 or more");
  if (!(temperature > 0)) throw new Error("temperature must be above 0");
  return { kind, examples: float32("examples", labels.length * dimension), labels, k, temperature };
}
