import { outputFirst } from "../../src/encoders/channel_order.ts";
import { LookalikeError } from "../../src/errors.ts";
import type { NamedTensors, StoredTensor } from "../../src/model/mod.ts";
import { type ConvolutionLayer, resnetLayout } from "../../src/model/resnet_layout.ts";
import { writeFields } from "../../src/protobuf.ts";
import { type ExportedNetwork, neededTensors } from "./network.ts";
import { type Attribute, onnxMessage, type OnnxModel, type OnnxNode } from "./onnx_messages.ts";

/** Operators of 2021 and a format of the same year: any runtime in use reads them. */
const VERSION = { format: 8, operators: 17 };
/** As torchvision's, and TensorFlow's kernels here. */
const EPSILON = 1e-5;
/** Protocol Buffers end at 2 GiB; the rest of a model takes far less than what is left. */
const MOST_BYTES = 2 ** 31 - 2 ** 20;

/**
 * Writes a network as an ONNX model (opset 17) for images in 0 … 1, float32 `[N, 3, S, S]`, sRGB. N is
 * free. The input is called `images`; the output is `h`, float32 `[N, F]`, or `head.layerK` behind layer K of the head.
 *
 * Batch norms stand as they are; a runtime folds them into the convolutions itself.
 *
 * @param network The network.
 * @returns The file's content: a function of the network alone.
 * @throws {LookalikeError} `too_large` if its weights exceed the format's 2 GB.
 */
export function encodeOnnxFile(network: ExportedNetwork): Uint8Array<ArrayBuffer> {
  const tensors = neededTensors(network);
  const bytes = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  checkSize(bytes);
  return writeFields(onnxMessage(onnxModel(network, tensors), VERSION));
}

/**
 * Refuses weights that the format cannot hold.
 *
 * @param bytes Of all weights.
 * @throws {LookalikeError} `too_large`.
 */
export function checkSize(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new LookalikeError(
    "too_large",
    `Cannot write the encoder as ONNX as a file of it must have less than 2 GB: its weights have ` +
      `${(bytes / 1e9).toFixed(1)} GB. Use --format torchvision, which has no limit.`,
    { param: "--format" },
  );
}

function onnxModel(network: ExportedNetwork, tensors: NamedTensors): OnnxModel {
  const { architecture, inputSize, head, layer } = network;
  const { stem, isPooled, blocks, dimension } = resnetLayout(architecture);
  const nodes: OnnxNode[] = [];
  const weights = outputFirst(tensors);
  const add = (
    op: string,
    inputs: string[],
    { output, ...attributes }: { output: string } & Record<string, Attribute | string>,
  ) => {
    nodes.push({ op, inputs, output, attributes: attributes as Record<string, Attribute> });
    return output;
  };

  const norm = (x: string, name: string) => {
    const [scale, offset] = [`${name}.weight`, `${name}.bias`];
    if (!weights.has(offset)) weights.set(offset, zerosLike(weights.get(scale)!));
    const inputs = [x, scale, offset, `${name}.running_mean`, `${name}.running_var`];
    return add("BatchNormalization", inputs, { output: name, epsilon: { float: EPSILON } });
  };
  const relu = (x: string) => add("Relu", [x], { output: `${x}.relu` });
  const convolve = (x: string, { name, norm: behind, side, stride }: ConvolutionLayer) => {
    const pads = Array(4).fill(Math.floor(side / 2));
    const kernel = { kernel_shape: [side, side], strides: [stride, stride], pads };
    return norm(add("Conv", [x, `${name}.weight`], { output: name, ...kernel }), behind);
  };

  let y = "images"; // [N, 3, S, S]
  if (architecture.normalization) {
    const { mean, deviation } = architecture.normalization;
    weights.set("mean", colours(mean)).set("deviation", colours(deviation));
    y = add("Sub", [y, "mean"], { output: "centred" });
    y = add("Div", [y, "deviation"], { output: "normalised" });
  }
  y = relu(convolve(y, stem));
  if (isPooled) {
    const window = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
    y = add("MaxPool", [y], { output: "maxpool", ...window });
  }
  for (const { layers, downsample } of blocks) {
    const shortcut = downsample ? convolve(y, downsample) : y;
    const last = layers[layers.length - 1];
    for (const each of layers.slice(0, -1)) y = relu(convolve(y, each));
    const sum = last.name.replace(/conv\d+$/, "add");
    y = relu(add("Add", [convolve(y, last), shortcut], { output: sum }));
  }
  y = add("GlobalAveragePool", [y], { output: "avgpool" }); // [N, F, 1, 1]
  y = add("Flatten", [y], { output: "h", axis: 1 }); // [N, F]
  for (let index = 0; index < layer; index++) {
    const name = `head.${index}`;
    y = norm(add("Gemm", [y, `${name}.weight`], { output: name, transB: 1 }), `head.bn${index}`);
    if (index < head!.layers.length - 1) y = relu(y); // [N, width]
  }
  const output = layer === 0 ? "h" : `head.layer${layer}`;
  nodes[nodes.length - 1].output = output;
  return {
    name: architecture.family,
    nodes,
    weights,
    input: { name: "images", shape: ["N", 3, inputSize, inputSize] },
    output: { name: output, shape: ["N", layer === 0 ? dimension : head!.layers[layer - 1]] },
    documentation: `images: sRGB in 0..1, float32 [N, 3, ${inputSize}, ${inputSize}], scaled to ` +
      `cover the square, the centre kept. ${output}: float32, not normalised.`,
  };
}

function zerosLike({ dtype, shape, data }: StoredTensor): StoredTensor {
  return { dtype, shape, data: new Float32Array(data.length) };
}

/** A number a colour, to be spread over `[N, 3, S, S]`. */
function colours(values: number[]): StoredTensor {
  return { dtype: "float32", shape: [3, 1, 1], data: Float32Array.from(values) };
}
