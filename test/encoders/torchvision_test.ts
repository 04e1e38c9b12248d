import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { outputFirst, outputLast } from "../../src/encoders/channel_order.ts";
import { toFloat32 } from "../../src/encoders/floats.ts";
import { encodeSafetensors, type NamedTensors } from "../../src/encoders/safetensors.ts";
import { type FileTensor, readSafetensors } from "../../src/encoders/safetensors_file.ts";
import { fromTorchvision } from "../../src/encoders/torchvision.ts";
import { widthMultiplierOf } from "../../src/encoders/width_multiplier.ts";
import { LookalikeError } from "../../src/errors.ts";
import type { EncoderArchitecture } from "../../src/model/mod.ts";
import { resnetShapes } from "../../src/model/resnet.ts";
import { random } from "../../src/random.ts";

/** The tensors of a network as a file of torchvision's would have them. */
function fileOf(architecture: EncoderArchitecture): Map<string, FileTensor> {
  return readSafetensors(encodeSafetensors(outputFirst(drawn(architecture)))).tensors;
}

function drawn(architecture: EncoderArchitecture): NamedTensors {
  const { parameters, state } = resnetShapes(architecture);
  const source = random(1);
  return new Map([...parameters, ...state].map(([name, shape]) => {
    const length = shape.reduce((product, axis) => product * axis, 1);
    return [name, {
      dtype: "float32",
      shape,
      data: Float32Array.from({ length }, () => source.next()),
    }];
  }));
}

const small: EncoderArchitecture = { family: "resnet18", stem: "cifar", widthMultiplier: 1 / 16 };

for (const family of ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"] as const) {
  Deno.test(`torchvision: a ${family} is recognised with either stem, and comes back bit for bit`, () => {
    for (const stem of ["cifar", "imagenet"] as const) {
      const architecture = { family, stem, widthMultiplier: 1 / 32 };
      const found = fromTorchvision(fileOf(architecture));
      assertEquals(found.architecture, architecture);
      assertEquals(found.tensors, drawn(architecture));
      assertEquals([found.passedOver, found.converted], [[], []]);
    }
  });
}

Deno.test("torchvision: axes are moved, not renamed", () => {
  const data = Float32Array.from({ length: 24 }, (_, at) => at);
  const kernel = { dtype: "float32" as const, shape: [2, 1, 3, 4], data }; // [k, k, in, out]
  const turned = outputFirst(new Map([["kernel", kernel]])).get("kernel")!;
  assertEquals(turned.shape, [4, 3, 2, 1]);
  for (let y = 0; y < 2; y++) {
    for (let input = 0; input < 3; input++) {
      for (let output = 0; output < 4; output++) {
        const before = data[(y * 3 + input) * 4 + output];
        assertStrictEquals(turned.data[(output * 3 + input) * 2 + y], before);
      }
    }
  }
  assertEquals(outputLast(new Map([["kernel", turned]])).get("kernel"), kernel);
});

Deno.test("torchvision: any width gives a multiplier that gives the same channels", () => {
  const usual = [64, 128, 256, 512];
  const channels = (width: number) => usual.map((count) => Math.max(1, Math.round(count * width)));
  fc.assert(fc.property(fc.double({ min: 1 / 100, max: 8, noNaN: true }), (width) => {
    assertEquals(channels(widthMultiplierOf(channels(width))!), channels(width));
  }));
  assertEquals([0.25, 0.3, 1, 2].map((width) => widthMultiplierOf(channels(width))), [
    ...[0.25, 0.3, 1, 2],
  ]);
  assertEquals(widthMultiplierOf([64, 128, 256, 500]), null);
});

Deno.test("torchvision: what stands behind h is passed over and named, counters in silence", () => {
  const file = fileOf(small);
  file.set("fc.weight", { type: "F32", shape: [1, 1], bytes: new Uint8Array(4) });
  file.set("bn1.num_batches_tracked", { type: "I64", shape: [], bytes: new Uint8Array(8) });
  assertEquals(fromTorchvision(file).passedOver, ["fc.weight"]);
});

