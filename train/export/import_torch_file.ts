import { z } from "zod";
import { readSafetensors } from "../../src/encoders/safetensors_file.ts";
import { fromTorchvision, type TorchvisionResnet } from "../../src/encoders/torchvision.ts";
import { LookalikeError } from "../../src/errors.ts";
import { type EncoderArchitecture, encoderArchitectureSchema } from "../../src/model/mod.ts";
import { resnetLayout } from "../../src/model/resnet_layout.ts";
import { NETWORK_KEY } from "./torch_file.ts";

/** What our own exports say of themselves. */
const descriptionSchema = z.object({
  architecture: encoderArchitectureSchema,
  inputSize: z.int().positive(),
});

/** A network from a file, and what the file says of it beside its tensors. */
export interface ImportedNetwork extends TorchvisionResnet {
  /** The side of its images in pixels, if our own export wrote the file. */
  inputSize: number | null;
}

/**
 * Reads a ResNet that PyTorch saved as safetensors, or that `encodeTorchFile` wrote: then with the
 * architecture, the normalization and the size of images that it had.
 *
 * @param bytes The file's content.
 * @returns The network.
 * @throws {LookalikeError} `damaged` if it is no safetensors file, `invalid_input` if it is not such
 * a network.
 */
export function importTorchFile(bytes: Uint8Array): ImportedNetwork {
  const { tensors, metadata } = readFile(bytes);
  const network = fromTorchvision(tensors);
  const own = readDescription(metadata[NETWORK_KEY]);
  if (own === null) return { ...network, inputSize: null };
  if (isSameNetwork(own.architecture, network.architecture)) {
    return { ...network, architecture: own.architecture, inputSize: own.inputSize };
  }
  throw new LookalikeError(
    "damaged",
    `Cannot take the file as an encoder as its tensors must be what its header says, a ` +
      `${describe(own.architecture)}: they are a ${describe(network.architecture)}.`,
  );
}

/** Whether all layers are the same: several width multipliers may come to the same channels. */
function isSameNetwork(one: EncoderArchitecture, other: EncoderArchitecture): boolean {
  return JSON.stringify(resnetLayout(one)) === JSON.stringify(resnetLayout(other));
}

function describe({ family, stem, widthMultiplier }: EncoderArchitecture): string {
  return `${family} with the ${stem} stem and width ${widthMultiplier}×`;
}

function readFile(bytes: Uint8Array): ReturnType<typeof readSafetensors> {
  const isTorch = bytes[0] === 0x50 && bytes[1] === 0x4b || bytes[0] === 0x80; // zip, pickle
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    if (!isTorch) throw cause;
    throw new LookalikeError(
      "invalid_input",
      "Cannot take the file as an encoder as it must be in the safetensors format: it is PyTorch's " +
        "own, which can run code. Convert it in Python: safetensors.torch.save_file(" +
        'torch.load("FILE", weights_only=True), "FILE.safetensors").',
      { cause },
    );
  }
}

function readDescription(text: string | undefined): z.infer<typeof descriptionSchema> | null {
  if (text === undefined) return null;
  try {
    return descriptionSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LookalikeError(
      "damaged",
      "Cannot take the file as an encoder as its header must describe it as our exports do.",
      { cause },
    );
  }
}
