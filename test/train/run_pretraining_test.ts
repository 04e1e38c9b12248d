import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { LookalikeError } from "../../src/errors.ts";
import { restoreEncoder, restoreProjectionHead } from "../../src/model/mod.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import type { Reporter } from "../../train/report.ts";
import { type PretrainingRequest, runPretraining } from "../../train/run_pretraining.ts";

await startTensorFlow({ device: "cpu" });

/** Five steps an epoch on small drawings. */
const TINY = {
  ...{ imageSize: 12, widthMultiplier: 0.0625, imagesPerClass: 4, batchSize: 8, epochs: 2 },
  ...{ warmupEpochs: 0.4, precision: "float32", probeEvery: 2, reportEvery: 1 },
};

async function withHome(
  body: (
    run: (request: Partial<PretrainingRequest>) => ReturnType<typeof runPretraining>,
    home: string,
    said: string[],
  ) => Promise<void>,
): Promise<void> {
  const home = await Deno.makeTempDir();
  const said: string[] = [];
  const report: Reporter = {
    progress: () => {},
    activity: () => {},
    say: (sentence) => said.push(sentence),
  };
  const run = (request: Partial<PretrainingRequest>) =>
    runPretraining({ name: "tiny", source: "shapes", configuration: {}, home, report, ...request });
  try {
    await body(run, home, said);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("a finished run is extended by --resume and more epochs, and says what the rate does", async () => {
  await withHome(async (run, home, said) => {
    const first = await run({ configuration: TINY });
    const configuration = { epochs: 4 };
    const second = await run({ source: undefined, configuration, resume: true });
    assertEquals([first.version, second.version], ["1", "2"]);
    assertEquals(second.configuration.epochs, 4);
    assert(
      said.some((sentence) => /after epoch 2 the rate begins again/.test(sentence)),
      said.join("\n"),
    );
    const lines = await Deno.readTextFile(join(home, "runs", "tiny", "metrics.jsonl"));
    const steps = lines.trim().split("\n").map((line) => JSON.parse(line).step);
    assertEquals(steps, Array.from({ length: steps.length }, (_, index) => index + 1));
    assertEquals(steps.length % 4, 0);
  });
});

Deno.test("the encoder is saved with its head, and both are restored", async () => {
  await withHome(async (run, home) => {
    const configuration = { ...TINY, projectionLayers: 3, projectionWidth: 20 };
    const saved = await run({ configuration });
    const { manifest, tensors } = await openEncoderStore(home).load("tiny");
    assertEquals(manifest, saved);
    assertEquals(manifest.head!.layers, [20, 20, 128]);
    const encoder = restoreEncoder(manifest.architecture, tensors);
    const head = restoreProjectionHead(manifest.head!, tensors);
    assertEquals(encoder.dimension, manifest.dimension);
    encoder.dispose();
    head.dispose();
  });
});

Deno.test("a run begins from an encoder, takes its architecture, and says so", async () => {
  await withHome(async (run, home) => {
    await run({ configuration: { ...TINY, encoder: "resnet34" } });
    const { widthMultiplier: _, ...rest } = TINY;
    const next = await run({ name: "next", from: "tiny", configuration: rest });
    assertEquals(next.architecture.family, "resnet34");
    assertEquals(next.architecture.widthMultiplier, TINY.widthMultiplier);
    assertEquals(next.lineage!.startedFrom, "tiny@1");
    const extended = await run({
      ...{ name: "next", source: undefined, resume: true },
      configuration: { epochs: 3 },
    });
    assertEquals(extended.lineage!.startedFrom, "tiny@1"); // known to the checkpoint
    assertEquals((await openEncoderStore(home).list()).manifests.length, 3);
  });
});

Deno.test("what does not go with the weights to begin from, or with a run, is refused", async () => {
  await withHome(async (run) => {
    await run({ configuration: TINY });
    const refused = async (request: Partial<PretrainingRequest>) =>
      (await assertRejects(() => run(request), LookalikeError)).param;
    const wide = { ...TINY, widthMultiplier: 0.125 };
    assertEquals(
      await refused({ name: "a", from: "tiny", configuration: wide }),
      "widthMultiplier",
    );
    assertEquals(await refused({ resume: true, from: "tiny" }), "from");
    assertEquals(await refused({ resume: true, preset: "quickstart" }), "preset");
    const error = await assertRejects(() => run({ name: "a", from: "nobody" }), LookalikeError);
    assertEquals(error.code, "not_found");
  });
});
