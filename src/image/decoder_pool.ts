import { setTimeout as sleep } from "node:timers/promises";
import { LookalikeError, messageOf } from "../errors.ts";
import {
  type DecoderProcess,
  type ProcessBounds,
  ProcessEnded,
  startDecoderProcess,
} from "./decoder_process.ts";
import type { DecodedImage, ImageDecoder, ImageDecoding } from "./image_decoder.ts";
import { createJobQueue } from "./job_queue.ts";
import { takenFormat } from "./taken_format.ts";

/** How images are decoded apart from this process. */
export interface ImageDecoderOptions extends ProcessBounds {
  /** How many processes decode, each one image at a time: as many as there are cores. */
  processes: number;
}

/** An image that waits for its pixels. */
interface Job extends PromiseWithResolvers<DecodedImage> {
  file: Uint8Array;
  options: ImageDecoding;
  /** How often a process has ended at it. */
  ends: number;
}

/** A process that cannot be started is tried again after so many milliseconds, then twice as many … */
const FIRST_PAUSE = 250;
/** … and at most so many. */
const LONGEST_PAUSE = 16_000;

/**
 * Starts processes that decode images, so that a hostile one cannot take this process down: an error
 * in a decoder, a bomb or an endless computation costs a process, which is replaced.
 *
 * Each holds one image at a time, so that nobody suffers for another's. A process that ended at an
 * image proves nothing against it, as somebody may have killed it, or the images before may have used
 * up its memory: the image is tried once more, unless its time was up.
 *
 * @param options How many processes, and what each may cost.
 * @param startProcess How one is started.
 * @returns The decoder, all of its processes ready.
 * @throws {LookalikeError} `unavailable` if a process cannot be started.
 */
export async function openImageDecoder(
  options: ImageDecoderOptions,
  startProcess = startDecoderProcess,
): Promise<ImageDecoder> {
  const queue = createJobQueue<Job>();
  const running = new Set<DecoderProcess>();
  const closing = new AbortController();
  const counts = { busy: 0, decoded: 0, killed: 0, restarts: 0 };
  /** Processes that could not be started when it was last tried. */
  let missing = 0;
  /** What is said while all are missing. */
  let nobody: LookalikeError | null = null;

  async function start(): Promise<DecoderProcess> {
    const process = await startProcess(options);
    running.add(process);
    process.ended.then(() => running.delete(process));
    if (closing.signal.aborted) process.kill();
    return process;
  }

  /** Keeps one process running, and handing out jobs to it. */
  async function work(first: DecoderProcess): Promise<void> {
    for (let process: DecoderProcess | null = first; process !== null;) {
      await serve(process);
      await process.ended;
      process = await replacement();
    }
  }

  async function serve(process: DecoderProcess): Promise<void> {
    let cancel = () => {};
    process.ended.then(() => cancel());
    while (running.has(process)) {
      const next = queue.take();
      cancel = next.cancel;
      const job = await next.job;
      if (job !== null && await decodeIn(process, job) === "ended") return;
    }
  }

  async function decodeIn(process: DecoderProcess, job: Job): Promise<"lives" | "ended"> {
    counts.busy++;
    try {
      job.resolve(await process.decode(job.file, job.options));
      counts.decoded++;
      return "lives";
    } catch (error) {
      if (!(error instanceof ProcessEnded)) {
        job.reject(error);
        return "lives";
      }
      counts.killed++;
      job.ends++;
      if (error.reason === "time" || job.ends === 2) job.reject(blame(error, options));
      else enqueue(job, { first: true });
      return "ended";
    } finally {
      counts.busy--;
    }
  }

  /** Another process, however often it has to be tried; null once the decoder is closed. */
  async function replacement(): Promise<DecoderProcess | null> {
    for (let tries = 0; !closing.signal.aborted; tries++) {
      try {
        const process = await start();
        if (tries > 0) missing--;
        nobody = null;
        counts.restarts++;
        return process;
      } catch (error) {
        const pause = Math.min(FIRST_PAUSE * 2 ** tries, LONGEST_PAUSE);
        if (tries === 0) missing++;
        if (missing === options.processes) refuseWaiting(nobody = noProcess(error, pause));
        await sleep(pause, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
    return null;
  }

  function enqueue(job: Job, place: { first: boolean }): void {
    if (closing.signal.aborted) job.reject(closed());
    else if (nobody !== null) job.reject(nobody);
    else queue.put(job, place);
  }

  function refuseWaiting(error: LookalikeError): void {
    for (const job of queue.drain()) job.reject(error);
  }

  const started = await Promise.allSettled(Array.from({ length: options.processes }, start));
  const failure = started.find((result) => result.status === "rejected");
  if (failure !== undefined) {
    closing.abort();
    const others = [...running];
    for (const process of others) process.kill();
    await Promise.all(others.map(({ ended }) => ended));
    throw noProcess(failure.reason, FIRST_PAUSE);
  }
  const workers = [...running].map(work);

  return {
    decode(file, wanted) {
      const job: Job = { ...Promise.withResolvers<DecodedImage>(), file, options: wanted, ends: 0 };
      try {
        takenFormat(file, options.limits); // needs no process
        enqueue(job, { first: false });
      } catch (error) {
        job.reject(error);
      }
      return job.promise;
    },
    stats: () => ({ processes: running.size, ...counts }),
    async close() {
      closing.abort();
      refuseWaiting(closed());
      for (const process of running) process.kill();
      await Promise.all(workers);
    },
  };
}

function blame({ reason, message }: ProcessEnded, bounds: ProcessBounds): LookalikeError {
  const { seconds, memoryBytes } = bounds;
  const sentence = {
    time: `that must take at most ${seconds} s: it took more than ${seconds} s`,
    memory: `that must need at most ${memoryBytes} bytes of memory: it needed more than ` +
      `${memoryBytes} bytes`,
    crash: "no decoder may stop at it: it stopped the decoder twice",
  }[reason];
  return new LookalikeError("unsupported_image", `Cannot decode the image as ${sentence}.`, {
    cause: message,
  });
}

function noProcess(error: unknown, pause: number): LookalikeError {
  const firstLine = messageOf(error).split("\n")[0].replace(/\.$/, "");
  return new LookalikeError(
    "unavailable",
    `Cannot decode images as a process for it must start: ${firstLine}.`,
    { retryAfter: Math.ceil(pause / 1000), cause: error },
  );
}

function closed(): LookalikeError {
  return new LookalikeError(
    "unavailable",
    "Cannot decode the image as the decoder must be open: it is closed.",
  );
}
