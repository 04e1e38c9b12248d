import { fileURLToPath } from "node:url";
import { openClassifierStore } from "../../src/classifiers/classifier_store.ts";
import type { ClassifierStore } from "../../src/classifiers/classifiers.ts";
import type { Collections } from "../../src/collections/collections.ts";
import { createReembedder, type Reembedder } from "../../src/collections/reembedder.ts";
import { openCollections } from "../../src/collections/sqlite_collections.ts";
import { createEncoderRegistry, type EncoderRegistry } from "../../src/embed/encoder_registry.ts";
import type { EngineOptions } from "../../src/embed/engine.ts";
import type { EncoderRunner } from "../../src/embed/runner.ts";
import { type EncoderStore, openEncoderStore } from "../../src/encoders/store.ts";
import type { ImageFetcher } from "../../src/image/fetch_image.ts";
import { createLocalDecoder } from "../../src/image/local_decoder.ts";
import type { ImageLimits } from "../../src/image/mod.ts";
import { createSupervisor } from "../../src/jobs/create_supervisor.ts";
import type { Job, Promotion } from "../../src/jobs/job.ts";
import { openJobStore } from "../../src/jobs/sqlite_job_store.ts";
import type { KeyStore } from "../../src/keys/key_store.ts";
import { openKeyStore } from "../../src/keys/sqlite_key_store.ts";
import { createLog } from "../../src/log.ts";
import { createApp } from "../../routes/app.ts";
import { createMetrics } from "../../routes/metrics/metrics.ts";
import type { Access, Jobs, Phase, RequestLimits, Services } from "../../routes/services.ts";
import { keepsItsPromises, type Promises } from "../contract/promises.ts";
import { createMeanColourRunner, MEAN_COLOURS } from "../embed/mean_colour_runner.ts";

const SIDE = MEAN_COLOURS.inputSize;

/** What a job's process does here: all that a real one does, but training. */
const JOB_PROCESS = fileURLToPath(new URL("../jobs/child.ts", import.meta.url));

/** A key with every scope, where the service is started with `access.required`. */
export const ADMIN_KEY = "the-admin-key-of-the-tests";

/** Who may ask, and what: everybody and anything within reason, unless told. */
export interface TestOptions {
  limits?: Partial<RequestLimits & ImageLimits>;
  access?: Partial<Access>;
  engine?: Partial<EngineOptions>;
  createRunner?: () => EncoderRunner;
  fetchImage?: ImageFetcher;
  jobs?: Partial<Jobs["limits"]> & {
    /** How many run at a time; none unless told, so that they stay queued. */
    most?: number;
    promote?: (job: Job) => Promise<Promotion>;
  };
}

/** A request as a test writes it; with a token, if one is to be sent. */
export interface TestRequest extends RequestInit {
  token?: string;
}

/** The whole service in this process, without a socket. */
export interface TestService extends AsyncDisposable {
  home: string;
  store: EncoderStore;
  encoders: EncoderRegistry;
  collections: Collections;
  reembedder: Reembedder;
  classifiers: ClassifierStore;
  jobs: Jobs;
  keys: KeyStore;
  phase: Phase;
  app: ReturnType<typeof createApp>;
  /** What the app stands on, for a test that makes another. */
  services: Services;
  /** The lines of its log. */
  lines: Record<string, unknown>[];
  /** Asks the app; an answer that its OpenAPI does not declare fails the test. */
  ask(path: string, init?: TestRequest): Promise<Response>;
  /** Sends JSON and takes the answer's JSON. */
  json(
    method: string,
    path: string,
    body?: unknown,
    options?: { token?: string },
    // deno-lint-ignore no-explicit-any -- a test says what it expects of the answer
  ): Promise<{ status: number; body: any }>;
  /** What it declares, and what of it was seen. */
  promises: Promises;
}

/**
 * The real service with one part exchanged: where an encoder's weights would run, mean colours are
 * computed, so that answers are known. The encoders `colours@1` and `colours@2` are there.
 *
 * @param options What differs from the usual.
 * @returns The service; dispose of it at the end.
 */
