import { LookalikeError } from "../errors.ts";
import { type EncoderArchitecture, encoderArchitectureSchema } from "../model/mod.ts";
import { resnetShapes } from "../model/resnet.ts";
import { outputLast } from "./channel_order.ts";
import { toFloat32 } from "./floats.ts";
import type { NamedTensors } from "./safetensors.ts";
import type { FileTensor } from "./safetensors_file.ts";
import { widthMultiplierOf } from "./width_multiplier.ts";

/** A network found in a file. */
export interface TorchvisionResnet {
  /** Without a normalization, of which the tensors say nothing. */
  architecture: EncoderArchitecture;
  /** Its weights as an encoder takes them. */
  tensors: NamedTensors;
  /** The names of tensors that h does not depend on, such as `fc.weight`. */
  passedOver: string[];
  /** The types of weights that were not float32, such as `F16`. */
  converted: string[];
}

/** What stands behind h: the classifier, and the head of our own exports. */
const BEHIND_H = /^(fc|head)\./;
/** How many batches a batch norm has seen. */
const COUNTER = /\.num_batches_tracked$/;
const ANY_WIDTH = 1;

/**
 * Recognises a ResNet by its tensors' names and shapes, as torchvision has them, and takes its
 * weights. float16 and bfloat16 become float32 exactly, float64 by rounding.
 *
 * @param file What `readSafetensors` found.
 * @returns The network.
 * @throws {LookalikeError} `invalid_input` if it is none of the networks that an encoder can be:
 * other blocks, a tensor that is missing, too many, or of another shape or type.
 */
export function fromTorchvision(file: Map<string, FileTensor>): TorchvisionResnet {
  const family = familyOf(file);
  const widthMultiplier = widthOf(file, family);
  const architecture: EncoderArchitecture = { family, stem: stemOf(file), widthMultiplier };
  const { parameters, state } = resnetShapes(architecture);
  const wanted = new Map([...parameters, ...state]);
  const rest = [...file.keys()].filter((name) => !wanted.has(name));
  const unknown = rest.find((name) => !BEHIND_H.test(name) && !COUNTER.test(name));
  if (unknown !== undefined) {
    throw refused(`a ${architecture.family} must have no tensor ${unknown}: it has one`);
  }
  const tensors: NamedTensors = new Map();
  const types = new Set<string>();
  for (const [name, shape] of wanted) {
    const tensor = file.get(name);
    const [output, input, ...places] = tensor?.shape ?? [];
    const found = tensor && (tensor.shape.length > 1 ? [...places, input, output] : tensor.shape);
    if (tensor === undefined || String(found) !== String(shape)) {
      throw refused(
        `${name} of a ${architecture.family} of its width must be [${torchShape(shape)}]: ` +
          `it is ${tensor ? `[${tensor.shape}]` : "missing"}`,
      );
    }
    const data = toFloat32(tensor);
    if (data === null) {
      throw refused(`${name} must be of type F32, F16, BF16 or F64: it is ${tensor.type}`);
    }
    if (tensor.type !== "F32") types.add(tensor.type);
    tensors.set(name, { dtype: "float32", shape: tensor.shape, data });
  }
  return {
    architecture,
    tensors: outputLast(tensors),
    passedOver: rest.filter((name) => !COUNTER.test(name)),
    converted: [...types],
  };
}

/** The family whose blocks have just these convolutions. */
function familyOf(file: Map<string, FileTensor>): EncoderArchitecture["family"] {
  const found = blockConvolutions(file.keys());
  const families = encoderArchitectureSchema.shape.family.options;
  const family = families.find((family) => {
    const { parameters } = resnetShapes({ family, stem: "cifar", widthMultiplier: ANY_WIDTH });
    return String(blockConvolutions(parameters.keys())) === String(found);
  });
  if (family !== undefined) return family;
  const names = [...file.keys()];
  throw refused(
    `its tensors must have the names of torchvision's ${families.join(", ")}, such as ` +
      `layer1.0.conv1.weight: ${
        found.length > 0
          ? `its blocks have ${found.length} convolutions, the last ${found.at(-1)}`
          : `there are ${names.slice(0, 3).join(", ") || "none"}${names.length > 3 ? " …" : ""}`
      }`,
  );
}

function blockConvolutions(names: Iterable<string>): string[] {
  return [...names].filter((name) => /^layer\d+\.\d+\.conv\d+\.weight$/.test(name)).sort();
}

/** The stem by its kernel: nothing else in the tensors tells the one from the other. */
function stemOf(file: Map<string, FileTensor>): EncoderArchitecture["stem"] {
  const shape = file.get("conv1.weight")?.shape;
  const [, colours, ...sides] = shape ?? [];
  if (colours === 3 && String(sides) === "7,7") return "imagenet";
  if (colours === 3 && String(sides) === "3,3") return "cifar";
  throw refused(
    `conv1.weight must be [C, 3, 7, 7] or, for small images, [C, 3, 3, 3]: ` +
      `it is ${shape ? `[${shape}]` : "missing"}`,
  );
}

function widthOf(file: Map<string, FileTensor>, family: string): number {
  const channels = [1, 2, 3, 4].map((stage) => file.get(`layer${stage}.0.conv1.weight`)!.shape[0]);
  const width = widthMultiplierOf(channels);
  if (width !== null) return width;
  throw refused(
    `the four stages of a ${family} must have 64, 128, 256 and 512 channels, or all that many times ` +
      `a width: they have ${channels.join(", ")}`,
  );
}

function torchShape(shape: number[]): number[] {
  if (shape.length < 2) return shape;
  const [input, output] = shape.slice(-2);
  return [output, input, ...shape.slice(0, -2)];
}

function refused(reason: string): LookalikeError {
  return new LookalikeError("invalid_input", `Cannot take the file as an encoder as ${reason}.`, {
    param: "weights",
  });
}
