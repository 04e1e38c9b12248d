import { assert, assertEquals, assertRejects } from "@std/assert";
import { openEncoderStore } from "../../../src/encoders/store.ts";
import { LookalikeError } from "../../../src/errors.ts";
import { createEncoder, createProjectionHead } from "../../../src/model/mod.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { evaluateCommand } from "../../../train/commands/evaluate.ts";
import type { Values } from "../../../train/commands/command.ts";
import type { EvaluationReport } from "../../../train/evaluate/mod.ts";

/** Runs the command and gives what it printed. */
async function run(values: Values, home = "/nowhere"): Promise<string> {
  const said: string[] = [];
  const context = { home, signal: new AbortController().signal, isTerminal: false, columns: 80 };
  const given = { encoder: "tiny", data: "shapes", device: "cpu", ...values };
  await evaluateCommand.run(given, { ...context, out: (text) => said.push(text) });
  return said.join("");
}

Deno.test("options that cannot be, or that no protocol would listen to, are refused by name", async () => {
  const wrong: [values: Values, says: string][] = [
    [{ protocol: "linear,best" }, '"best"'],
    [{ labels: "16" }, "--labels"],
    [{ protocol: "knn", epochs: "3" }, "--epochs"],
    [{ protocol: "linear", "from-layer": "1" }, "semi, transfer"],
    [{ protocol: "semi", labels: "0%" }, '"0%"'],
    [{ protocol: "semi", labels: "101%" }, '"101%"'],
    [{ protocol: "semi", labels: "1.5" }, '"1.5"'],
    [{ protocol: "semi", labels: "few" }, '"few"'],
    [{ protocol: "semi", unlabelled: "all" }, "contrastive, distillation"],
    [{ protocol: "transfer", unlabelled: "contrastive" }, "--unlabelled"],
    [{ protocol: "semi", epochs: "0" }, "--epochs"],
    [{ protocol: "semi", "learning-rate": "fast" }, "--learning-rate"],
    [{ protocol: "semi", precision: "half" }, "--precision"],
    [{ seeds: "some" }, "--seeds"],
  ];
  for (const [values, says] of wrong) {
    const error = await assertRejects(() => run(values), LookalikeError, says);
    assertEquals(error.code, "invalid_input");
  }
});

Deno.test("a saved encoder is fine-tuned from a layer of its head, and reported as JSON or a table", async () => {
  await startTensorFlow({ device: "cpu" });
  const home = await Deno.makeTempDir();
  try {
    const architecture = { family: "resnet18", stem: "cifar", widthMultiplier: 0.0625 } as const;
    const encoder = createEncoder(architecture, { seed: 1 });
    const head = createProjectionHead({ input: encoder.dimension, output: 8, seed: 1 });
    const manifest = await openEncoderStore(home).save({
      name: "tiny",
      tensors: new Map([...await encoder.snapshot(), ...await head.snapshot()]),
      manifest: {
        architecture,
        head: head.shape,
        inputSize: 12,
        preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
        dimension: encoder.dimension,
        configuration: {},
        metrics: {},
        lookalikeVersion: "0.0.0",
      },
    });
    assertEquals(manifest.version, "1");
    [encoder, head].forEach((each) => each.dispose());

    const images = { "images-per-class": "8", "test-images-per-class": "3" };
    const training = { epochs: "1", "batch-size": "10", precision: "float32" };
    const semi = { protocol: "semi", labels: "50%", "from-layer": "1", ...training };
    const beside = { unlabelled: "contrastive,distillation" };
    const report = JSON.parse(await run({ ...images, ...semi, ...beside, json: true }, home));
    const { counts, protocols } = report as EvaluationReport;
    assertEquals([report.encoder, report.seeds], ["tiny@1", [0]]);
    assertEquals(counts, { train: 80, test: 30, classes: 10 });
    assertEquals(protocols.map(({ protocol }) => protocol), ["semi"]);
    const subjects = protocols[0].measurements.map(({ subject }) => subject);
    const tuned = ["fine-tuned", "with contrastive", "with distillation"];
    assertEquals(subjects, [...tuned, "from scratch", "linear probe"]);

    const table = await run({ ...images, protocol: "knn" }, home);
    assert(/\nknn +encoder +\d+\.\d %/.test(table), table);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
