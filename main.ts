/**
 * The service: settings → keys, collections, decoders → TensorFlow → encoders → routes. Settings come
 * from the environment, `LOOKALIKE_…`; SIGTERM and SIGINT end it once requests in flight are
 * answered. `keys` as an argument keeps its keys instead, and `jobs` shows its jobs.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openClassifierStore } from "./src/classifiers/classifier_store.ts";
import { createReembedder } from "./src/collections/reembedder.ts";
import { openCollections } from "./src/collections/sqlite_collections.ts";
import { type Config, configSchema, readConfig } from "./src/config.ts";
import { createEncoderRegistry } from "./src/embed/encoder_registry.ts";
import { createEncoderRunner } from "./src/embed/encoder_runner.ts";
import { openEncoderStore } from "./src/encoders/store.ts";
import { LookalikeError, messageOf } from "./src/errors.ts";
import { createImageFetcher } from "./src/image/fetch_image.ts";
import { openImageDecoder } from "./src/image/mod.ts";
import { createSupervisor } from "./src/jobs/create_supervisor.ts";
import { createPromoter } from "./src/jobs/promote_result.ts";
import { runJobsCommand } from "./src/jobs/run_jobs_command.ts";
import { openJobStore } from "./src/jobs/sqlite_job_store.ts";
import { accessPolicy } from "./src/keys/access_policy.ts";
import { runKeysCommand } from "./src/keys/command.ts";
import { openKeyStore } from "./src/keys/sqlite_key_store.ts";
import { createLog, type Log } from "./src/log.ts";
import type { Screen } from "./src/moving_line.ts";
import { startTensorFlow } from "./src/tensorflow/mod.ts";
import { createApp } from "./routes/app.ts";
import { watchEventLoop } from "./routes/metrics/event_loop.ts";
import { listen } from "./routes/edge/listen.ts";
import { createMetrics } from "./routes/metrics/metrics.ts";
import { createProbes } from "./routes/probes.ts";
import type { Phase, Services } from "./routes/services.ts";

if (import.meta.main) await main(Deno.args);

async function main([command, ...args]: string[]): Promise<void> {
  const { config, problems, warnings } = readConfig(Deno.env.toObject());
  if (config === null) {
    for (const problem of problems) console.error(problem);
    Deno.exit(2);
  }
  if (command === "keys") {
    Deno.exit(runKeysCommand(args, { home: config.home, print: console.log }));
  }
  if (command === "jobs") {
    Deno.exit(await runJobsCommand(args, { home: config.home, screen: standardOutput() }));
  }
  const log = createLog(config.logLevel);
  for (const warning of warnings) log.warn("unknown setting", { message: warning });
  try {
    if (command !== undefined) throw unknownCommand(command);
    await serve(config, log);
  } catch (error) {
    console.error(error instanceof LookalikeError ? error.message : error);
    Deno.exit(1);
  }
}

/** Listens at once, answers `/v1` once every encoder is warm, and ends at a signal. */
async function serve(config: Config, log: Log): Promise<void> {
  let phase: Phase = "warming";
  await checkHome(config.home);
  const adminKey = await adminKeyOf(config);
  const keys = openKeyStore(config.home, { adminKey });
  const policy = accessPolicy(config, { hasKeys: keys.any() });
  if (policy.warning) log.warn("access", { message: policy.warning });
  const collections = openCollections(config.home, { log });
  const limits = { maxBytes: config.maxImageBytes, maxPixels: config.maxPixels };
  const decoder = await openImageDecoder({
    processes: config.decoders || navigator.hardwareConcurrency,
    seconds: config.decodeSeconds,
    memoryBytes: config.decodeBytes,
    limits,
  });
  const metrics = createMetrics();
  watchEventLoop(metrics.onDelay);
  const { maxBatch, batchWaitMs: maxWaitMs, queueLimit: maxQueue } = config;
  const store = openEncoderStore(config.home);
  const encoders = createEncoderRegistry(store, {
    createRunner: (saved, { layer }) => {
      const { precision } = runtime; // nothing is loaded before it runs
      return createEncoderRunner(saved, { layer, maxBatch, precision });
    },
    decoder,
    engine: { maxBatch, maxWaitMs, maxQueue },
    maxBytes: config.encoderBytes,
    log,
    onStage: metrics.onStage,
    onBatch: metrics.onBatch,
  });
  const reembedder = createReembedder(collections, {
    embed: (model, files, signal) =>
      encoders.use({ model }, async (encoder) => (await encoder.embed(files, { signal })).vectors),
    batch: maxBatch,
    log,
  });
  const classifiers = openClassifierStore(config.home);
  const jobs = openJobStore(config.home);
  const supervisor = createSupervisor(jobs, {
    ...jobProcess(config),
    most: config.jobs,
    hours: config.jobHours,
    bytes: config.jobBytes,
    promote: createPromoter({ classifiers, encoders }),
    log,
  });
  const services: Services = {
    encoders,
    collections,
    reembedder,
    classifiers,
    jobs: {
      store: jobs,
      supervisor,
      limits: {
        queue: config.jobQueue,
        steps: config.jobSteps,
        folders: config.pretrainFolders?.split(":") ?? [],
      },
    },
    keys,
    decoder,
    fetchImage: config.allowUrls
      ? createImageFetcher({ seconds: config.urlSeconds, maxBytes: config.maxImageBytes })
      : null,
    metrics,
    access: {
      ...policy,
      requestsPerMinute: config.rateLimit,
      corsOrigins: config.corsOrigins ?? null,
    },
    limits: config,
    log,
    phase: () => phase,
  };
  const { host, port, probePort } = config;
  const onFault = (error: unknown) =>
    log.error("connections refused", { reason: messageOf(error) });
  const app = createApp(services, { probes: probePort === 0 });
  const server = listen(app.fetch, { host, port, onFault });
  const probes = probePort === 0
    ? null
    : listen(createProbes(services).fetch, { host, port: probePort, onFault });
  endAtSignals(config, log, async () => {
    phase = "draining";
    await Promise.all([server.close(), reembedder.close(), supervisor.close()]);
    await encoders.close();
    await Promise.all([decoder.close(), collections.close(), probes?.close()]);
    jobs.close();
    keys.close();
  });

  const { device, threads, precision } = config;
  const runtime = await startTensorFlow({ device, threads, precision });
  log.info("TensorFlow started", { ...runtime, memory: undefined });
  await Promise.all([store.sweep(), classifiers.sweep()]);
  const served = await warmEncoders(services);
  if (phase !== "warming") return;
  phase = "ready";
  await Promise.all([reembedder.resume(), supervisor.start()]);
  console.log(greeting(server.url, served));
}

