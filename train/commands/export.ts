import { basename, dirname, join } from "node:path";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { LookalikeError } from "../../src/errors.ts";
import { writeFileAtomic } from "../../src/files.ts";
import type { ExportedNetwork } from "../export/network.ts";
import { encodeOnnxFile } from "../export/onnx_file.ts";
import { pythonLoader, pythonName } from "../export/python_loader.ts";
import { encodeTorchFile } from "../export/torch_file.ts";
import type { Command } from "./command.ts";
import { required } from "./device_options.ts";
import { headLayer, LAYER_OPTION } from "./head_layer.ts";

/** What each format writes, by `--format`; gives the sentence that says what was written. */
const FORMATS: Record<string, (path: string, network: ExportedNetwork) => Promise<string>> = {
  async torchvision(path, network) {
    const loader = join(dirname(path), pythonName(basename(path)));
    await writeFileAtomic(path, encodeTorchFile(network));
    await writeFileAtomic(loader, await pythonLoader(basename(path)));
    return `${path}, and ${loader}, whose load() gives it as a PyTorch module`;
  },
  async onnx(path, network) {
    await writeFileAtomic(path, encodeOnnxFile(network));
    return path;
  },
};

/** The ending that each format's file must have: importers go by it. */
const ENDINGS: Record<string, string> = { torchvision: ".safetensors", onnx: ".onnx" };

/** `deno task export`: gives an encoder to other programs. */
export const exportCommand: Command = {
  summary: "Writes an encoder for PyTorch (torchvision's names) or as an ONNX model",
  options: {
    encoder: { type: "string", help: "NAME for its newest version, or NAME@VERSION" },
    format: { type: "string", help: Object.keys(FORMATS).join(" or ") },
    out: { type: "string", help: "The file to write, .safetensors or .onnx" },
    layer: LAYER_OPTION,
  },
  async run(values, context) {
    const reference = required(values, "encoder", "an encoder, such as --encoder flowers");
    const format = required(values, "format", Object.keys(FORMATS).join(" or "));
    const path = required(values, "out", "a file to write, such as --out flowers.safetensors");
    checkFormat(format, path);
    const { manifest, tensors } = await openEncoderStore(context.home).load(reference);
    const { architecture, inputSize, head } = manifest;
    const layer = headLayer(values, manifest);
    const written = await FORMATS[format](path, { architecture, inputSize, head, layer, tensors });
    context.out(
      `Wrote ${written}. It takes ${inputSize}×${inputSize} images in 0 … 1, [N, 3, S, S].\n`,
    );
  },
};

function checkFormat(format: string, path: string): void {
  if (!Object.hasOwn(FORMATS, format)) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot export as --format must be ${Object.keys(FORMATS).join(" or ")}: it is ${
        JSON.stringify(format)
      }.`,
      { param: "--format" },
    );
  }
  if (path.endsWith(ENDINGS[format])) return;
  throw new LookalikeError(
    "invalid_input",
    `Cannot export as --out must end with ${ENDINGS[format]} for ${format}: it is ${
      JSON.stringify(path)
    }.`,
    { param: "--out" },
  );
}
