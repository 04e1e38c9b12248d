/**
 * How well each way learns from few labels, over seeds:
 * `deno task bench:few-labels --encoder NAME --data SOURCE`. A bench that is stopped goes on.
 *
 * @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { writeFileAtomic } from "../../src/files.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { openLabelledSplits, selectLabelled } from "../../train/evaluate/mod.ts";
import { chooseLabels } from "../../train/fine_tune/mod.ts";
import { pageOf } from "./report.ts";
import { openResults } from "./results.ts";
import { waysOf } from "./ways.ts";

const HELP = `Measures what probe, kNN, fine-tuning and training from scratch make of few labels.
  --encoder NAME     of LOOKALIKE_HOME, or NAME@VERSION; needed
  --data SOURCE      images with labels: a folder, an archive of one, or shapes; needed
  --budgets LIST     labels of each class; 1,4,16,64
  --seeds N          choices of labels, each with a training of its own; 5
  --images-per-class N        to choose labels from and to learn from without; 1000
  --test-images-per-class N   to test on; 200
  --precision NAME   float32 or bfloat16, of trainings; float32
  --threads N        0 for as many as there are cores; 0
  --results FILE     a line a result, gone on from if it is there; few-labels.jsonl in LOOKALIKE_HOME
  --write FILE       writes the page there; else it is printed`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    encoder: { type: "string" },
    data: { type: "string" },
    budgets: { type: "string", default: "1,4,16,64" },
    seeds: { type: "string", default: "5" },
    "images-per-class": { type: "string", default: "1000" },
    "test-images-per-class": { type: "string", default: "200" },
    precision: { type: "string", default: "float32" },
    threads: { type: "string", default: "0" },
    results: { type: "string" },
    write: { type: "string" },
  },
});
const { encoder: reference, data } = values;
const precision = (["float32", "bfloat16"] as const).find((each) => each === values.precision);
if (values.help || reference === undefined || data === undefined || precision === undefined) {
  console.log(HELP);
  Deno.exit(values.help ? 0 : 2);
}

const home = Deno.env.get("LOOKALIKE_HOME") || "./lookalike-data";
const images = {
  imagesPerClass: Number(values["images-per-class"]),
  testImagesPerClass: Number(values["test-images-per-class"]),
};
await startTensorFlow({ threads: Number(values.threads) });
const loaded = await openEncoderStore(home).load(reference);
const { name, version, inputSize: side } = loaded.manifest;
using splits = await openLabelledSplits(data, {
  ...images,
  side,
  cacheFolder: join(home, "cache"),
});
const about = { encoder: `${name}@${version}`, data, ...images, precision };
const results = await openResults(values.results ?? join(home, "few-labels.jsonl"), about);

const ways = waysOf({ encoder: loaded, splits, precision });
const budgets = values.budgets.split(",").map(Number);
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed);
const { train } = splits;
for (const perClass of budgets) {
  for (const seed of seeds) {
    const chosen = chooseLabels(train.labels, { budget: { perClass }, seed });
    const labelled = selectLabelled(train, chosen);
    for (const [way, learn] of ways) {
      const isSame = (other: (typeof results.all)[number]) =>
        other.perClass === perClass && other.seed === seed && other.way === way;
      if (results.all.some(isSame)) continue;
      const start = performance.now();
      const accuracy = await learn(labelled, seed);
      const seconds = (performance.now() - start) / 1000;
      await results.add({ perClass, seed, way, accuracy, seconds });
      console.error(
        `${perClass} of a class, seed ${seed}, ${way}: ${(100 * accuracy).toFixed(1)} %`,
      );
    }
  }
}

const page = pageOf(results.all, about);
if (values.write) await writeFileAtomic(values.write, page);
else console.log(page);
