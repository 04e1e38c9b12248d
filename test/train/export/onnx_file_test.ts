import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { outputFirst } from "../../../src/encoders/channel_order.ts";
import { decodeSafetensors } from "../../../src/encoders/safetensors.ts";
import { readSafetensors } from "../../../src/encoders/safetensors_file.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { sha256 } from "../../../src/files.ts";
import { type Field, readFields } from "../../../src/protobuf.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { checkSize, encodeOnnxFile } from "../../../train/export/onnx_file.ts";
import { GOLDEN, goldenNetworks } from "../../golden/exchange/networks.ts";
import { encodeNetwork } from "./encode_network.ts";

await startTensorFlow({ device: "cpu" });

const networks = await goldenNetworks();
const goldenBytes = await Deno.readFile(join(GOLDEN, "expected.safetensors"));
const golden = decodeSafetensors(goldenBytes);
const hashes = readSafetensors(goldenBytes).metadata;

/** The fields of a message with this number: messages, texts and bytes as bytes. */
function all(message: Uint8Array, number: number): Uint8Array[] {
  return [...readFields(message)].filter(([at]) => at === number).map(([, value]) =>
    value as Uint8Array
  );
}
function texts(message: Uint8Array, number: number): string[] {
  return all(message, number).map((bytes) => new TextDecoder().decode(bytes));
}
function numbers(message: Uint8Array, number: number): number[] {
  return [...readFields(message)].filter(([at]) => at === number).map(([, value]) =>
    value as number
  );
}

for (const [name, network] of Object.entries(networks)) {
  const [family] = name.split("-");

  Deno.test(`onnx: ONNX Runtime gives for ${name} what Lookalike gives, within 1e-4`, async () => {
    const file = encodeOnnxFile(network);
    // The golden numbers are ONNX Runtime's from this very file; see test/golden/exchange/make.py.
    assertEquals(sha256(file), hashes[name], "the file is another: run make.py anew");
    const pixels = golden.get(`${family}.images`)!.data as Uint8Array;
    const found = await encodeNetwork(network, pixels);
    const expected = golden.get(`${name}.onnx`)!.data;
    assertEquals(found.length, expected.length);
    assert(found.some((value) => value > 0.1));
    found.forEach((value, at) => assertAlmostEquals(value, expected[at], 1e-4));
  });

  Deno.test(`onnx: ${name} is a chain of operators whose weights are all there, and no others`, () => {
    const [graph] = all(encodeOnnxFile(network), 7);
    const weights = new Map(all(graph, 5).map((tensor) => [texts(tensor, 8)[0], tensor]));
    const known = new Set(["images", ...weights.keys()]);
    const used = new Set<string>();
    for (const node of all(graph, 1)) {
      for (const input of texts(node, 1)) {
        assert(known.has(input), `${input} is used before it is made`);
        used.add(input);
      }
      const [output] = texts(node, 2);
      assert(!known.has(output), `${output} is made twice`);
      known.add(output);
    }
    assertEquals([...weights.keys()].filter((name) => !used.has(name)), []);
    assert(known.has(texts(all(graph, 12)[0], 1)[0]));

    const kept = outputFirst(network.tensors);
    for (const [name, tensor] of weights) {
      const [bytes] = all(tensor, 9);
      const values = new Float32Array(bytes.slice().buffer);
      const dims = numbers(tensor, 1);
      assertEquals(values.length, dims.reduce((product, axis) => product * axis, 1), name);
      if (!kept.has(name)) continue;
      assertEquals([dims, values], [kept.get(name)!.shape, kept.get(name)!.data], name);
    }
    // All that is not the network's own: the normalization, an offset that the last layer has not
    assertEquals(
      [...weights.keys()].filter((name) => !kept.has(name)),
      { resnet18: [], "resnet18-1": [], "resnet18-2": ["head.bn1.bias"] }[name] ??
        ["mean", "deviation"],
    );
  });
}

Deno.test("onnx: input and output are named and shaped as documented, any number of images", () => {
  const file = encodeOnnxFile(networks["resnet18-2"]);
  const shapeOf = (value: Uint8Array) => {
    const [tensor] = all(all(value, 2)[0], 1);
    const dims = all(all(tensor, 2)[0], 1).map((dim) => [...readFields(dim)][0]);
    const plain = dims.map(([, length]: Field) =>
      typeof length === "number" ? length : new TextDecoder().decode(length)
    );
    return [texts(value, 1)[0], ...plain];
  };
  const [graph] = all(file, 7);
  assertEquals(shapeOf(all(graph, 11)[0]), ["images", "N", 3, 32, 32]);
  assertEquals(shapeOf(all(graph, 12)[0]), ["head.layer2", "N", 16]);
  const [opset] = all(file, 8);
  assertEquals([numbers(file, 1), numbers(opset, 2)], [[8], [17]]);
});

Deno.test("onnx: weights of more than 2 GB are refused with what to do", () => {
  checkSize(2 ** 31 - 2 ** 20);
  const error = assertThrows(() => checkSize(3.8e9), LookalikeError, "3.8 GB");
  assertEquals(error.code, "too_large");
});
