import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type NamedTensors, type StoredTensor } from "../../../src/encoders/safetensors.ts";
import type { EncoderArchitecture } from "../../../src/model/mod.ts";
import { random } from "../../../src/random.ts";
import { importTorchFile } from "../../../train/export/import_torch_file.ts";
import type { ExportedNetwork } from "../../../train/export/network.ts";

/** The folder of what make.py made. */
export const GOLDEN = fileURLToPath(new URL(".", import.meta.url));

/** With which the larger of make.py's networks was run. */
export const IMAGENET: EncoderArchitecture["normalization"] = {
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};

/**
 * make.py's networks, and the smaller one with a projection head behind it.
 *
 * @returns By the name of their ONNX files.
 */
export async function goldenNetworks(): Promise<Record<string, ExportedNetwork>> {
  const read = async (name: string) =>
    importTorchFile(await Deno.readFile(join(GOLDEN, `${name}.safetensors`)));
  const [small, large] = [await read("resnet18"), await read("resnet50")];
  const withHead = {
    architecture: small.architecture,
    inputSize: 32,
    head: { input: 32, layers: [24, 16] },
    tensors: new Map([...small.tensors, ...headTensors([32, 24, 16])]),
  };
  return {
    resnet18: { ...small, inputSize: 32, layer: 0 },
    "resnet18-1": { ...withHead, layer: 1 },
    "resnet18-2": { ...withHead, layer: 2 },
    resnet50: {
      ...large,
      architecture: { ...large.architecture, normalization: IMAGENET },
      inputSize: 64,
      layer: 0,
    },
  };
}

/** A head's weights, drawn; the last batch norm has no offset. */
function headTensors(widths: number[]): NamedTensors {
  const source = random(5);
  const drawn = (shape: number[], from: number, to: number): StoredTensor => {
    const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
    return { dtype: "float32", shape, data: data.map(() => from + (to - from) * source.next()) };
  };
  const tensors: NamedTensors = new Map();
  for (const [index, width] of widths.slice(1).entries()) {
    tensors.set(`head.${index}.weight`, drawn([widths[index], width], -0.4, 0.4));
    tensors.set(`head.bn${index}.weight`, drawn([width], 0.5, 1.5));
    if (index < widths.length - 2) tensors.set(`head.bn${index}.bias`, drawn([width], -0.5, 0.5));
    tensors.set(`head.bn${index}.running_mean`, drawn([width], -0.5, 0.5));
    tensors.set(`head.bn${index}.running_var`, drawn([width], 0.5, 1.5));
  }
  return tensors;
}
