import { basename } from "node:path";
import { checkName } from "../../src/encoders/reference.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { LookalikeError } from "../../src/errors.ts";
import { sha256 } from "../../src/files.ts";
import type { EncoderArchitecture } from "../../src/model/mod.ts";
import { resnetLayout } from "../../src/model/resnet_layout.ts";
import { VERSION } from "../../src/version.ts";
import { importTorchFile } from "../export/import_torch_file.ts";
import type { Command, Values } from "./command.ts";
import { required, wholeNumber } from "./device_options.ts";

/** Null where colours are taken as they are. */
type Normalization = NonNullable<EncoderArchitecture["normalization"]> | null;

/** What torchvision's networks were trained with, on ImageNet. */
const IMAGENET: Normalization = {
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};
/** Sides of the images for which each stem was made. */
const USUAL_SIZES = { imagenet: 224, cifar: 32 };

/** `deno task import`: makes an encoder of PyTorch's weights. */
export const importCommand: Command = {
  summary: "Saves a ResNet's weights from PyTorch (torchvision's names) as an encoder",
  options: {
    weights: { type: "string", help: "A safetensors file with torchvision's names" },
    name: { type: "string", help: "The encoder's name" },
    "input-size": {
      type: "string",
      help: "The side of its images (pixels)",
      default: "as exported, or 224, or 32 with a 3×3 stem",
    },
    normalization: {
      type: "string",
      help: "How it wants colours: imagenet, none, or R,G,B/R,G,B, mean and deviation in 0 … 1",
      default: "as exported, or imagenet",
    },
  },
  async run(values, context) {
    const path = required(values, "weights", "a file, such as --weights resnet50.safetensors");
    const name = required(values, "name", "a name for the encoder, such as --name resnet50");
    checkName(name, "encoder"); // before a large file is read
    const size = wholeNumber(values, "input-size");
    const given = readNormalization(values);
    const bytes = await readWeights(path);
    const { inputSize, tensors, passedOver, converted, ...found } = importTorchFile(bytes);
    const exported = inputSize !== null;
    const own = exported ? found.architecture.normalization ?? null : IMAGENET;
    const normalization = given === undefined ? own : given;
    const { normalization: _, ...network } = found.architecture;
    const architecture = normalization ? { ...network, normalization } : network;
    const manifest = await openEncoderStore(context.home).save({
      name,
      tensors,
      manifest: {
        architecture,
        inputSize: size ?? inputSize ?? USUAL_SIZES[architecture.stem],
        preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
        dimension: resnetLayout(architecture).dimension,
        configuration: {},
        metrics: {},
        lineage: { file: basename(path), sha256: sha256(bytes) },
        lookalikeVersion: VERSION,
      },
    });
    const { family, stem, widthMultiplier } = architecture;
    context.out(
      `Saved the encoder ${manifest.name}@${manifest.version}: ${family}, ${stem} stem, width ` +
        `${widthMultiplier}×, ${manifest.inputSize}×${manifest.inputSize} images, colours ` +
        `${describe(normalization)} (h has ${manifest.dimension} numbers).\n`,
    );
    if (converted.length > 0) {
      context.out(`Its weights were of type ${converted.join(" and ")}; they are float32 now.\n`);
    }
    if (passedOver.length > 0) {
      context.out(`Passed over, as h does not depend on it: ${passedOver.join(", ")}.\n`);
    }
  },
};

async function readWeights(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new LookalikeError(
      "invalid_input",
      `Cannot read ${path} as it must be a file of weights: it is not there.`,
      { param: "--weights", cause },
    );
  }
}

/** Undefined if it was not given. */
function readNormalization(values: Values): Normalization | undefined {
  const text = values.normalization;
  if (text === undefined) return undefined;
  if (text === "none") return null;
  if (text === "imagenet") return IMAGENET;
  const [mean, deviation, ...rest] = String(text).split("/").map((part) =>
    part.split(",").map((number) => number.trim() === "" ? NaN : Number(number))
  );
  const isColour = (values?: number[]) => values?.length === 3 && values.every(Number.isFinite);
  const isValid = rest.length === 0 && isColour(mean) && isColour(deviation) &&
    deviation.every((value) => value > 0);
  if (isValid) return { mean, deviation };
  throw new LookalikeError(
    "invalid_input",
    "Cannot read --normalization as it must be imagenet, none, or two times three numbers such as " +
      `0.49,0.48,0.45/0.25,0.24,0.26: it is ${JSON.stringify(text)}.`,
    { param: "--normalization" },
  );
}

function describe(normalization: Normalization): string {
  if (normalization === null) return "as they are";
  const { mean, deviation } = normalization;
  return `less ${mean.join(", ")} and divided by ${deviation.join(", ")}`;
}
