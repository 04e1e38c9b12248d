import type { Manifest } from "../encoders/manifest.ts";
import { LookalikeError } from "../errors.ts";
import { decodeImage, type ImageLimits } from "../image/mod.ts";
import { createEmbeddingEngine, type EngineOptions, type EngineStats } from "./engine.ts";
import type { EncoderRunner } from "./runner.ts";

/** An encoder that takes image files. */
export interface ServedEncoder {
  /** What it is. */
  readonly manifest: Manifest;
  /** `NAME@VERSION`. */
  readonly reference: string;
  /**
   * Embeds image files, together with those of other callers.
   *
   * @param files The images as JPEG, PNG, … files.
   * @param options.fieldOf What the caller calls an image, for errors: `input[0]` unless told.
   * @param options.signal Aborted once nobody waits for the answer.
   * @returns h of each in order, float32 `[F]`, not normalised.
   * @throws {LookalikeError} `unsupported_image` or `too_large` with the image's field, and what
   * the engine throws.
   */
  embed(files: Uint8Array[], options?: EmbedOptions): Promise<Float32Array[]>;
  /** What its engine holds and has done. */
  stats(): EngineStats;
  /** Takes no more, finishes what it has taken, frees the device. */
  close(): Promise<void>;
}

/** How files are embedded. */
export interface EmbedOptions {
  /** What the caller calls the image at an index. */
  fieldOf?: (index: number) => string;
  /** Aborted once nobody waits for the answer. */
  signal?: AbortSignal;
}

/**
 * Puts decoding before an engine: file → pixels → queue → batch → h.
 *
 * @param manifest What the encoder is.
 * @param options.runner Where it runs; it is disposed of with the served encoder.
 * @param options.limits What an image may cost.
 * @param options.engine How batches are filled.
 * @returns The served encoder.
 */
export function serveEncoder(
  manifest: Manifest,
  { runner, limits, engine: engineOptions }: {
    runner: EncoderRunner;
    limits: ImageLimits;
    engine: EngineOptions;
  },
): ServedEncoder {
  const engine = createEmbeddingEngine(runner, engineOptions);
  const side = manifest.inputSize;
  return {
    manifest,
    reference: `${manifest.name}@${manifest.version}`,
    embed(files, options = {}) {
      const { fieldOf = (index) => `input[${index}]`, signal } = options;
      const images = files.map((file, index) => async () => {
        try {
          return await decodeImage(file, { side, limits });
        } catch (error) {
          throw ofImage(error, fieldOf(index));
        }
      });
      return engine.embed(images, { signal });
    },
    stats: engine.stats,
    close: engine.close,
  };
}

/** The error of one image of several; a cut-off image is the sender's fault, not a damaged file of ours. */
function ofImage(error: unknown, field: string): unknown {
  if (!(error instanceof LookalikeError)) return error;
  const code = error.code === "damaged" ? "unsupported_image" : error.code;
  return new LookalikeError(code, error.message, { param: field, cause: error });
}
