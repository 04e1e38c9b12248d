import type { Message, MessageField } from "../../src/protobuf.ts";
import type { StoredTensor } from "../../src/model/mod.ts";

/** `TensorProto.DataType.FLOAT`. */
const FLOAT = 1;
/** `AttributeProto.AttributeType`. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 };

/** An attribute of an operator: a whole number, several, or one that is not whole. */
export type Attribute = number | number[] | { float: number };

/** An operator, the values it takes and the one it gives, by name. */
export interface OnnxNode {
  /** Such as `Conv`. */
  op: string;
  inputs: string[];
  output: string;
  attributes: Record<string, Attribute>;
}

/** A value that goes into a model or comes out, float32. */
export interface OnnxValue {
  name: string;
  /** The length of each axis; a text names one that the caller chooses. */
  shape: (number | string)[];
}

/** A model with one input and one output. */
export interface OnnxModel {
  name: string;
  nodes: OnnxNode[];
  weights: Map<string, StoredTensor>;
  input: OnnxValue;
  output: OnnxValue;
  /** What it takes and gives, for people. */
  documentation: string;
}

/**
 * A model as a `ModelProto` (onnx/onnx.proto3), by its field numbers.
 *
 * @param model The model.
 * @param version Of the format (`ir_version`), and of the operators that it is written for.
 * @returns The message.
 */
export function onnxMessage(
  model: OnnxModel,
  version: { format: number; operators: number },
): Message {
  const { name, nodes, weights, input, output, documentation } = model;
  const graph: Message = [
    ...nodes.map((node): MessageField => [1, nodeMessage(node)]),
    [2, name],
    ...[...weights].map(([name, tensor]): MessageField => [5, tensorMessage(name, tensor)]),
    [11, valueMessage(input)],
    [12, valueMessage(output)],
  ];
  return [
    [1, version.format],
    [2, "lookalike"], // producer_name
    [6, documentation],
    [7, graph],
    [8, [[2, version.operators]]], // opset_import; without a domain it is ONNX's own
  ];
}

function nodeMessage({ op, inputs, output, attributes }: OnnxNode): Message {
  return [
    ...inputs.map((name): MessageField => [1, name]),
    [2, output],
    [3, output], // its name: each value comes from one node
    [4, op],
    ...Object.entries(attributes).map(([name, value]): MessageField => {
      return [5, [[1, name], ...attributeFields(value)]];
    }),
  ];
}

function attributeFields(value: Attribute): Message {
  if (Array.isArray(value)) {
    return [...value.map((each): MessageField => [8, each]), [20, ATTRIBUTE_TYPES.ints]];
  }
  return typeof value === "number"
    ? [[3, value], [20, ATTRIBUTE_TYPES.int]]
    : [[2, value], [20, ATTRIBUTE_TYPES.float]];
}

function tensorMessage(name: string, { shape, data }: StoredTensor): Message {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength); // little-endian
  return [
    ...shape.map((length): MessageField => [1, length]),
    [2, FLOAT],
    [8, name],
    [9, bytes],
  ];
}

function valueMessage({ name, shape }: OnnxValue): Message {
  const dimensions = shape.map((length): MessageField => {
    return [1, [typeof length === "number" ? [1, length] : [2, length]]];
  });
  return [[1, name], [2, [[1, [[1, FLOAT], [2, dimensions]]]]]];
}
