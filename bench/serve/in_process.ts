/**
 * The engine's own rate, without HTTP: the same encoder, decoder processes and batches as the server's,
 * in a process of its own that is asked by JSON lines.
 *
 *   deno run -A bench/serve/in_process.ts HOME MODEL FOLDER
 *
 * @module
 */
import { readConfig } from "../../src/config.ts";
import { createEncoderRegistry } from "../../src/embed/encoder_registry.ts";
import { createEncoderRunner } from "../../src/embed/encoder_runner.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { openImageDecoder } from "../../src/image/mod.ts";
import { createLog } from "../../src/log.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { readJpegs } from "./jpegs.ts";
import { answerLines } from "./line_process.ts";
import { type Load, runLoad } from "./load.ts";

const [home, model, folder] = Deno.args;
const { config } = readConfig({});
const { device, threads, precision, maxBatch, batchWaitMs, queueLimit } = config!;
const runtime = await startTensorFlow({ device, threads, precision });
const decoder = await openImageDecoder({
  processes: navigator.hardwareConcurrency,
  seconds: config!.decodeSeconds,
  memoryBytes: config!.decodeBytes,
  limits: { maxBytes: config!.maxImageBytes, maxPixels: config!.maxPixels },
});
const encoders = createEncoderRegistry(openEncoderStore(home), {
  createRunner: (saved, { layer }) =>
    createEncoderRunner(saved, {
      layer,
      maxBatch,
      precision: runtime.precision,
    }),
  decoder,
  engine: { maxBatch, maxWaitMs: batchWaitMs, maxQueue: queueLimit },
  maxBytes: config!.encoderBytes,
  log: createLog("error"),
});
const jpegs = await readJpegs(folder);

await answerLines((load: Load) =>
  runLoad(async ({ request }) => {
    const file = jpegs[request % jpegs.length];
    await encoders.use({ model }, (encoder) => encoder.embed([file]));
    return { status: 200 };
  }, load)
);
await encoders.close();
await decoder.close();
