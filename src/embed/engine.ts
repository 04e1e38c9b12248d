import { LookalikeError } from "../errors.ts";
import { createGate, type Gate } from "../gate.ts";
import { isOutOfMemory, outOfMemory } from "./out_of_memory.ts";
import { type EmbeddingRequest, type Embeddings, openRequest } from "./request.ts";
import { createBatchPlan } from "./batch_plan.ts";
import type { EncoderRunner } from "./runner.ts";
import { createStageClock, type Stage, type StageTotals } from "./stages.ts";

/** So many batches may be decoded ahead of the device: more would only hold memory. */
const BATCHES_AHEAD = 2;

/** An image: its pixels, uint8 `[side, side, 3]`, or what decodes them once it is its turn. */
export type ImageSource = Uint8Array | (() => Promise<Uint8Array>);

/** Turns images into embeddings, those of many callers together. */
export interface EmbeddingEngine {
  /**
   * Runs every size of batch once, so that no request waits for a compilation. Where a size does not
   * fit into the device's memory, batches stay below it.
   *
   * @throws {LookalikeError} `out_of_memory` if not even one image fits.
   */
  warm(): Promise<void>;
  /**
   * Embeds images. From here until they go to the device they count against the queue, decoded or
   * not, so that one limit holds for one image and for many.
   *
   * @param images At most `maxQueue`.
   * @param options.signal Aborted once nobody waits for the answer: what has not begun is dropped.
   * @returns The runner's vector of each image in order, and what the stages took.
   * @throws {LookalikeError} `overloaded` when the queue is full, with the seconds after which to
   * try again; `unavailable` once closed; `too_large` for more than it could ever hold;
   * `out_of_memory` for an image that does not fit into the device's memory even alone;
   * `interrupted` when aborted; and what a decoder or the runner throws.
   */
  embed(images: ImageSource[], options?: { signal?: AbortSignal }): Promise<Embeddings>;
  /** Whether not one more image could be taken now. */
  readonly full: boolean;
  /**
   * Refuses an image as {@link embed} would, before anybody has read it.
   *
   * @throws {LookalikeError} `overloaded` or `unavailable`.
   */
  admit(): void;
  /** How much it holds and has done. */
  stats(): EngineStats;
  /** Takes no more, finishes what it has taken, then disposes of the runner. */
  close(): Promise<void>;
}

/** How an engine fills its batches. */
export interface EngineOptions {
  /** The most images of a batch. */
  maxBatch: number;
  /**
   * How long an idle device waits at most for more images to fill a batch, in milliseconds; an eighth
   * of it where none comes.
   */
  maxWaitMs: number;
  /** How many images may wait at most. */
  maxQueue: number;
  /** Where decoding waits its turn; engines share it. Unless given, one image at a time. */
  decoding?: Gate;
  /**
   * Where a batch waits for the device; engines on one device share one. As each asks for one batch
   * at a time and is served in order, an image waits for at most one batch of every other engine.
   */
  device?: Gate;
  /** Told of each passage of a stage: of each image, or of a batch for `inference`. */
  onStage?(stage: Stage, seconds: number): void;
  /** Told of each batch that ran. */
  onBatch?(images: number): void;
}

/** What an engine holds now, and has done since it began; images are counted unless said otherwise. */
export interface EngineStats extends StageTotals {
  /** Taken and not yet on the device. */
  waiting: number;
  /** Decoded, with their pixels in memory, and not yet on the device. */
  decoded: number;
  /** The most images of a batch: fewer than asked for once so many did not fit into memory. */
  maxBatch: number;
  /** Embedded. */
  embedded: number;
  /** Batches that ran. */
  batches: number;
  /** How many batches ran by their number of images. */
  batchSizes: Record<number, number>;
  /** Batches that did not fit into the device's memory. */
  tooLarge: number;
  /** Refused because the queue was full. */
  refused: number;
  /** Dropped because their caller left, or another image of their request failed. */
  dropped: number;
}

