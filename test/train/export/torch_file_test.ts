import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { outputFirst } from "../../../src/encoders/channel_order.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/encoders/safetensors.ts";
import { LookalikeError } from "../../../src/errors.ts";
import type { EncoderArchitecture } from "../../../src/model/mod.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { archiveSource } from "../../../train/dataset/archive_source.ts";
import { OWN_IMAGE_LIMITS } from "../../../train/dataset/mod.ts";
import { importTorchFile } from "../../../train/export/import_torch_file.ts";
import { neededTensors } from "../../../train/export/network.ts";
import { pythonLoader, pythonName } from "../../../train/export/python_loader.ts";
import { encodeTorchFile, NETWORK_KEY } from "../../../train/export/torch_file.ts";
import { GOLDEN, goldenNetworks } from "../../golden/exchange/networks.ts";
import { realImages } from "../../real_images.ts";
import { torchPython } from "../../torch_python.ts";
import { encodeNetwork } from "./encode_network.ts";

await startTensorFlow({ device: "cpu" });

const networks = await goldenNetworks();
const golden = decodeSafetensors(await Deno.readFile(join(GOLDEN, "expected.safetensors")));

function assertNear(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  assertEquals(found.length, expected.length);
  assert(Array.from(expected).some((value) => value > 0.1));
  Array.from(found).forEach((value, at) => assertAlmostEquals(value, expected[at], 1e-4));
}

for (const name of ["resnet18", "resnet50"]) {
  Deno.test(`torch: torchvision's ${name}, imported, gives what PyTorch gives, within 1e-4`, async () => {
    const pixels = golden.get(`${name}.images`)!.data as Uint8Array;
    assertNear(await encodeNetwork(networks[name], pixels), golden.get(`${name}.h`)!.data);
  });
}

Deno.test("torch: what is exported comes back bit for bit, with all that is known of it", () => {
  const normalization = { mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.3, 0.1] };
  const architecture: EncoderArchitecture = {
    ...networks.resnet50.architecture,
    ...{ widthMultiplier: 0.0626, normalization }, // the same channels as 1/16
  };
  const network = { ...networks.resnet50, architecture, inputSize: 40 };
  const back = importTorchFile(encodeTorchFile(network));
  assertEquals([back.architecture, back.inputSize], [architecture, 40]);
  assertEquals(back.tensors, neededTensors(network));
  assertEquals(encodeTorchFile({ ...network, ...back, inputSize: 40 }), encodeTorchFile(network));
});

Deno.test("torch: a head's layers leave with h, up to the one that is asked for", () => {
  const names = (name: string) =>
    [...decodeSafetensors(encodeTorchFile(networks[name])).keys()].filter((each) =>
      each.startsWith("head.")
    ).sort();
  const layer = (at: number) => [
    `head.${at}.weight`,
    ...["bias", "running_mean", "running_var", "weight"].map((part) => `head.bn${at}.${part}`),
  ];
  assertEquals(names("resnet18"), []);
  assertEquals(names("resnet18-1"), layer(0));
  assertEquals(names("resnet18-2"), [...layer(0), ...layer(1)].sort());
  const { passedOver, tensors } = importTorchFile(encodeTorchFile(networks["resnet18-2"]));
  assertEquals(passedOver.sort(), names("resnet18-2"));
  assertEquals(tensors, networks.resnet18.tensors);
});

Deno.test("torch: PyTorch's own files and wrong headers are refused with what to do", () => {
  const zip = Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0);
  assertThrows(() => importTorchFile(zip), LookalikeError, "safetensors.torch.save_file");
  const network = networks.resnet18;
  const wrong = (architecture: unknown) =>
    encodeSafetensors(outputFirst(network.tensors), {
      metadata: { [NETWORK_KEY]: JSON.stringify({ architecture, inputSize: 32 }) },
    });
  for (const change of [{ stem: "imagenet" }, { family: "resnet34" }, { widthMultiplier: 0.07 }]) {
    const other = wrong({ ...network.architecture, ...change });
    const says = "they are a resnet18 with the cifar stem and width 0.0625×";
    assertThrows(() => importTorchFile(other), LookalikeError, says);
  }
});

Deno.test("torch: the Python file names its weights and can be imported", async () => {
  assertEquals(pythonName("flowers-2.safetensors"), "flowers_2.py");
  assertEquals(pythonName("2.safetensors"), "_2.py");
  const text = await pythonLoader('fl"owers$&.safetensors');
  assert(text.includes('with_name("fl\\"owers$&.safetensors")'), text);
});

const images = await realImages();
Deno.test({
  name: "torch: PyTorch's h of real photographs, within 1e-4" +
    ("skip" in images ? ` (skipped: ${images.skip})` : ""),
  ignore: "skip" in images,
  fn: async () => {
    const { path } = images as { path: string };
    const wanted = ["airplane", "cat", "frog", "ship"].map((name) => `test/${name}/0000.jpg`);
    const found = new Map<string, Uint8Array>();
    const form = { side: 32, limits: OWN_IMAGE_LIMITS };
    for await (const { name, pixels } of archiveSource(path).images(form)) {
      if (wanted.includes(name)) found.set(name, await pixels());
      if (found.size === wanted.length) break;
    }
    const pixels = new Uint8Array(wanted.flatMap((name) => [...found.get(name)!]));
    const expected = golden.get("resnet18.photographs")!.data;
    assertNear(await encodeNetwork(networks.resnet18, pixels), expected);
  },
});

/** Loads each Python file, runs it on the pixels beside it, and prints all features. */
const RUN = `
import sys, json, importlib.util, torch
from pathlib import Path
features = {}
for path in Path(sys.argv[1]).glob("*.py"):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    encoder = loaded.load()
    side = encoder.input_size
    pixels = torch.frombuffer(bytearray(path.with_suffix(".u8").read_bytes()), dtype=torch.uint8)
    images = pixels.reshape(-1, side, side, 3).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        h = encoder(images)
    assert h.shape == (len(images), encoder.dimension)
    features[path.stem] = h.flatten().tolist()
print(json.dumps(features))
`;

const python = await torchPython();
Deno.test({
  name: "torch: the Python file gives h, or a layer of the head, as Lookalike does, within 1e-4" +
    ("skip" in python ? ` (skipped: ${python.skip})` : ""),
  ignore: "skip" in python,
  fn: async () => {
    const { program } = python as { program: string };
    const folder = await Deno.makeTempDir();
    try {
      const pixelsOf = (name: string) => golden.get(`${name.split("-")[0]}.images`)!.data;
      for (const [name, network] of Object.entries(networks)) {
        const path = join(folder, pythonName(name));
        await Deno.writeFile(join(folder, `${name}.safetensors`), encodeTorchFile(network));
        await Deno.writeTextFile(path, await pythonLoader(`${name}.safetensors`));
        await Deno.writeFile(path.replace(/py$/, "u8"), pixelsOf(name) as Uint8Array);
      }
      const command = new Deno.Command(program, { args: ["-c", RUN, folder] });
      const { code, stdout, stderr } = await command.output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      const features = JSON.parse(new TextDecoder().decode(stdout));
      for (const [name, network] of Object.entries(networks)) {
        const found = features[name.replace("-", "_")];
        assertNear(found, await encodeNetwork(network, pixelsOf(name) as Uint8Array));
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
