import { openCollections } from "../../src/collections/sqlite_collections.ts";
import type { Collections } from "../../src/collections/collections.ts";
import { createEncoderRegistry, type EncoderRegistry } from "../../src/embed/encoder_registry.ts";
import type { EngineOptions } from "../../src/embed/engine.ts";
import type { EncoderRunner } from "../../src/embed/runner.ts";
import type { ManifestInput } from "../../src/encoders/manifest.ts";
import { type EncoderStore, openEncoderStore } from "../../src/encoders/store.ts";
import { createLog } from "../../src/log.ts";
import { createApp } from "../../routes/app.ts";
import type { Phase, RequestLimits } from "../../routes/services.ts";
import { keepsItsPromises, type Promises } from "../contract/promises.ts";
import { createMeanColourRunner } from "../embed/mean_colour_runner.ts";

const SIDE = 2;

/** What a manifest of an encoder says that computes mean colours. */
export const MEAN_COLOURS: ManifestInput = {
  architecture: { family: "resnet18", stem: "cifar", widthMultiplier: 1 },
  inputSize: SIDE,
  preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
  dimension: 3,
  configuration: {},
  metrics: { knn: 0.5 },
  lookalikeVersion: "0",
};

/** The whole service in this process, without a socket. */
export interface TestService extends AsyncDisposable {
  home: string;
  store: EncoderStore;
  encoders: EncoderRegistry;
  collections: Collections;
  phase: Phase;
  app: ReturnType<typeof createApp>;
  /** The lines of its log. */
  lines: Record<string, unknown>[];
  /** Asks the app; an answer that its OpenAPI does not declare fails the test. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON and takes the answer's JSON. */
  // deno-lint-ignore no-explicit-any -- a test says what it expects of the answer
  json(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
  /** What it declares, and what of it was seen. */
  promises: Promises;
}

/**
 * The real service with one part exchanged: where an encoder's weights would run, mean colours are
 * computed, so that answers are known. The encoders `colours@1` and `colours@2` are served.
 *
 * @param options Limits that differ from the usual, and the runner.
 * @returns The service; dispose of it at the end.
 */
export async function startService(
  { limits, engine, createRunner = () => createMeanColourRunner({ side: SIDE }) }: {
    limits?: Partial<RequestLimits & { maxBytes: number; maxPixels: number }>;
    engine?: Partial<EngineOptions>;
    createRunner?: () => EncoderRunner;
  } = {},
): Promise<TestService> {
  const home = await Deno.makeTempDir();
  const store = openEncoderStore(home);
  const collections = openCollections(home);
  const { maxBytes = 1e6, maxPixels = 1e6, ...requestLimits } = limits ?? {};
  const encoders = createEncoderRegistry(store, {
    createRunner,
    limits: { maxBytes, maxPixels },
    engine: { maxBatch: 8, maxWaitMs: 1, maxQueue: 64, ...engine },
  });
  for (const version of ["1", "2"]) {
    await store.save({ name: "colours", tensors: new Map(), manifest: MEAN_COLOURS });
    await encoders.load(`colours@${version}`);
  }
  const lines: Record<string, unknown>[] = [];
  const state = { phase: "ready" as Phase };
  const app = createApp({
    encoders,
    collections,
    limits: {
      maxBodyBytes: 1e6,
      maxBodiesBytes: 2e6,
      bodySeconds: 5,
      maxImages: 8,
      maxResults: 100,
      ...requestLimits,
    },
    log: createLog("debug", (line) => lines.push(JSON.parse(line))),
    phase: () => state.phase,
  });
  const promises = keepsItsPromises(app);
  const ask = (path: string, init?: RequestInit) => promises.ask(path, init);
  return Object.assign(state, {
    home,
    store,
    encoders,
    collections,
    app,
    lines,
    promises,
    ask,
    async json(method: string, path: string, body?: unknown) {
      const headers = { "Content-Type": "application/json" };
      const init = body === undefined
        ? { method }
        : { method, headers, body: JSON.stringify(body) };
      const response = await ask(path, init);
      return { status: response.status, body: await response.json() };
    },
    async [Symbol.asyncDispose]() {
      await encoders.close();
      await collections.close().catch(() => {}); // a test may have closed them
      await Deno.remove(home, { recursive: true });
    },
  });
}