/** How the process of a job is started: it may read, write to the home, and no more than it needs. */
function jobProcess({ home, device, jobThreads, jobDeviceShare }: Config) {
  const root = fileURLToPath(new URL("./", import.meta.url));
  const { LOOKALIKE_ADMIN_KEY: _, ...environment } = Deno.env.toObject(); // it has no use for it
  return {
    command: [
      ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--no-remote"],
      ...["--node-modules-dir=manual", `--config=${join(root, "deno.json")}`],
      ...["--allow-env", "--allow-ffi", "--allow-sys", "--allow-read"],
      `--allow-write=${home}`,
      join(root, "train/cli.ts"),
    ],
    env: { ...environment, LOOKALIKE_HOME: home, LOOKALIKE_DEVICE: device },
    threads: jobThreads,
    deviceShare: jobDeviceShare,
  };
}

/** The key with every scope that the settings give, if they do. */
async function adminKeyOf({ adminKey, adminKeyFile }: Config): Promise<string | undefined> {
  if (adminKeyFile === undefined) return adminKey;
  let key: string;
  try {
    key = (await Deno.readTextFile(adminKeyFile)).trim();
  } catch (cause) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot use LOOKALIKE_ADMIN_KEY_FILE as it must be a file to read: ${messageOf(cause)}.`,
      { cause },
    );
  }
  const { success, error } = configSchema.shape.adminKey.safeParse(key);
  if (success) return key;
  throw new LookalikeError(
    "invalid_input",
    `Cannot use LOOKALIKE_ADMIN_KEY_FILE as the key in it ${error.issues[0].message}: it is not.`,
  );
}

async function checkHome(home: string): Promise<void> {
  try {
    await Deno.mkdir(home, { recursive: true });
    const probe = join(home, ".writable"); // by this name, so that a crash leaves one at most
    await Deno.writeTextFile(probe, "");
    await Deno.remove(probe);
  } catch (cause) {
    const sentence = `Cannot use LOOKALIKE_HOME as it must be a folder to write in: ${home}: ${
      messageOf(cause)
    }.`;
    throw new LookalikeError("unavailable", sentence, { cause });
  }
}

/**
 * Warms what requests will most likely ask for: the newest version of each encoder, those that
 * aliases name, and those that collections were made with. The others are loaded when they are asked for.
 *
 * @returns Those that are warm.
 */
async function warmEncoders({ encoders, collections, log }: Services): Promise<string[]> {
  const known = await encoders.list();
  for (const model of known) {
    if (model.status === "damaged") {
      log.error("model damaged", { model: model.reference, reason: model.reason });
    }
  }
  const sound = known.flatMap(({ manifest }) => manifest ?? []);
  const newest = sound.map(({ name }) => name);
  const aliased = known.flatMap(({ aliases }) => aliases);
  const used = (await collections.list()).flatMap(({ encoder }) => encoder ?? []);
  for (const model of new Set([...newest, ...used, ...aliased])) {
    await encoders.use({ model }, () => Promise.resolve()).catch(() => {}); // it is logged
  }
  return encoders.loaded().map(({ reference }) => reference);
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

function standardOutput(): Screen {
  const isTerminal = Deno.stdout.isTerminal();
  return {
    write: (text) => void Deno.stdout.writeSync(new TextEncoder().encode(text)),
    isTerminal,
    columns: isTerminal ? Deno.consoleSize().columns : 80,
  };
}

function unknownCommand(command: string): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot do ${command} as there are only keys and jobs beside serving, which takes no arguments.`,
  );
}

function greeting(url: string, served: string[]): string {
  return served.length > 0
    ? `Lookalike serves ${served.join(", ")} at ${url} (the API's page: ${url}/docs)`
    : `Lookalike is at ${url} and has no encoder yet: make one with \`deno task quickstart\`, or ` +
      "`deno task pretrain --data PATH`; it is served as soon as it is saved.";
}
