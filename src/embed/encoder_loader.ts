import type { Manifest } from "../encoders/manifest.ts";
import type { NamedTensors } from "../encoders/safetensors.ts";
import type { EncoderStore } from "../encoders/store.ts";
import { LookalikeError, messageOf } from "../errors.ts";
import { createGate } from "../gate.ts";
import type { ImageDecoder } from "../image/mod.ts";
import type { Log } from "../log.ts";
import type { EngineOptions } from "./engine.ts";
import { checkLayer } from "./head_layer.ts";
import type { EncoderLayer, LoadableEncoder } from "./loaded_encoders.ts";
import type { EncoderRunner } from "./runner.ts";
import { type ServedEncoder, serveEncoder } from "./served_encoder.ts";
import type { Stage } from "./stages.ts";
import { createTurns } from "../turns.ts";

/** How long a version that was found damaged is not read again, in milliseconds. */
const DAMAGED_MS = 10_000;

/** Finds encoders in a store and loads them. */
export interface EncoderLoader {
  /**
   * The manifest of a version, unless that was found damaged a moment ago.
   *
   * @throws {LookalikeError} `not_found` or `damaged`.
   */
  manifest(reference: string): Promise<Manifest>;
  /**
   * What is known of an encoder before it is loaded.
   *
   * @throws {LookalikeError} As {@link manifest} does; `invalid_input` if it has no such layer.
   */
  find(which: EncoderLayer): Promise<LoadableEncoder>;
  /** What was wrong with a version a moment ago, or null. */
  damage(reference: string): LookalikeError | null;
}

/** What serves an encoder. */
export interface LoaderOptions {
  /** Puts an encoder's weights on the device, to compute by a layer of it. */
  createRunner(
    saved: { manifest: Manifest; tensors: NamedTensors },
    options: { layer: number },
  ): EncoderRunner;
  /** What makes pixels of image files. */
  decoder: ImageDecoder;
  /** How batches are filled. All encoders take turns at one device and at the decoder. */
  engine: Pick<EngineOptions, "maxBatch" | "maxWaitMs" | "maxQueue">;
  /** Says what is loaded, switched and damaged. */
  log: Log;
  /** Told of each passage of a stage. */
  onStage?(passed: { model: string; stage: Stage; seconds: number }): void;
  /** Told of each batch that ran. */
  onBatch?(batch: { model: string; images: number }): void;
}

/**
 * A loader of encoders that share one device and one decoder.
 *
 * @param store Where they are saved.
 * @param options How each is served.
 * @returns The loader.
 */
export function createEncoderLoader(
  store: Pick<EncoderStore, "load" | "manifest">,
  options: LoaderOptions,
): EncoderLoader {
  const { createRunner, decoder, log } = options;
  const device = createGate(1);
  // Two a process: one that has finished an image finds the next one there.
  const decoding = createTurns(2 * (decoder.stats().processes || navigator.hardwareConcurrency));
  const damaged = new Map<string, { error: LookalikeError; until: number }>();

  async function load({ reference, layer }: EncoderLayer): Promise<ServedEncoder> {
    const start = performance.now();
    try {
      const saved = await store.load(reference);
      const runner = createRunner(saved, { layer });
      const engine = engineOf(reference);
      const encoder = serveEncoder(saved.manifest, { runner, layer, decoder, engine });
      await warmed(encoder);
      const milliseconds = Math.round(performance.now() - start);
      log.info("model warm", { model: reference, layer, milliseconds });
      return encoder;
    } catch (error) {
      log.error("model not loaded", { model: reference, layer, reason: messageOf(error) });
      if (error instanceof LookalikeError && error.code === "damaged") {
        damaged.set(reference, { error, until: performance.now() + DAMAGED_MS });
      }
      throw error;
    }
  }

  function engineOf(model: string): EngineOptions {
    return {
      ...options.engine,
      device,
      decoding: decoding.join(),
      onStage: (stage, seconds) => options.onStage?.({ model, stage, seconds }),
      onBatch: (images) => options.onBatch?.({ model, images }),
    };
  }

  function damage(reference: string): LookalikeError | null {
    const known = damaged.get(reference);
    if (known && performance.now() < known.until) return known.error;
    damaged.delete(reference);
    return null;
  }

  async function manifest(reference: string): Promise<Manifest> {
    const error = damage(reference);
    if (error) throw error;
    return await store.manifest(reference);
  }

  return {
    manifest,
    damage,
    async find(which) {
      const found = await manifest(which.reference);
      checkLayer(found, which.layer);
      return { bytes: found.weights.bytes, load: () => load(which) };
    },
  };
}

/** Warms an encoder, and frees the device where that fails. */
async function warmed(encoder: ServedEncoder): Promise<void> {
  try {
    await encoder.warm();
  } catch (error) {
    await encoder.close();
    throw error;
  }
}
