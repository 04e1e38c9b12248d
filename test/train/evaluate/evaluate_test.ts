import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import sharp from "sharp";
import { LookalikeError } from "../../../src/errors.ts";
import { createEncoder, createProjectionHead } from "../../../src/model/mod.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import {
  evaluate,
  type EvaluatedEncoder,
  type EvaluateOptions,
  type EvaluationProgress,
  type EvaluationReport,
  type Protocol,
  toEvaluation,
} from "../../../train/evaluate/mod.ts";

await startTensorFlow({ device: "cpu" });

const architecture = { family: "resnet18", stem: "cifar", widthMultiplier: 0.0625 } as const;

/** Random weights, with a head beside them. */
async function encoderOf(seed: number): Promise<EvaluatedEncoder> {
  const encoder = createEncoder(architecture, { seed });
  const head = createProjectionHead({ input: encoder.dimension, output: 8, seed });
  const tensors = new Map([...await encoder.snapshot(), ...await head.snapshot()]);
  encoder.dispose();
  head.dispose();
  return { architecture, tensors, side: 16, head: head.shape };
}

async function withShapes(
  body: (run: (options?: Partial<EvaluateOptions>) => Promise<EvaluationReport>) => Promise<void>,
): Promise<void> {
  const cacheFolder = await Deno.makeTempDir();
  const encoder = await encoderOf(1);
  const base = {
    encoder,
    source: "shapes",
    imagesPerClass: 12,
    testImagesPerClass: 5,
    cacheFolder,
  };
  try {
    await body((options = {}) => evaluate({ ...base, ...options }));
  } finally {
    await Deno.remove(cacheFolder, { recursive: true });
  }
}

const subjects = (report: EvaluationReport, protocol: Protocol) =>
  new Map(
    report.protocols.find((each) => each.protocol === protocol)!.measurements
      .map((each) => [each.subject, each]),
  );

Deno.test("an evaluation measures the encoder, the untrained one and raw pixels, and leaks nothing", async () => {
  await withShapes(async (run) => {
    const reports: EvaluationProgress[] = [];
    const report = await run({ onProgress: (progress) => reports.push(progress) });
    const found = toEvaluation(report);
    assertEquals(found.counts, { train: 120, test: 50, classes: 10 });
    for (const { linear, knn } of [found.encoder, found.untrained, found.rawPixels]) {
      assert(linear > 0 && linear < 1 && knn > 0 && knn < 1);
    }
    assertNotEquals(found.encoder, found.untrained); // other weights

    assertEquals(
      new Set(reports.map(({ stage }) => stage)),
      new Set(["decoding", "encoder", "untrained"]),
    );
    const encoding = reports.filter(({ stage }) => stage === "encoder");
    assertEquals(encoding.map(({ done, total }) => [done, total]), [[120, 120], [50, 50]]);

    const before = tf.memory().numTensors;
    assertEquals(await run(), report); // the same again
    assertEquals(tf.memory().numTensors, before);

    const beside = toEvaluation(await run({ encoder: await encoderOf(2) }));
    assertNotEquals(beside.encoder, found.encoder);
    assertEquals(beside, { ...found, encoder: beside.encoder });
  });
});

Deno.test("over seeds, what is drawn spreads, what is not is measured once", async () => {
  await withShapes(async (run) => {
    const one = await run({ protocols: ["knn"] });
    const report = await run({ protocols: ["knn"], seeds: 3 });
    assertEquals(report.seeds, [0, 1, 2]);
    const [alone, knn] = [subjects(one, "knn"), subjects(report, "knn")];
    assertEquals(knn.get("encoder"), alone.get("encoder"));
    assertEquals(knn.get("encoder")!.top1.values.length, 1);
    const untrained = knn.get("untrained")!;
    assertEquals(untrained.top1.values.length, 3);
    assertEquals(untrained.top1.values[0], alone.get("untrained")!.top1.mean); // seed 0 is the first
    assert(new Set(untrained.top5!.values).size > 1, "three random networks agree");

    // Each seed's 50 images, 5 of each of 10 classes.
    untrained.confusion.forEach((row) => assertEquals(row.reduce((a, b) => a + b), 15));
    const right = untrained.confusion.reduce((sum, row, label) => sum + row[label], 0);
    assertAlmostEquals(right / 150, untrained.top1.mean, 1e-12);
    untrained.recall.forEach((share, label) =>
      assertAlmostEquals(share!, untrained.confusion[label][label] / 15, 1e-12)
    );
  });
});

Deno.test("the protocols that train give what each promises, the same each time", async () => {
  await withShapes(async (run) => {
    const options: Partial<EvaluateOptions> = {
      protocols: ["linear", "semi", "transfer"],
      labels: { perClass: 2 },
      layer: 1,
      training: { epochs: 1 },
    };
    const stages = new Set<string>();
    const before = tf.memory().numTensors;
    const report = await run({ ...options, onProgress: ({ stage }) => stages.add(stage) });
    assertEquals(tf.memory().numTensors, before);
    const tuned = ["fine-tuned", "from scratch", "linear probe"];
    assertEquals(
      report.protocols.map((
        { protocol, measurements },
      ) => [protocol, ...measurements.map(({ subject }) => subject)]),
      [["linear", "encoder"], ["semi", ...tuned], ["transfer", ...tuned]],
    );
    for (const stage of ["linear, encoder", "semi, fine-tuned", "transfer, from scratch"]) {
      assert(stages.has(stage), [...stages].join());
    }
    // Again, with another seed, which knows other labels: in the probe nothing else is drawn.
    const twice = subjects(await run({ ...options, protocols: ["semi"], seeds: 2 }), "semi");
    for (const [name, { top1, top5 }] of subjects(report, "semi")) {
      assertEquals(twice.get(name)!.top1.values[0], top1.mean);
      assertEquals(twice.get(name)!.top5!.values[0], top5!.mean);
    }
    assertEquals(new Set(twice.get("linear probe")!.top5!.values).size, 2);
  });
});

Deno.test("an evaluation stops when it is told to, and refuses what cannot be", async () => {
  await withShapes(async (run) => {
    const stop = new AbortController();
    const stopped = run({
      protocols: ["linear"],
      signal: stop.signal,
      onProgress: ({ stage, done }) => {
        if (stage === "linear, encoder" && done === 2) stop.abort();
      },
    });
    assertEquals((await assertRejects(() => stopped, LookalikeError)).code, "interrupted");
    await assertRejects(() => run({ seeds: 0 }), LookalikeError, "at least 1");
    await assertRejects(() => run({ layer: 3 }), LookalikeError, "from 0 to 2");
    const { head: _, ...headless } = await encoderOf(1);
    const none = () => run({ encoder: headless, layer: 1 });
    await assertRejects(none, LookalikeError, "no head is saved with it");
  });
});

Deno.test("images without labels cannot be evaluated on: the sentence says why", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (let i = 0; i < 20; i++) {
      await sharp({
        create: { width: 20, height: 20, channels: 3, background: { r: i, g: 0, b: 0 } },
      })
        .png()
        .toFile(`${folder}/${i}.png`);
    }
    const options = {
      encoder: await encoderOf(1),
      source: folder,
      cacheFolder: `${folder}/.cache`,
    };
    const error = await assertRejects(() => evaluate(options), LookalikeError, "must have labels");
    assertEquals(error.code, "invalid_input");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
