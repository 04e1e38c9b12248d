import { assertAlmostEquals, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { normalize } from "../../../src/embed/normalize.ts";
import { serveEncoder } from "../../../src/embed/served_encoder.ts";
import { createTensorFlowRunner } from "../../../src/embed/tensorflow_runner.ts";
import { decodeSafetensors } from "../../../src/encoders/safetensors.ts";
import { openEncoderStore } from "../../../src/encoders/store.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { createLocalDecoder, DEFAULT_IMAGE_LIMITS } from "../../../src/image/mod.ts";
import { restoreEncoder } from "../../../src/model/mod.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { embedCommand } from "../../../train/commands/embed.ts";
import { encodePng } from "../../../train/pictures/contact_sheet.ts";
import { GOLDEN, goldenNetworks } from "../../golden/exchange/networks.ts";
import { encodeNetwork } from "../export/encode_network.ts";
import { runCommand, withTiny } from "./tiny_encoder.ts";

const { precision } = await startTensorFlow({ device: "cpu" });

const SIDE = 32;
const IMAGE_BYTES = SIDE * SIDE * 3;
const golden = decodeSafetensors(await Deno.readFile(join(GOLDEN, "expected.safetensors")));
const pixels = golden.get("resnet18.images")!.data as Uint8Array;
const COUNT = pixels.length / IMAGE_BYTES;

/** Writes the golden images as PNG files; gives the files in order. */
async function writeImages(folder: string): Promise<Uint8Array[]> {
  await Deno.mkdir(folder);
  const files: Uint8Array[] = [];
  for (let at = 0; at < COUNT; at++) {
    const image = pixels.slice(at * IMAGE_BYTES, (at + 1) * IMAGE_BYTES);
    files.push(await encodePng(image, { width: SIDE, height: SIDE }));
    await Deno.writeFile(join(folder, `${at}.png`), files[at]);
  }
  return files;
}

async function readVectors(path: string): Promise<Record<string, number[]>> {
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  return Object.fromEntries(lines.map(({ id, vector }) => [id, vector]));
}

function assertNear(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  assertEquals(found.length, expected.length);
  for (let at = 0; at < found.length; at++) assertAlmostEquals(found[at], expected[at], 1e-5);
}

Deno.test("embed: a folder's vectors are those of the service", () =>
  withTiny(async (home) => {
    const data = join(home, "images");
    const files = await writeImages(data);
    const { manifest, tensors } = await openEncoderStore(home).load("tiny");
    const runner = createTensorFlowRunner(restoreEncoder(manifest.architecture, tensors), {
      ...{ side: SIDE, maxBatch: 4, precision },
    });
    const engine = { maxBatch: 4, maxWaitMs: 0, maxQueue: 8 };
    const decoder = createLocalDecoder(DEFAULT_IMAGE_LIMITS);
    const served = serveEncoder(manifest, { runner, decoder, engine });
    const { vectors: expected } = await served.embed(files);
    await served.close();
    for (const normalized of [false, true]) {
      const out = join(home, "vectors.jsonl");
      const values = { encoder: "tiny", data, out, normalize: normalized, device: "cpu" };
      const said = await runCommand(embedCommand, values, home);
      assertStringIncludes(said, `Wrote 4 vectors of 32 numbers: ${out}.`);
      const found = await readVectors(out);
      assertEquals(Object.keys(found), ["0.png", "1.png", "2.png", "3.png"]);
      for (const [at, h] of expected.entries()) {
        assertNear(found[`${at}.png`], normalized ? normalize(h) : h);
      }
    }
  }));

Deno.test("embed: the layers of the head are those of the network, and a program is told", () =>
  withTiny(async (home) => {
    const data = join(home, "images");
    await writeImages(data);
    await Deno.writeTextFile(join(data, "broken.png"), "no image");
    const networks = await goldenNetworks();
    for (const [layer, dimension] of [["1", 24], ["2", 16]] as const) {
      const out = join(home, "vectors.jsonl");
      const values = { encoder: "tiny", data, out, layer, json: true, device: "cpu" };
      const lines = (await runCommand(embedCommand, values, home)).trimEnd().split("\n");
      const result = JSON.parse(lines.at(-1)!);
      assertEquals([result.type, result.count, result.dimension], ["result", 4, dimension]);
      assertEquals([result.skipped[0].name, result.files], ["broken.png", [out]]);
      const expected = await encodeNetwork(networks[`resnet18-${layer}`], pixels);
      const found = Object.values(await readVectors(out)).flat();
      assertNear(found, expected);
    }
  }));

Deno.test("embed: what cannot be is refused before anything takes long", () =>
  withTiny(async (home) => {
    const good = { encoder: "tiny", data: home, out: join(home, "x.npy"), device: "cpu" };
    const wrong: [values: Record<string, string>, says: string][] = [
      [{ out: "x.csv" }, "--out must end with .parquet, .npy, .jsonl"],
      [{ encoder: "nobody" }, "nobody"],
      [{ layer: "3" }, "h or from 1 to 2"],
      [{ data: join(home, "nowhere") }, "it is not there"],
      [{ data: "" }, "--data is missing"],
    ];
    for (const [values, says] of wrong) {
      const run = () => runCommand(embedCommand, { ...good, ...values }, home);
      await assertRejects(run, LookalikeError, says);
    }
  }));
