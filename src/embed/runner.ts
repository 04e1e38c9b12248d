/** Runs an encoder on pixels: the device's side of the engine. */
export interface EncoderRunner {
  /** F, the length of an embedding. */
  readonly dimension: number;
  /** The side of the images it takes, in pixels. */
  readonly side: number;
  /** The most images that one call takes. */
  readonly maxBatch: number;
  /** The sizes of batches that it compiles, each at its first run, ascending. */
  readonly sizes: readonly number[];
  /**
   * Encodes a batch off the JavaScript thread. The engine calls it again only once it has returned.
   *
   * @param pixels uint8 `[count, side, side, 3]`, sRGB.
   * @param count How many images there are, 1 … maxBatch.
   * @returns h or what a layer of the head makes of it, float32 `[count, F]`, not normalised.
   * @throws {LookalikeError} `out_of_memory` if the device has not enough for so many.
   */
  run(pixels: Uint8Array, count: number): Promise<Float32Array>;
  /** Frees what it holds on the device. */
  dispose(): void;
}
