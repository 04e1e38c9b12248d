import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { openEncoderStore } from "../../../src/encoders/store.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { sha256File } from "../../../src/files.ts";
import { exportCommand } from "../../../train/commands/export.ts";
import { importCommand } from "../../../train/commands/import.ts";
import { GOLDEN, IMAGENET } from "../../golden/exchange/networks.ts";
import { runCommand, withTiny } from "./tiny_encoder.ts";

const LARGE = join(GOLDEN, "resnet50.safetensors");

Deno.test("import: torchvision's weights become an encoder, and all that was done is said", () =>
  withTiny(async (home) => {
    const said = await runCommand(importCommand, { weights: LARGE, name: "large" }, home);
    assertStringIncludes(said, "large@1: resnet50, imagenet stem, width 0.0625×, 224×224 images");
    assertStringIncludes(said, "less 0.485, 0.456, 0.406 and divided by 0.229, 0.224, 0.225");
    assertStringIncludes(said, "were of type F16");
    assertStringIncludes(said, "Passed over, as h does not depend on it: fc.bias, fc.weight.");
    const { manifest } = await openEncoderStore(home).load("large");
    assertEquals(manifest.architecture, {
      family: "resnet50",
      stem: "imagenet",
      widthMultiplier: 1 / 16,
      normalization: IMAGENET,
    });
    assertEquals([manifest.inputSize, manifest.dimension], [224, 128]);
    assertEquals(manifest.lineage, {
      file: "resnet50.safetensors",
      sha256: await sha256File(LARGE),
    });
  }));

Deno.test("import: the size of images and the normalization are as they are told", () =>
  withTiny(async (home) => {
    const store = openEncoderStore(home);
    const imported = async (values: Record<string, string>) => {
      await runCommand(importCommand, { weights: LARGE, name: "large", ...values }, home);
      const { inputSize, architecture } = await store.manifest("large");
      return [inputSize, architecture.normalization];
    };
    assertEquals(await imported({ "input-size": "64", normalization: "none" }), [64, undefined]);
    assertEquals(await imported({ normalization: "imagenet" }), [224, IMAGENET]);
    const own = { mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.25, 0.3] };
    assertEquals(await imported({ normalization: "0.5,0.4, 0.3/0.2,0.25,0.3" }), [224, own]);
  }));

Deno.test("import: what was exported is the same encoder again, bit for bit, with no normalization added", () =>
  withTiny(async (home, tiny) => {
    const out = join(home, "tiny.safetensors");
    const values = { encoder: "tiny", format: "torchvision", out };
    await runCommand(exportCommand, values, home);
    await runCommand(importCommand, { weights: out, name: "again" }, home);
    const store = openEncoderStore(home);
    const [again, before] = [await store.load("again"), await store.load("tiny")];
    assertEquals(again.manifest.architecture, tiny.architecture);
    assertEquals(again.manifest.inputSize, tiny.inputSize);
    const encoders = [...before.tensors].filter(([name]) => !name.startsWith("head."));
    assertEquals([...again.tensors].sort(), encoders.sort());
  }));

Deno.test("import: what cannot be is refused, and nothing is saved", () =>
  withTiny(async (home) => {
    const damaged = join(home, "damaged.safetensors");
    await Deno.writeFile(damaged, (await Deno.readFile(LARGE)).subarray(0, 5000));
    const wrong: [values: Record<string, string>, says: string][] = [
      [{ weights: join(home, "nowhere") }, "it is not there"],
      [{ weights: damaged }, "safetensors file"],
      [{ weights: join(GOLDEN, "expected.safetensors") }, "layer1.0.conv1.weight"],
      [{ name: "a/b" }, "name of the encoder"],
      [{ normalization: "cifar" }, "--normalization"],
      [{ normalization: "0.5,0.5,0.5/0.2,0,0.2" }, "--normalization"],
      [{ normalization: "0.5,0.5,0.5" }, "--normalization"],
      [{ normalization: "0.5,,0.5/1,1,1" }, "--normalization"],
      [{ "input-size": "big" }, "--input-size"],
      [{ "input-size": "0" }, "inputSize"],
    ];
    for (const [values, says] of wrong) {
      const run = () => runCommand(importCommand, { weights: LARGE, name: "new", ...values }, home);
      await assertRejects(run, LookalikeError, says);
    }
    const { manifests } = await openEncoderStore(home).list();
    assertEquals(manifests.map(({ name }) => name), ["tiny"]);
  }));
