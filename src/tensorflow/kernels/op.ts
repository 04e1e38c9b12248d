import * as tf from "@tensorflow/tfjs";
import { AttributeType, type OpAttribute } from "../attributes.ts";
import { nodeBackend } from "../backend.ts";
import { DType } from "../dtypes.ts";

/** Attributes of an op by name, each made by one of the functions below. */
export type Attributes = Record<string, Omit<OpAttribute, "name">>;

/** An attribute that names an element type. */
export const type = (value: number) => ({ type: AttributeType.TYPE, value });
/** A whole number, or a list of them. */
export const int = (value: number | number[]) => ({ type: AttributeType.INT, value });
/** A number. */
export const float = (value: number) => ({ type: AttributeType.FLOAT, value });
/** Yes or no. */
export const bool = (value: boolean) => ({ type: AttributeType.BOOL, value });
/** A text. */
export const string = (value: string) => ({ type: AttributeType.STRING, value });

/** The attribute of most kernels: element type float32, which becomes bfloat16 where inputs are. */
export const FLOAT = type(DType.FLOAT);
/** The type of sizes and indices. */
export const INT32 = type(DType.INT32);

/**
 * Runs one op of TensorFlow that has one output, by name.
 *
 * @param name As in TensorFlow's registry.
 * @param attributes By name.
 * @param inputs In the order of the op's definition.
 * @returns Its output.
 */
export function op<Result extends tf.Tensor = tf.Tensor>(
  name: string,
  attributes: Attributes,
  inputs: tf.Tensor[],
): Result {
  return nodeBackend().executeSingleOutput(name, list(attributes), inputs) as Result;
}

/**
 * Runs one op of TensorFlow that has several outputs.
 *
 * @param name As in TensorFlow's registry.
 * @param attributes By name.
 * @param inputs In the order of the op's definition.
 * @param outputs How many it has.
 * @returns All of them.
 */
export function opWithOutputs(
  name: string,
  attributes: Attributes,
  inputs: tf.Tensor[],
  outputs: number,
): tf.Tensor[] {
  return nodeBackend().executeMultipleOutputs(name, list(attributes), inputs, outputs);
}

/**
 * An int32 vector for an op that takes sizes as a tensor.
 *
 * @param values Whole numbers.
 * @returns int32 `[values.length]`.
 */
export function sizes(values: number[]): tf.Tensor1D {
  return tf.tensor1d(values, "int32");
}

function list(attributes: Attributes): OpAttribute[] {
  return Object.entries(attributes).map(([name, attribute]) => ({ name, ...attribute }));
}
