import { LookalikeError } from "../errors.ts";
import { tf } from "../tensorflow/mod.ts";

/** A tensor in memory as it is kept on disk: row-major, little-endian. */
export interface StoredTensor {
  /** The type of each element. */
  dtype: "float32" | "int32" | "uint8";
  /** The length of each axis; `[]` is a scalar. */
  shape: number[];
  /** The elements, as many as the product of `shape`. */
  data: Float32Array | Int32Array | Uint8Array;
}

/** Tensors by name, such as `layer1.0.conv1.weight`. */
export type NamedTensors = Map<string, StoredTensor>;

/** The shapes of tensors by name. */
export type NamedShapes = Map<string, number[]>;

/** Variables by name. */
export type NamedVariables = Map<string, tf.Variable>;

/**
 * Makes variables that hold the given tensors.
 *
 * @param tensors float32 tensors by name, taken one after the other.
 * @returns A variable each, in the same order.
 */
export function toVariables(tensors: Iterable<[string, StoredTensor]>): NamedVariables {
  const variables: NamedVariables = new Map();
  try {
    for (const [name, { data, shape }] of tensors) {
      const value = tf.tensor(data as Float32Array, shape, "float32");
      variables.set(name, tf.variable(value));
      value.dispose();
    }
  } catch (error) { // memory may end halfway
    tf.dispose([...variables.values()]);
    throw error;
  }
  return variables;
}

/**
 * Copies variables from the device, waiting for it off this thread.
 *
 * @param variables Variables by name.
 * @returns float32 tensors by the same names, in the same order.
 */
export async function toTensors(variables: NamedVariables): Promise<NamedTensors> {
  const entries = [...variables].map(async ([name, variable]) => {
    const data = (await variable.data() as Float32Array).slice(); // it may be the variable's own
    return [name, { dtype: "float32", shape: variable.shape, data }] as const;
  });
  return new Map(await Promise.all(entries));
}

/**
 * Picks tensors by name and checks that they are as they must be.
 *
 * @param shapes The names, and the shape that each must have.
 * @param tensors Tensors by name; others among them are left alone.
 * @returns Those named, in the order of the shapes.
 * @throws {LookalikeError} `damaged` if one is missing or of another shape.
 */
export function pickTensors(shapes: NamedShapes, tensors: NamedTensors): NamedTensors {
  return new Map([...shapes].map(([name, shape]) => {
    const tensor = tensors.get(name);
    checkTensor(name, tensor, shape);
    return [name, tensor];
  }));
}

/**
 * Sets variables to tensors of the same names and shapes.
 *
 * @param variables The variables, all of which must be among the tensors.
 * @param tensors Tensors by name; others among them are left alone.
 * @throws {LookalikeError} `damaged` if one is missing or of another shape; nothing is set then.
 */
export function assignTensors(variables: NamedVariables, tensors: NamedTensors): void {
  const shapes = new Map([...variables].map(([name, { shape }]) => [name, shape]));
  for (const [name, { data, shape }] of pickTensors(shapes, tensors)) {
    const value = tf.tensor(data as Float32Array, shape, "float32");
    variables.get(name)!.assign(value);
    value.dispose();
  }
}

function checkTensor(
  name: string,
  tensor: StoredTensor | undefined,
  shape: number[],
): asserts tensor is StoredTensor {
  const wanted = `float32 [${shape}]`;
  const found = tensor ? `${tensor.dtype} [${tensor.shape}]` : "missing";
  if (found === wanted) return;
  throw new LookalikeError(
    "damaged",
    `Cannot restore the weights as ${name} must be ${wanted}: it is ${found}. ` +
      "They belong to another architecture, or the file is damaged.",
  );
}

/**
 * Disposes variables.
 *
 * @param variables Variables by name.
 */
export function disposeVariables(variables: NamedVariables): void {
  for (const variable of variables.values()) variable.dispose();
}
