import { LookalikeError } from "../errors.ts";
import { createStageClock, type StageTotals } from "./stages.ts";
import { createGate, type Gate } from "../image/gate.ts";
import type { EncoderRunner } from "./runner.ts";

/** An image: its pixels, uint8 `[side, side, 3]`, or what decodes them once it is its turn. */
export type ImageSource = Uint8Array | (() => Promise<Uint8Array>);

/** Turns images into embeddings, those of many callers together. */
export interface EmbeddingEngine {
  /**
   * Embeds images. From here until they go to the device they count against the queue, decoded or
   * not, so that one limit holds for one image and for many.
   *
   * @param images At most `maxQueue`.
   * @param options.signal Aborted once nobody waits for the answer: what has not begun is dropped.
   * @returns h of each image in order, float32 `[F]` each, not normalised.
   * @throws {LookalikeError} `overloaded` when the queue is full, with the seconds after which to
   * try again; `unavailable` once closed; `too_large` for more than it could ever hold;
   * `interrupted` when aborted; and what a decoder or the runner throws.
   */
  embed(images: ImageSource[], options?: { signal?: AbortSignal }): Promise<Float32Array[]>;
  /** How much it holds and has done. */
  stats(): EngineStats;
  /** Takes no more, finishes what it has taken, then disposes of the runner. */
  close(): Promise<void>;
}

/** How an engine fills its batches. */
export interface EngineOptions {
  /** The most images of a batch. */
  maxBatch: number;
  /** How long a batch that is not full waits for more images, in milliseconds. */
  maxWaitMs: number;
  /** How many images may wait at most. */
  maxQueue: number;
  /** Where decoding waits its turn; engines share one. Unless given, one image at a time. */
  decoding?: Gate;
  /** Where a batch waits for the device; engines on one device share one. */
  device?: Gate;
}

/** What an engine holds now, and has done since it began; images are counted unless said otherwise. */
export interface EngineStats extends StageTotals {
  /** Taken and not yet on the device. */
  waiting: number;
  /** Embedded. */
  embedded: number;
  /** Batches that ran. */
  batches: number;
  /** Refused because the queue was full. */
  refused: number;
  /** Dropped because their caller left, or another image of their request failed. */
  dropped: number;
}

/** An image that is decoded and waits for a batch. */
interface Waiting {
  request: Request;
  index: number;
  pixels: Uint8Array;
  since: number;
}

/** One call of `embed` on its way. */
interface Request {
  /** Nothing has failed yet and somebody waits. */
  live: boolean;
  /** Images that still count against the queue. */
  places: number;
  /** Takes the embedding of one image. */
  deliver(index: number, embedding: Float32Array): void;
  /** Ends the request, and frees its places. */
  fail(error: unknown): void;
}

/**
 * An engine on a runner: bounded queue → batches → runner.
 *
 * A batch starts when it is full, or when its first image has waited `maxWaitMs`; while one runs,
 * the next fills.
 *
 * @param runner Where batches run; the engine disposes of it when it closes.
 * @param options The limits.
 * @returns The engine.
 */
