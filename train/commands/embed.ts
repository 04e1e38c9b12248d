import { createTensorFlowRunner } from "../../src/embed/tensorflow_runner.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { restoreEncoder, restoreProjectionHead } from "../../src/model/mod.ts";
import { describeSkipped } from "../dataset/mod.ts";
import { embedFolder, writerOf } from "../embed_folder/embed_folder.ts";
import type { Command } from "./command.ts";
import { DEVICE_OPTIONS, required, startFromOptions } from "./device_options.ts";
import { headLayer, LAYER_OPTION } from "./head_layer.ts";
import { reporterFor } from "./pretrain.ts";

/** A batch has at most so many images, and so many pixels: 64 images of 224×224. */
const MOST_IMAGES = 256;
const MOST_PIXELS = 64 * 224 * 224;

/** `deno task embed`: from a folder of images to a file of vectors. */
export const embedCommand: Command = {
  summary: "Writes the vectors of all images in a folder to a Parquet, NumPy or JSON-lines file",
  options: {
    encoder: { type: "string", help: "NAME for its newest version, or NAME@VERSION" },
    data: { type: "string", help: "Images: a folder or a tar of one" },
    out: {
      type: "string",
      help: "The file to write: .parquet, .jsonl, or .npy with its ids in FILE.npy.ids.jsonl",
    },
    layer: LAYER_OPTION,
    normalize: { type: "boolean", help: "Scale each vector to length 1, as the service does" },
    json: { type: "boolean", help: "Print a JSON object a line, for programs" },
    ...DEVICE_OPTIONS,
  },
  async run(values, context) {
    const reference = required(values, "encoder", "an encoder, such as --encoder flowers");
    const source = required(values, "data", "a folder of images or a tar of one");
    const out = required(values, "out", "a file to write, such as --out flowers.parquet");
    writerOf(out); // before anything takes long
    const report = reporterFor(values, context);
    const { manifest, tensors } = await openEncoderStore(context.home).load(reference);
    const { architecture, inputSize: side, head } = manifest;
    const layer = headLayer(values, manifest);
    const { precision } = await startFromOptions(values);
    const runner = createTensorFlowRunner(restoreEncoder(architecture, tensors), {
      side,
      maxBatch: Math.max(1, Math.min(MOST_IMAGES, Math.floor(MOST_PIXELS / side ** 2))),
      precision,
      behind: head && layer > 0 ? { head: restoreProjectionHead(head, tensors), layer } : undefined,
    });
    try {
      const { count, skipped, files } = await embedFolder(runner, {
        source,
        out,
        normalized: values.normalize === true,
        signal: context.signal,
        onProgress: (done, total) => report.activity("embedding", done, total),
      });
      const warning = describeSkipped(skipped);
      if (warning) report.say(warning);
      report.say(`Wrote ${count} vectors of ${runner.dimension} numbers: ${files.join(", ")}.`);
      if (values.json) {
        const { dimension } = runner;
        context.out(JSON.stringify({ type: "result", count, dimension, skipped, files }) + "\n");
      }
    } finally {
      runner.dispose();
    }
  },
};
