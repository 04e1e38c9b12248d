import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { decodeSafetensors } from "../../../src/encoders/safetensors.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { sha256, sha256File } from "../../../src/files.ts";
import { exportCommand } from "../../../train/commands/export.ts";
import { encodeOnnxFile } from "../../../train/export/onnx_file.ts";
import { goldenNetworks } from "../../golden/exchange/networks.ts";
import { runCommand, withTiny } from "./tiny_encoder.ts";

Deno.test("export: torchvision's form is two files, the Python one named so that it imports", () =>
  withTiny(async (home) => {
    const out = join(home, "out", "my-tiny.safetensors");
    const said = await runCommand(
      exportCommand,
      { encoder: "tiny", format: "torchvision", out },
      home,
    );
    assertStringIncludes(said, join(home, "out", "my_tiny.py"));
    assertStringIncludes(said, "32×32");
    const tensors = decodeSafetensors(await Deno.readFile(out));
    assertEquals(tensors.get("conv1.weight")!.shape, [4, 3, 3, 3]);
    assertEquals(tensors.get("layer2.0.downsample.0.weight")!.shape, [8, 4, 1, 1]);
    assertEquals([...tensors.keys()].filter((name) => name.startsWith("head")), []);
    const python = await Deno.readTextFile(join(home, "out", "my_tiny.py"));
    assertStringIncludes(python, 'with_name("my-tiny.safetensors")');
  }));

Deno.test("export: an ONNX model of h or of a layer of the head", () =>
  withTiny(async (home) => {
    const networks = await goldenNetworks();
    for (const [layer, name] of [["h", "resnet18"], ["1", "resnet18-1"], ["2", "resnet18-2"]]) {
      const out = join(home, `${name}.onnx`);
      await runCommand(exportCommand, { encoder: "tiny@1", format: "onnx", out, layer }, home);
      assertEquals(await sha256File(out), sha256(encodeOnnxFile(networks[name])));
    }
  }));

Deno.test("export: what cannot be is refused by option, and nothing is written", () =>
  withTiny(async (home) => {
    const good = { encoder: "tiny", format: "onnx", out: join(home, "x.onnx") };
    const wrong: [values: Record<string, string>, says: string][] = [
      [{ encoder: "nobody" }, "nobody"],
      [{ format: "constructor" }, "--format must be torchvision or onnx"],
      [{ format: "torchvision" }, "--out must end with .safetensors"],
      [{ layer: "3" }, "h or from 1 to 2"],
      [{ layer: "0" }, "h or from 1 to 2"],
      [{ layer: "" }, "h or from 1 to 2"],
      [{ out: "" }, "--out is missing"],
    ];
    for (const [values, says] of wrong) {
      const run = () => runCommand(exportCommand, { ...good, ...values }, home);
      await assertRejects(run, LookalikeError, says);
    }
    const names = (await Array.fromAsync(Deno.readDir(home))).map(({ name }) => name);
    assertEquals(names, ["encoders"]);
  }));
