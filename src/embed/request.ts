import type { Stage, StageTimings } from "./stages.ts";

/** What a request for embeddings is answered with. */
export interface Embeddings {
  /** Of each image in order, float32 `[F]`, not normalised. */
  vectors: Float32Array[];
  /** What its stages took. */
  timings: StageTimings;
}

/** One call of an engine on its way. */
export interface EmbeddingRequest {
  /** Whether nothing has failed yet and somebody waits. */
  readonly live: boolean;
  /** Images that still count against the queue. */
  readonly places: number;
  /** When it came, on the clock of `performance.now()`. */
  readonly since: number;
  /** Settled by {@link deliver} and {@link fail}. */
  readonly answer: Promise<Embeddings>;
  /** Frees the place of an image that goes to the device. */
  leaveQueue(): void;
  /** Notes how many milliseconds an image spent in a stage. */
  note(stage: Stage, milliseconds: number): void;
  /** Takes the embedding of one image; the last one answers the request. */
  deliver(index: number, vector: Float32Array): void;
  /** Ends the request and frees its places, unless it has ended. */
  fail(error: unknown): void;
}

/**
 * Opens a request.
 *
 * @param count How many images it has.
 * @param options.onFailed Told once it has failed, while its places are still counted.
 * @returns The request.
 */
export function openRequest(
  count: number,
  { onFailed }: { onFailed: (request: EmbeddingRequest) => void },
): EmbeddingRequest {
  const { promise, resolve, reject } = Promise.withResolvers<Embeddings>();
  const vectors = new Array<Float32Array>(count);
  const timings: StageTimings = { decode: 0, queue: 0, inference: 0 };
  let left = count;
  const request = {
    live: true,
    places: count,
    since: performance.now(),
    answer: promise,
    leaveQueue: () => void request.places--,
    note(stage: Stage, milliseconds: number) {
      timings[stage] = Math.max(timings[stage], milliseconds);
    },
    deliver(index: number, vector: Float32Array) {
      vectors[index] = vector;
      if (--left === 0) resolve({ vectors, timings });
    },
    fail(error: unknown) {
      if (!request.live) return;
      request.live = false;
      onFailed(request);
      request.places = 0;
      reject(error);
    },
  };
  return request;
}