export function createEmbeddingEngine(
  runner: EncoderRunner,
  options: EngineOptions,
): EmbeddingEngine {
  const { maxWaitMs, maxQueue, decoding = createGate(1), device = createGate(1) } = options;
  const maxBatch = Math.min(options.maxBatch, runner.maxBatch);
  const { dimension, side } = runner;
  const queue: Waiting[] = [];
  const requests = new Set<Promise<unknown>>();
  const clock = createStageClock();
  const counts = { waiting: 0, embedded: 0, batches: 0, refused: 0, dropped: 0 };
  let working: Promise<void> | null = null;
  let closing: Promise<void> | null = null;
  let wake = () => {};

  /** Throws unless `count` more images can be taken now. */
  function admit(count: number): void {
    if (closing !== null) {
      throw new LookalikeError("unavailable", "Cannot take images as the service is stopping.", {
        retryAfter: 5,
      });
    }
    if (count > maxQueue) {
      throw new LookalikeError(
        "too_large",
        `Cannot take ${count} images at once as the queue holds ${maxQueue}: send them in parts.`,
      );
    }
    if (counts.waiting + count > maxQueue) {
      counts.refused += count;
      const seconds = counts.waiting * clock.seconds("inference") / Math.max(1, counts.embedded);
      throw new LookalikeError(
        "overloaded",
        `Cannot take ${count} more images as ${counts.waiting} of at most ${maxQueue} wait already.`,
        { retryAfter: Math.min(60, Math.max(1, Math.ceil(seconds))) },
      );
    }
  }

  /** Takes a request of `count` images; its promise is settled by `deliver` and `fail`. */
  function open(count: number): Request & { answer: Promise<Float32Array[]> } {
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array[]>();
    const embeddings = new Array<Float32Array>(count);
    let left = count;
    counts.waiting += count;
    const request = {
      live: true,
      places: count,
      answer: promise,
      deliver(index: number, embedding: Float32Array) {
        embeddings[index] = embedding;
        if (--left === 0) resolve(embeddings);
      },
      fail(error: unknown) {
        if (!request.live) return;
        request.live = false;
        counts.waiting -= request.places;
        counts.dropped += request.places;
        request.places = 0;
        for (let at = queue.length - 1; at >= 0; at--) {
          if (queue[at].request === request) queue.splice(at, 1);
        }
        reject(error);
      },
    };
    return request;
  }

  /** Decodes an image, unless its request has ended meanwhile, and queues it. */
  async function prepare(request: Request, image: ImageSource, index: number): Promise<void> {
    const pixels = image instanceof Uint8Array ? image : await decoding(async () => {
      return request.live ? await clock.time("decode", image) : null;
    });
    if (pixels === null || !request.live) return;
    if (pixels.length !== side * side * 3) {
      throw new LookalikeError(
        "internal",
        `Cannot embed ${pixels.length} bytes as an image must be [${side}, ${side}, 3].`,
      );
    }
    queue.push({ request, index, pixels, since: performance.now() });
    if (queue.length >= maxBatch) wake();
    working ??= work();
  }

  /** Runs batches until nothing is queued. */
  async function work(): Promise<void> {
    while (queue.length > 0) {
      await filled();
      await device(runBatch);
    }
    working = null;
  }

  /** Resolves once a batch is full or has waited long enough. */
  async function filled(): Promise<void> {
    const left = queue[0].since + maxWaitMs - performance.now();
    if (queue.length >= maxBatch || left <= 0 || closing !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, left);
      wake = () => (clearTimeout(timer), resolve());
    });
  }

  async function runBatch(): Promise<void> {
    const batch = queue.splice(0, maxBatch);
    if (batch.length === 0) return; // their callers left while the device was busy
    for (const { request, since } of batch) {
      clock.add("queue", performance.now() - since);
      request.places--;
      counts.waiting--;
    }
    try {
      const pixels = new Uint8Array(batch.length * side * side * 3); // [count, side, side, 3]
      for (const [row, image] of batch.entries()) pixels.set(image.pixels, row * side * side * 3);
      const features = await clock.time("inference", () => runner.run(pixels, batch.length)); // [count, F]
      counts.batches++;
      counts.embedded += batch.length;
      for (const [row, { request, index }] of batch.entries()) {
        request.deliver(index, features.slice(row * dimension, (row + 1) * dimension));
      }
    } catch (error) {
      for (const { request } of batch) request.fail(error);
    }
  }

  async function embed(
    images: ImageSource[],
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Float32Array[]> {
    admit(images.length);
    if (images.length === 0) return [];
    const request = open(images.length);
    const leave = () => request.fail(callerLeft(signal));
    signal?.addEventListener("abort", leave);
    if (signal?.aborted) leave();
    requests.add(request.answer);
    for (const [index, image] of images.entries()) {
      prepare(request, image, index).catch(request.fail);
    }
    try {
      return await request.answer;
    } finally {
      requests.delete(request.answer);
      signal?.removeEventListener("abort", leave);
    }
  }

  async function drain(): Promise<void> {
    wake();
    await Promise.allSettled(requests);
    await working;
    runner.dispose();
  }

  return {
    embed,
    stats: () => ({ ...counts, ...clock.totals() }),
    close: () => closing ??= drain(),
  };
}

function callerLeft(signal: AbortSignal | undefined): LookalikeError {
  return new LookalikeError("interrupted", "Cannot embed these images as their caller has left.", {
    cause: signal?.reason,
  });
}
