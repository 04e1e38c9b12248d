/**
 * The service: settings → collections → TensorFlow → encoders → routes. Settings come from the
 * environment, `LOOKALIKE_…`; SIGTERM and SIGINT end it once requests in flight are answered.
 *
 * @module
 */
import { openCollections } from "./src/collections/sqlite_collections.ts";
import type { Collections } from "./src/collections/collections.ts";
import { type Config, readConfig } from "./src/config.ts";
import { createEncoderRegistry, type EncoderRegistry } from "./src/embed/encoder_registry.ts";
import { createTensorFlowRunner } from "./src/embed/tensorflow_runner.ts";
import { type EncoderStore, openEncoderStore } from "./src/encoders/store.ts";
import { LookalikeError, messageOf } from "./src/errors.ts";
import { createGate } from "./src/image/gate.ts";
import { createLog, type Log } from "./src/log.ts";
import { restoreEncoder } from "./src/model/mod.ts";
import { startTensorFlow } from "./src/tensorflow/mod.ts";
import { createApp } from "./routes/app.ts";
import { listen } from "./routes/listen.ts";
import type { Phase } from "./routes/services.ts";

if (import.meta.main) await main();

async function main(): Promise<void> {
  const { config, problems, warnings } = readConfig(Deno.env.toObject());
  if (config === null) {
    for (const problem of problems) console.error(problem);
    Deno.exit(2);
  }
  const log = createLog(config.logLevel);
  for (const warning of warnings) log.warn("unknown setting", { message: warning });
  try {
    await serve(config, log);
  } catch (error) {
    console.error(error instanceof LookalikeError ? error.message : error);
    Deno.exit(1);
  }
}

/** Listens at once, answers `/v1` once every encoder is warm, and ends at a signal. */
async function serve(config: Config, log: Log): Promise<void> {
  let phase: Phase = "warming";
  const { maxBatch, batchWaitMs, queueLimit, maxImageBytes, maxPixels } = config;
  await checkHome(config.home);
  const store = openEncoderStore(config.home);
  const collections = openCollections(config.home);
  const encoders = createEncoderRegistry(store, {
    createRunner: ({ architecture, inputSize: side }, tensors) => {
      const { precision } = runtime; // nothing is loaded before it runs
      return createTensorFlowRunner(restoreEncoder(architecture, tensors), {
        side,
        maxBatch,
        precision,
      });
    },
    limits: { maxBytes: maxImageBytes, maxPixels },
    engine: {
      maxBatch,
      maxWaitMs: batchWaitMs,
      maxQueue: queueLimit,
      decoding: createGate(navigator.hardwareConcurrency),
      device: createGate(1),
    },
  });
  const app = createApp({ encoders, collections, limits: config, log, phase: () => phase });
  const server = listen(app.fetch, config);
  endAtSignals(config, log, async () => {
    phase = "draining";
    await server.close();
    await encoders.close();
    await collections.close();
  });

  const { device, threads, precision } = config;
  const runtime = await startTensorFlow({ device, threads, precision });
  log.info("TensorFlow started", { ...runtime, memory: undefined });
  await loadEncoders({ store, collections, encoders, log });
  if (phase !== "warming") return;
  phase = "ready";
  console.log(greeting(server.url, encoders));
}

async function checkHome(home: string): Promise<void> {
  try {
    await Deno.mkdir(home, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: home }));
  } catch (cause) {
    const sentence = `Cannot use LOOKALIKE_HOME as it must be a folder to write in: ${home}: ${
      messageOf(cause)
    }.`;
    throw new LookalikeError("unavailable", sentence, { cause });
  }
}

/** Loads the newest version of each encoder, and those that collections were made with. */
async function loadEncoders({ store, collections, encoders, log }: {
  store: EncoderStore;
  collections: Collections;
  encoders: EncoderRegistry;
  log: Log;
}): Promise<void> {
  const { manifests, damaged } = await store.list();
  for (const { name, version, reason } of damaged) {
    log.error("encoder damaged", { name, version, reason });
    encoders.addDamaged(`${name}@${version}`, reason);
  }
  const newest = new Map(manifests.map(({ name, version }) => [name, `${name}@${version}`]));
  const used = (await collections.list()).flatMap(({ encoder }) => encoder ?? []);
  for (const reference of new Set([...newest.values(), ...used])) {
    const start = performance.now();
    try {
      await encoders.load(reference);
      log.info("encoder warm", { reference, milliseconds: Math.round(performance.now() - start) });
    } catch (error) {
      log.error("encoder not served", { reference, reason: messageOf(error) });
    }
  }
}

/** Ends the process at SIGTERM or SIGINT: in order, at once at a second one, in any case in time. */
function endAtSignals(config: Config, log: Log, drain: () => Promise<void>): void {
  let ending = false;
  const end = async (signal: Deno.Signal) => {
    if (ending) Deno.exit(130);
    ending = true;
    log.info("stopping", { signal });
    const seconds = config.drainSeconds;
    setTimeout(() => {
      log.error("stopped before all requests were answered", { seconds });
      Deno.exit(1);
    }, seconds * 1000);
    try {
      await drain();
      log.info("stopped");
      Deno.exit(0);
    } catch (error) {
      log.error("stopped badly", { error: error instanceof Error ? error.stack : String(error) });
      Deno.exit(1);
    }
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => void end(signal));
  }
}

function greeting(url: string, encoders: EncoderRegistry): string {
  const served = encoders.list().map(({ reference }) => reference);
  return served.length > 0
    ? `Lookalike serves ${served.join(", ")} at ${url} (the API's page: ${url}/docs)`
    : `Lookalike is at ${url} and has no encoder yet: make one with \`deno task quickstart\`, or ` +
      "`deno task pretrain --data PATH`, then start it again.";
}
