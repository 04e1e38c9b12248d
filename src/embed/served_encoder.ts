import type { Manifest } from "../encoders/manifest.ts";
import { LookalikeError } from "../errors.ts";
import type { ImageDecoder } from "../image/mod.ts";
import { createEmbeddingEngine, type EngineOptions, type EngineStats } from "./engine.ts";
import { referenceOf } from "./model_info.ts";
import type { EncoderRunner } from "./runner.ts";
import type { StageTimings } from "./stages.ts";

/** What came of image files. */
export interface Embedded {
  /** h of each in order, or what a layer of the head makes of it: float32 `[F]`, not normalised. */
  vectors: Float32Array[];
  /** A WebP of each, or null where none was asked for. */
  thumbnails: (Uint8Array | null)[];
  /** The longest that any of them spent in each stage, in milliseconds. */
  timings: StageTimings;
}

/** How files are embedded. */
export interface EmbedOptions {
  /** What the caller calls the image at an index, for errors; `input[0]` and so on unless told. */
  fieldOf?: (index: number) => string;
  /** Aborted once nobody waits for the answer. */
  signal?: AbortSignal;
  /** The longest side of a thumbnail, in pixels; none is drawn unless told. */
  thumbnail?: number;
}

/** An encoder that takes image files. */
export interface ServedEncoder {
  /** What it is. */
  readonly manifest: Manifest;
  /** `NAME@VERSION`. */
  readonly reference: string;
  /** 0 for h, or the layer of the projection head, from 1. */
  readonly layer: number;
  /** F, the length of an embedding by that layer. */
  readonly dimension: number;
  /**
   * Compiles and runs every size of batch.
   *
   * @throws {LookalikeError} `out_of_memory` if not even one image fits on the device.
   */
  warm(): Promise<void>;
  /**
   * Embeds image files, together with those of other callers.
   *
   * @param files The images as JPEG, PNG, … files.
   * @param options Fields for errors, the signal, thumbnails.
   * @returns Vectors, thumbnails and timings.
   * @throws {LookalikeError} `unsupported_image` or `too_large` with the image's field, and what
   * the engine throws.
   */
  embed(files: Uint8Array[], options?: EmbedOptions): Promise<Embedded>;
  /** Whether not one more image could be taken now. */
  readonly full: boolean;
  /** Refuses an image as {@link embed} would, before anybody has read it. */
  admit(): void;
  /** What its engine holds and has done. */
  stats(): EngineStats;
  /** Takes no more, finishes what it has taken, frees the device. */
  close(): Promise<void>;
}

/**
 * Puts decoding before an engine: file → pixels → queue → batch → h.
 *
 * @param manifest What the encoder is.
 * @param options.runner Where it runs; it is disposed of with the served encoder.
 * @param options.layer The layer that the runner computes; 0 unless told.
 * @param options.decoder What makes pixels of files.
 * @param options.engine How batches are filled.
 * @returns The served encoder, not warmed yet.
 */
export function serveEncoder(
  manifest: Manifest,
  { runner, layer = 0, decoder, engine: engineOptions }: {
    runner: EncoderRunner;
    layer?: number;
    decoder: ImageDecoder;
    engine: EngineOptions;
  },
): ServedEncoder {
  const engine = createEmbeddingEngine(runner, engineOptions);
  const side = manifest.inputSize;
  return {
    manifest,
    reference: referenceOf(manifest),
    layer,
    dimension: runner.dimension,
    warm: engine.warm,
    async embed(files, options = {}) {
      const { fieldOf = (index) => `input[${index}]`, signal, thumbnail } = options;
      const thumbnails = new Array<Uint8Array | null>(files.length).fill(null);
      const images = files.map((file, index) => async () => {
        try {
          const decoded = await decoder.decode(file, { side, thumbnail });
          thumbnails[index] = decoded.thumbnail;
          return decoded.pixels;
        } catch (error) {
          throw ofImage(error, fieldOf(index));
        }
      });
      return { ...await engine.embed(images, { signal }), thumbnails };
    },
    get full() {
      return engine.full;
    },
    admit: engine.admit,
    stats: engine.stats,
    close: engine.close,
  };
}

/** The error of one image of several; a cut-off image is the sender's fault, not a damaged file of ours. */
function ofImage(error: unknown, field: string): unknown {
  if (!(error instanceof LookalikeError)) return error;
  const code = error.code === "damaged" ? "unsupported_image" : error.code;
  const { retryAfter } = error;
  return new LookalikeError(code, error.message, { param: field, retryAfter, cause: error });
}
