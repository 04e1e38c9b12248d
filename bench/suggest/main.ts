/**
 * Whether labels that `suggest` asks for teach more than labels of random images:
 * `deno task bench:suggest --images FOLDER --encoder NAME`.
 *
 * @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { normalize } from "../../src/embed/normalize.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { writeFileAtomic } from "../../src/files.ts";
import { selectExamples } from "../../src/probe/examples.ts";
import { permutation } from "../../src/random.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { createFeatures } from "../../train/evaluate/features.ts";
import { openLabelledSplits } from "../../train/evaluate/mod.ts";
import { labelInRounds } from "./label_in_rounds.ts";
import { report, type Result } from "./report.ts";
import { WAYS } from "./ways.ts";

const HELP = `Measures what labels are worth that suggest asks for, beside labels of random images.
  --encoder NAME     of LOOKALIKE_HOME, or NAME@VERSION; needed
  --images FOLDER    images with labels: train/CLASS/ and test/CLASS/, or an archive of them; needed
  --labels LIST      labels in all after each round; 10,20,50,100,200
  --seeds N          draws of images to choose from, 2 at least; 10
  --pool N           images to choose from; 4000
  --images-per-class N        training images that pools are drawn from; 2000
  --test-images-per-class N   to test on; 500
  --write FILE       writes the page there; else it is printed, after the results as JSON lines`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    encoder: { type: "string" },
    images: { type: "string" },
    labels: { type: "string", default: "10,20,50,100,200" },
    seeds: { type: "string", default: "10" },
    pool: { type: "string", default: "4000" },
    "images-per-class": { type: "string", default: "2000" },
    "test-images-per-class": { type: "string", default: "500" },
    write: { type: "string" },
  },
});
const [seeds, poolSize] = [Number(values.seeds), Number(values.pool)];
const rounds = values.labels.split(",").map(Number);
if (values.help || values.encoder === undefined || values.images === undefined || !(seeds >= 2)) {
  console.log(HELP);
  Deno.exit(values.help ? 0 : 2);
}

await startTensorFlow({ device: "auto" });
const { name, ...splits } = await embedSplits(values.encoder, values.images);
const { train, test, dimension, classes } = splits;
const results: Result[] = [];
for (let seed = 0; seed < seeds; seed++) {
  const drawn = permutation(train.labels.length, seed).subarray(0, poolSize);
  const images = { pool: selectExamples(train, drawn), test, dimension, classes };
  for (const [name, way] of WAYS) {
    for await (const worth of labelInRounds(images, { way, rounds, seed })) {
      results.push({ way: name, seed, ...worth });
      console.log(JSON.stringify(results.at(-1)));
    }
  }
}
const shown = Deno.args.map((arg, i) => Deno.args[i - 1] === "--images" ? "FOLDER" : arg);
const page = report(results, {
  encoder: name,
  dimension,
  classes,
  pool: Math.min(poolSize, train.labels.length),
  poolsFrom: train.labels.length,
  test: test.labels.length,
  seeds,
  command: `deno task bench:suggest ${shown.join(" ")}`,
});
if (values.write) await writeFileAtomic(values.write, page);
else console.log(page);

/** h at length 1 of both splits. */
async function embedSplits(reference: string, source: string) {
  const home = Deno.env.get("LOOKALIKE_HOME") || "./lookalike-data";
  const { manifest, tensors } = await openEncoderStore(home).load(reference);
  const { architecture, head, inputSize, name, version } = manifest;
  const open = (side: number) =>
    openLabelledSplits(source, {
      side,
      cacheFolder: join(home, "cache"),
      imagesPerClass: Number(values["images-per-class"]),
      testImagesPerClass: Number(values["test-images-per-class"]),
    });
  using splits = await open(inputSize);
  const found = await createFeatures({ architecture, tensors, head, side: inputSize }, {
    splits,
    open,
    precision: "float32",
    onProgress: () => {},
  }).encoder();
  for (const { features } of [found.train, found.test]) {
    for (let start = 0; start < features.length; start += found.dimension) {
      const row = features.subarray(start, start + found.dimension);
      row.set(normalize(row));
    }
  }
  return { ...found, name: `${name}@${version}` };
}
