import { join } from "node:path";
import { createTensorFlowRunner } from "../../src/embed/tensorflow_runner.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { LookalikeError } from "../../src/errors.ts";
import { writeFileAtomic } from "../../src/files.ts";
import { restoreEncoder } from "../../src/model/mod.ts";
import type { Dataset } from "../dataset/mod.ts";
import { renderEvaluation } from "../evaluate/mod.ts";
import { openTrainingImages } from "../open_training_images.ts";
import { encodePng } from "../pictures/contact_sheet.ts";
import { drawNeighbours } from "../pictures/neighbours.ts";
import { quickConfiguration } from "../quick_configuration.ts";
import type { Reporter } from "../report.ts";
import { runPretraining } from "../run_pretraining.ts";
import { type Service, startService } from "../service.ts";
import type { Command } from "./command.ts";
import { DEVICE_OPTIONS, startFromOptions, wholeNumber } from "./device_options.ts";
import { evaluateEncoder } from "./evaluate.ts";
import { reporterFor } from "./pretrain.ts";

const NAME = "quickstart";
/** Enough to learn from in a few minutes, and to find something among. */
const MOST_IMAGES = 10_000;
const MOST_ITEMS = 500;
const ITEMS_A_REQUEST = 50;
const BATCH = 64;

/** `deno task quickstart`: from a folder of images to a served encoder. */
export const quickstartCommand: Command = {
  summary: "Trains a small encoder in a few minutes, evaluates it and serves it",
  options: {
    data: {
      type: "string",
      help: "Your images: a folder or a tar of one; shapes are drawn by the program",
      default: "shapes",
    },
    minutes: { type: "string", help: "About how long to train (minutes)", default: "4" },
    port: { type: "string", help: "Where the server listens", default: "8080" },
    serve: { type: "boolean", help: "End after the evaluation", default: "true" },
    ...DEVICE_OPTIONS,
  },
  async run(values, context) {
    const source = values.data as string | undefined ?? "shapes";
    const minutes = wholeNumber(values, "minutes") ?? 4;
    const port = wholeNumber(values, "port") ?? 8080;
    const { home } = context;
    const report = reporterFor(values, context);
    const runtime = await startFromOptions(values);
    report.say(`TensorFlow ${runtime.version} on ${runtime.device}.`);

    const cacheFolder = join(home, "cache");
    const configuration = await quickConfiguration(source, {
      cacheFolder,
      minutes,
      mostImages: MOST_IMAGES,
      report,
    });
    const manifest = await runPretraining({
      name: NAME,
      source,
      configuration,
      preset: "quickstart",
      home,
      report,
      restart: true,
      signal: context.signal,
    });
    const encoder = `${manifest.name}@${manifest.version}`;
    report.say(`Saved the encoder ${encoder} in ${join(home, "encoders", NAME)}.`);

    const { imagesPerClass } = configuration;
    using images = await openTrainingImages(source, {
      side: manifest.inputSize,
      imagesPerClass,
      cacheFolder,
    });
    if (images.probed) {
      const evaluation = await evaluateEncoder(encoder, {
        source,
        home,
        imagesPerClass,
        runtime,
        report,
      });
      report.say("\nRight answers on images that it did not see:");
      report.say(renderEvaluation(evaluation));
    } else report.say("There are no labels, so there is nothing to evaluate against.");

    const shown = images.probed?.heldOut ?? images.train;
    await keepPicture(encoder, { shown, home, report });
    if (values.serve === false) return;
    using service = await startService({ home, port, signal: context.signal });
    const example = await addItems(service, { encoder, shown, home });
    report.say(callsToTry(service.url, example));
    await service.ended;
  },
};

/** Draws what the encoder finds similar, for the person to look at. */
async function keepPicture(
  encoder: string,
  options: { shown: Dataset; home: string; report: Reporter },
): Promise<void> {
  const { shown, home, report } = options;
  const { manifest, tensors } = await openEncoderStore(home).load(encoder);
  const runner = createTensorFlowRunner(restoreEncoder(manifest.architecture, tensors), {
    side: manifest.inputSize,
    maxBatch: BATCH,
    precision: "float32",
  });
  const path = join(home, NAME, "neighbours.png");
  await writeFileAtomic(path, await drawNeighbours(runner, shown));
  runner.dispose();
  report.say(`\nWhat it finds similar: ${path}`);
}

/** Puts images into a collection over HTTP, as a user would, and keeps one to ask with. */
async function addItems(
  service: Service,
  options: { encoder: string; shown: Dataset; home: string },
): Promise<{ collection: string; path: string; id: string }> {
  const { encoder, shown, home } = options;
  const count = Math.min(MOST_ITEMS, shown.count);
  const at = (index: number) => Math.floor(index * shown.count / count); // from every class
  const pngOf = async (index: number) => {
    const pixels = await shown.rows([at(index)]);
    return await encodePng(pixels, { width: shown.side, height: shown.side });
  };
  const collection = encoder.replace("@", "-");
  for (let from = 0; from < count; from += ITEMS_A_REQUEST) {
    const indices = Array.from(
      { length: Math.min(ITEMS_A_REQUEST, count - from) },
      (_, i) => from + i,
    );
    const items = await Promise.all(indices.map(async (index) => ({
      id: shown.names[at(index)],
      image: (await pngOf(index)).toBase64(),
      metadata: shown.labels ? { class: shown.classes[shown.labels[at(index)]] } : {},
    })));
    const response = await fetch(`${service.url}/v1/collections/${collection}/items`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: encoder, items }),
    });
    const answer = await response.text();
    if (!response.ok) throw new LookalikeError("internal", `Cannot fill the collection: ${answer}`);
  }
  const path = join(home, NAME, "example.png");
  await writeFileAtomic(path, await pngOf(0));
  return { collection, path, id: shown.names[at(0)] };
}

function callsToTry(
  url: string,
  example: { collection: string; path: string; id: string },
): string {
  const { collection, path, id } = example;
  return `
The server answers at ${url}. Try, in another terminal:

  Embed an image:
    curl -s ${url}/v1/embeddings -F model=${NAME} -F input=@${path}

  Find images similar to ${id}:
    curl -s ${url}/v1/collections/${collection}/search --json '{"id": "${id}", "k": 5}'

  Open the API's page: ${url}/docs

Ctrl-C ends it; \`deno task start\` starts it again.`;
}