Deno.test("torchvision: halves, bfloat16 and doubles become float32", () => {
  const values = [1.5, -0.375, 2 ** -14, 0, -Infinity];
  const tensor = (type: FileTensor["type"], data: ArrayBufferView): FileTensor => ({
    type,
    shape: [values.length],
    bytes: new Uint8Array(data.buffer),
  });
  const brain = Uint16Array.from(
    new Uint32Array(Float32Array.from(values).buffer),
    (x) => x >>> 16,
  );
  for (
    const each of [
      tensor("F16", Float16Array.from(values)),
      tensor("BF16", brain),
      tensor("F32", Float32Array.from(values)),
      tensor("F64", Float64Array.from(values)),
    ]
  ) assertEquals([...toFloat32(each)!], values, each.type);
  assertStrictEquals(toFloat32(tensor("F64", Float64Array.of(0.1)))![0], Math.fround(0.1));
  assertEquals(toFloat32(tensor("I32", Int32Array.from([1]))), null);

  const file = fileOf(small);
  const gamma = file.get("bn1.weight")!;
  file.set("bn1.weight", { ...gamma, type: "F64", bytes: new Uint8Array(8 * 4) });
  const { tensors, converted } = fromTorchvision(file);
  assertEquals(converted, ["F64"]);
  assertEquals(tensors.get("bn1.weight")!.data, new Float32Array(4));
});

const REFUSED: Record<string, [change: (file: Map<string, FileTensor>) => void, says: string]> = {
  "another network": [
    (file) => {
      const kernel = file.get("conv1.weight")!;
      file.clear();
      file.set("features.0.weight", kernel);
    },
    "there are features.0.weight",
  ],
  "nothing at all": [(file) => file.clear(), "there are none"],
  "a block too many": [
    (file) => file.set("layer1.2.conv1.weight", file.get("layer1.1.conv1.weight")!),
    "its blocks have 17 convolutions",
  ],
  "no stem": [(file) => file.delete("conv1.weight"), "conv1.weight must be [C, 3, 7, 7]"],
  "a stem for gray images": [
    (file) => file.set("conv1.weight", { ...file.get("conv1.weight")!, shape: [12, 1, 3, 3] }),
    "it is [12,1,3,3]",
  ],
  "a tensor that is missing": [
    (file) => file.delete("layer4.1.bn2.running_var"),
    "layer4.1.bn2.running_var of a resnet18 of its width must be [32]: it is missing",
  ],
  "a tensor of another shape": [
    (file) =>
      file.set("layer2.0.downsample.0.weight", {
        type: "F32",
        shape: [8, 4, 1],
        bytes: new Uint8Array(128),
      }),
    "must be [8,4,1,1]: it is [8,4,1]",
  ],
  "squeeze and excitation": [
    (file) => file.set("layer1.0.se.fc1.weight", file.get("bn1.weight")!),
    "must have no tensor layer1.0.se.fc1.weight",
  ],
  "whole numbers for weights": [
    (file) => file.set("bn1.bias", { ...file.get("bn1.bias")!, type: "I32" }),
    "bn1.bias must be of type F32, F16, BF16 or F64: it is I32",
  ],
  "stages that do not double": [
    (file) =>
      file.set("layer4.0.conv1.weight", {
        type: "F32",
        shape: [30, 16, 3, 3],
        bytes: new Uint8Array(),
      }),
    "they have 4, 8, 16, 30",
  ],
};

for (const [what, [change, says]] of Object.entries(REFUSED)) {
  Deno.test(`torchvision: refused: ${what}`, () => {
    const file = fileOf(small);
    change(file);
    const error = assertThrows(() => fromTorchvision(file), LookalikeError);
    assertEquals(error.code, "invalid_input");
    assert(error.message.includes(says), error.message);
  });
}