/** An image that is decoded and waits for a batch. */
interface Waiting {
  request: EmbeddingRequest;
  index: number;
  pixels: Uint8Array;
  since: number;
  /** How long its decoding took, in milliseconds. */
  decoding: number;
  /** Called once its pixels are no longer held. */
  release(): void;
}

/**
 * An engine on a runner: bounded queue → decoded ahead → batches → runner.
 *
 * A batch starts when it is full, or when the device has waited for more images as long as it may;
 * while one runs, the next fills. How many of those that wait go together is for the plan to say, by what batches took. One that does not fit into the device's memory is run in halves, and batches stay
 * that small.
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
  const { dimension, side } = runner;
  const imageBytes = side * side * 3;
  const queue: Waiting[] = [];
  const requests = new Set<Promise<unknown>>();
  const clock = createStageClock(options.onStage);
  const counts = { waiting: 0, embedded: 0, batches: 0, tooLarge: 0, refused: 0, dropped: 0 };
  const batchSizes: Record<number, number> = {};
  let maxBatch = Math.min(options.maxBatch, runner.maxBatch);
  const ahead = createGate(BATCHES_AHEAD * maxBatch);
  let working: Promise<void> | null = null;
  let closing: Promise<void> | null = null;
  let wake = () => {};
  const plan = createBatchPlan(runner.sizes);
  let finished = 0; // when the last batch ended

  async function warm(): Promise<void> {
    const most = maxBatch;
    let fits = 0;
    for (const size of runner.sizes) {
      try {
        await device(() => runner.run(new Uint8Array(size * imageBytes), size));
      } catch (error) {
        if (!isOutOfMemory(error) || fits === 0) throw error;
        maxBatch = fits;
        return;
      }
      fits = size;
      if (size >= most) return;
    }
  }

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

  /** Forgets what is left of a request that failed. */
  function drop(request: EmbeddingRequest): void {
    counts.waiting -= request.places;
    counts.dropped += request.places;
    wake(); // nobody waits for what is not coming
    for (let at = queue.length - 1; at >= 0; at--) {
      if (queue[at].request === request) queue.splice(at, 1)[0].release();
    }
  }

  /** Decodes an image, unless its request has ended meanwhile, and holds its pixels until it runs. */
  async function prepare(
    request: EmbeddingRequest,
    decode: () => Promise<Uint8Array>,
    index: number,
  ): Promise<void> {
    if (!request.live) return;
    const decoded = await decoding(async () => {
      return request.live ? await clock.time("decode", decode) : null;
    });
    if (decoded === null || !request.live) return;
    const [pixels, milliseconds] = decoded;
    await enqueue({ request, index, pixels, decoding: milliseconds });
  }

  /** Queues an image; resolves once its pixels are no longer held. */
  function enqueue(image: Omit<Waiting, "since" | "release">): Promise<void> {
    if (image.pixels.length !== imageBytes) {
      throw new LookalikeError(
        "internal",
        `Cannot embed ${image.pixels.length} bytes as an image must be [${side}, ${side}, 3].`,
      );
    }
    image.request.note("decode", image.decoding);
    const { promise, resolve: release } = Promise.withResolvers<void>();
    queue.push({ ...image, since: performance.now(), release });
    wake(); // it may be full now, or nobody else is coming
    working ??= work();
    return promise;
  }

  /** Runs batches until nothing is queued. */
  async function work(): Promise<void> {
    while (queue.length > 0) {
      await filled();
      await device(runBatch);
    }
    working = null;
  }

  /**
   * Resolves once a batch is full, the idle device has waited long enough, or it seems that nobody else
   * comes: for an eighth of that time none has, and none is being decoded. Callers who were answered
   * together ask again together, but not at once.
   */
  async function filled(): Promise<void> {
    while (queue.length > 0 && queue.length < maxBatch && closing === null) {
      const now = performance.now();
      const idleSince = Math.max(queue[0].since, finished);
      const end = idleSince + maxWaitMs;
      const isComing = counts.waiting > queue.length;
      const quiet = isComing ? end : Math.max(queue.at(-1)!.since, idleSince) + maxWaitMs / 8;
      const left = Math.min(end, quiet) - now;
      if (left <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => (clearTimeout(timer), resolve());
      });
    }
  }

  async function runBatch(): Promise<void> {
    // None if their callers left while the device was busy
    const batch = queue.splice(0, plan.next(queue.length, maxBatch));
    const now = performance.now();
    for (const { request, decoding } of batch) {
      const waited = now - request.since - decoding;
      clock.add("queue", waited);
      request.note("queue", waited);
      request.leaveQueue();
      counts.waiting--;
    }
    const pixels = new Uint8Array(batch.length * imageBytes); // [count, side, side, 3]
    for (const [row, image] of batch.entries()) {
      pixels.set(image.pixels, row * imageBytes);
      image.release();
    }
    await compute(batch, pixels);
    finished = performance.now();
  }

  /** Runs images, in halves where they do not fit into the device's memory together. */
  async function compute(batch: Waiting[], pixels: Uint8Array): Promise<void> {
    const count = batch.length;
    if (!batch.some(({ request }) => request.live)) return;
    try {
      const [features, took] = await clock.time("inference", () => runner.run(pixels, count)); // [count, F]
      plan.took(count, took);
      counts.batches++;
      counts.embedded += count;
      batchSizes[count] = (batchSizes[count] ?? 0) + 1;
      options.onBatch?.(count);
      for (const [row, { request, index }] of batch.entries()) {
        request.note("inference", took);
        request.deliver(index, features.slice(row * dimension, (row + 1) * dimension));
      }
    } catch (error) {
      if (!isOutOfMemory(error)) return batch.forEach(({ request }) => request.fail(error));
      counts.tooLarge++;
      if (count === 1) return batch[0].request.fail(outOfMemory("Cannot embed the image", error));
      const half = Math.ceil(count / 2);
      maxBatch = Math.min(maxBatch, half);
      await compute(batch.slice(0, half), pixels.subarray(0, half * imageBytes));
      await compute(batch.slice(half), pixels.subarray(half * imageBytes));
    }
  }

  async function embed(
    images: ImageSource[],
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Embeddings> {
    admit(images.length);
    if (images.length === 0) {
      return { vectors: [], timings: { decode: 0, queue: 0, inference: 0 } };
    }
    counts.waiting += images.length;
    const request = openRequest(images.length, { onFailed: drop });
    const leave = () => request.fail(callerLeft(signal));
    signal?.addEventListener("abort", leave);
    if (signal?.aborted) leave();
    requests.add(request.answer);
    for (const [index, image] of images.entries()) {
      const prepared = image instanceof Uint8Array
        ? alreadyDecoded(request, image, index) // its caller holds it anyway
        : ahead(() => prepare(request, image, index));
      prepared.catch(request.fail);
    }
    try {
      return await request.answer;
    } finally {
      requests.delete(request.answer);
      signal?.removeEventListener("abort", leave);
    }
  }

  async function alreadyDecoded(request: EmbeddingRequest, pixels: Uint8Array, index: number) {
    if (request.live) await enqueue({ request, index, pixels, decoding: 0 });
  }

  async function drain(): Promise<void> {
    wake();
    await Promise.allSettled(requests);
    await working;
    runner.dispose();
  }

  return {
    warm,
    embed,
    get full() {
      return counts.waiting >= maxQueue;
    },
    admit: () => admit(1),
    stats: () => ({
      ...counts,
      ...clock.totals(),
      batchSizes: { ...batchSizes },
      decoded: queue.length,
      maxBatch,
    }),
    close: () => closing ??= drain(),
  };
}

function callerLeft(signal: AbortSignal | undefined): LookalikeError {
  return new LookalikeError("interrupted", "Cannot embed these images as their caller has left.", {
    cause: signal?.reason,
  });
}
