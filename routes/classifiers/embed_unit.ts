import { normalize } from "../../src/embed/normalize.ts";
import type { StageTimings } from "../../src/embed/stages.ts";
import type { Services } from "../services.ts";

/** Images that go to the encoder together. */
const PIECE = 32;

/** Images to be embedded, and by what. */
export interface UnitRequest {
  /** An alias, `NAME` or `NAME@VERSION`. */
  encoder: string;
  /** 0 for h, or a layer of its projection head. */
  layer: number;
  /** How many images there are. */
  count: number;
  /** Reads the files from one place to before another; some are asked for at a time. */
  read(from: number, to: number): Promise<Uint8Array[]> | Uint8Array[];
  /** What the request calls the image at a place. */
  fieldOf: (index: number) => string;
  /** Aborted once nobody waits. */
  signal: AbortSignal;
}

/**
 * Embeds images as a classifier takes them: scaled to length 1. Many are taken a piece at a time, so
 * that they do not fill the queue, and their files not the memory.
 *
 * @param services What the routes stand on.
 * @param request The images.
 * @returns Vectors of length 1, float32 `[N, F]`, and the longest that an image spent in each stage.
 * @throws {LookalikeError} What reading and embedding throw, with the image's field.
 */
export async function embedUnit(
  { encoders, limits }: Services,
  { encoder, layer, count, read, fieldOf, signal }: UnitRequest,
): Promise<{ vectors: Float32Array; timings: StageTimings }> {
  const size = Math.min(PIECE, limits.maxImages);
  return await encoders.use({ model: encoder, layer }, async (served) => {
    const { dimension } = served;
    const rows = new Float32Array(count * dimension);
    const timings = { decode: 0, queue: 0, inference: 0 };
    for (let from = 0; from < count; from += size) {
      const files = await read(from, Math.min(count, from + size));
      const embedded = await served.embed(files, {
        fieldOf: (index) => fieldOf(from + index),
        signal,
      });
      for (const [index, vector] of embedded.vectors.entries()) {
        rows.set(normalize(vector), (from + index) * dimension);
      }
      for (const stage of ["decode", "queue", "inference"] as const) {
        timings[stage] = Math.max(timings[stage], embedded.timings[stage]);
      }
    }
    return { vectors: rows, timings };
  });
}