export async function startService(options: TestOptions = {}): Promise<TestService> {
  const { createRunner = () => createMeanColourRunner({ side: SIDE }) } = options;
  const { maxBytes = 1e6, maxPixels = 1e6, ...limits } = options.limits ?? {};
  const home = await Deno.makeTempDir();
  const lines: Record<string, unknown>[] = [];
  const log = createLog("debug", (line) => lines.push(JSON.parse(line)));
  const decoder = createLocalDecoder({ maxBytes, maxPixels });
  const metrics = createMetrics();
  const store = openEncoderStore(home);
  for (const _ of ["1", "2"]) {
    await store.save({ name: "colours", tensors: new Map(), manifest: MEAN_COLOURS });
  }
  const collections = openCollections(home);
  const keys = openKeyStore(home, { adminKey: ADMIN_KEY });
  const encoders = createEncoderRegistry(store, {
    createRunner,
    decoder,
    engine: { maxBatch: 8, maxWaitMs: 1, maxQueue: 64, ...options.engine },
    maxBytes: 1e9,
    log,
    onStage: metrics.onStage,
    onBatch: metrics.onBatch,
    lookMs: 0,
  });
  const reembedder = createReembedder(collections, {
    embed: (model, files, signal) =>
      encoders.use({ model }, async (encoder) => (await encoder.embed(files, { signal })).vectors),
    batch: 4,
    log,
  });
  const classifiers = openClassifierStore(home);
  const { most = 0, promote = promoteNothing, ...jobLimits } = options.jobs ?? {};
  const jobStore = openJobStore(home);
  const supervisor = createSupervisor(jobStore, {
    command: [Deno.execPath(), "run", "-A", JOB_PROCESS],
    env: { ...Deno.env.toObject(), LOOKALIKE_HOME: home },
    ...{ most, hours: 1, bytes: 1e9, threads: 1, deviceShare: 50 },
    promote,
    log,
    lookMs: 20,
  });
  await supervisor.start();
  const jobs: Jobs = {
    store: jobStore,
    supervisor,
    limits: { queue: 20, steps: 1000, folders: [], ...jobLimits },
  };
  const state = { phase: "ready" as Phase };
  const services: Services = {
    encoders,
    collections,
    reembedder,
    classifiers,
    jobs,
    keys,
    access: {
      required: false,
      loopbackOnly: false,
      requestsPerMinute: 0,
      corsOrigins: null,
      ...options.access,
    },
    decoder,
    fetchImage: options.fetchImage ?? null,
    metrics,
    limits: {
      maxBodyBytes: 1e6,
      maxBodiesBytes: 2e6,
      bodySeconds: 5,
      requestSeconds: 30,
      maxImages: 8,
      maxResults: 100,
      ...limits,
    },
    log,
    phase: () => state.phase,
  };
  const app = createApp(services);
  const promises = keepsItsPromises(app);
  function ask(path: string, { token, ...init }: TestRequest = {}) {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    return promises.ask(path, { ...init, headers });
  }
  return Object.assign(state, {
    home,
    store,
    encoders,
    collections,
    reembedder,
    classifiers,
    jobs,
    keys,
    app,
    services,
    lines,
    promises,
    ask,
    async json(
      method: string,
      path: string,
      body?: unknown,
      { token }: { token?: string } = {},
    ) {
      const headers = { "Content-Type": "application/json" };
      const init = body === undefined
        ? { method, token }
        : { method, token, headers, body: JSON.stringify(body) };
      const response = await ask(path, init);
      return { status: response.status, body: await response.json() };
    },
    async [Symbol.asyncDispose]() {
      await supervisor.close();
      jobStore.close();
      await reembedder.close();
      await encoders.close();
      await collections.close().catch(() => {}); // a test may have closed them
      keys.close();
      await decoder.close();
      await Deno.remove(home, { recursive: true });
    },
  });
}

const promoteNothing = () =>
  Promise.resolve<Promotion>({ status: "kept", reason: "Nothing is promoted here." });
