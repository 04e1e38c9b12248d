import { fileURLToPath } from "node:url";
import { LookalikeError, messageOf } from "../errors.ts";
import { createByteReader } from "./byte_reader.ts";
import {
  frame,
  type FrameHead,
  frameHead,
  HEAD_BYTES,
  MADE,
  readRefusal,
  REFUSED,
} from "./frames.ts";
import type { DecodedImage, ImageDecoding } from "./image_decoder.ts";
import type { ImageLimits } from "./limits.ts";
import { boundMemory, lacksMemory } from "./memory_bound.ts";

/** What a process that decodes may cost. */
export interface ProcessBounds {
  /** How long one image may take, in seconds. */
  seconds: number;
  /** Memory in bytes that it may take beyond what it has before its first image. */
  memoryBytes: number;
  /** What an image may cost. */
  limits: ImageLimits;
}

/** Why a process ended: at an image's time, for want of memory, or nobody knows. */
export type EndReason = "time" | "memory" | "crash";

/** A process ended while it decoded. */
export class ProcessEnded extends Error {
  readonly reason: EndReason;

  /**
   * @param reason What it ended of.
   * @param message How it ended, and what it said.
   */
  constructor(reason: EndReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A process that decodes one image after the other. */
export interface DecoderProcess {
  /**
   * Decodes one image; the one before must be done.
   *
   * @throws {LookalikeError} If the image is at fault.
   * @throws {ProcessEnded} If the process ended, now or before.
   */
  decode(file: Uint8Array, options: ImageDecoding): Promise<DecodedImage>;
  /** When it ends, for whatever reason. */
  ended: Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/** How long a process may take to be ready, in seconds: a hundred times what it takes. */
const START_SECONDS = 30;

/** Up to here a file is copied behind its head, as one write costs less than two. */
const COPIED = 64 * 1024;

/** No refusal is longer in bytes, and no thumbnail than its pixels and these. */
const SPARE = 64 * 1024;

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** All that sharp needs: its own files and no others, no network, no writing, no other program. */
async function processArguments(): Promise<string[]> {
  const packages = `${ROOT}node_modules`;
  const files = [packages, await Deno.realPath(packages)].join(","); // it may be a link
  return [
    "run",
    ...["--quiet", "--no-prompt", "--no-remote", "--node-modules-dir=manual"],
    `--config=${ROOT}deno.json`,
    ...[`--allow-read=${files}`, `--allow-ffi=${files}`],
    "--allow-env", // of an environment that is as good as empty
    "--allow-sys=cpus,networkInterfaces,hostname,osRelease,systemMemoryInfo", // which libc this is
    fileURLToPath(new URL("./decoder_main.ts", import.meta.url)),
  ];
}

const ENVIRONMENT = {
  DENO_DIR: "/dev/null", // no cache either: it would have to find a home, and write there
  MALLOC_ARENA_MAX: "1", // what one thread's heap has free would be of no use to another
  NO_COLOR: "1",
};

/**
 * Starts a process that decodes.
 *
 * @param bounds What it may cost.
 * @returns The process, ready and bounded.
 * @throws {ProcessEnded} If it ends before it is ready.
 * @throws {LookalikeError} `unavailable` if its memory cannot be bounded.
 */
export async function startDecoderProcess(bounds: ProcessBounds): Promise<DecoderProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: await processArguments(),
    clearEnv: true,
    env: ENVIRONMENT,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = createByteReader(child.stdout);
  const words = beginning(child.stderr);
  let asking = false;
  let late = false;

  /** Sends a frame and reads the answer; whatever goes wrong but a refusal is the process's end. */
  async function ask<T>(request: FrameRequest, read: (head: FrameHead) => Promise<T>): Promise<T> {
    asking = true;
    const timer = setTimeout(() => {
      late = true;
      kill(child);
    }, request.seconds * 1000);
    try {
      write(request.head, request.body);
      return await read(frameHead(await output.read(HEAD_BYTES)));
    } catch (error) {
      throw error instanceof LookalikeError ? error : await ending(error);
    } finally {
      clearTimeout(timer);
      asking = false;
    }
  }

  function write(head: FrameHead, body: Uint8Array): void {
    const pieces = body.length <= COPIED ? [frame(head, body)] : [frame(head), body];
    for (const piece of pieces) {
      input.write(piece).catch(() => {}); // where nobody reads, the answer ends too
    }
  }

  async function ending(error: unknown): Promise<ProcessEnded> {
    kill(child);
    const [{ code, signal }, said] = await Promise.all([child.status, words]);
    release();
    const reason = late ? "time" : lacksMemory(said) ? "memory" : "crash";
    return new ProcessEnded(
      reason,
      `${signal ?? `exit code ${code}`}: ${said.trim() || messageOf(error)}`,
    );
  }

  /** Gives the pipes back; the other end is gone, so that either may fail. */
  function release(): void {
    input.abort().catch(() => {});
    output.cancel().catch(() => {});
  }

  const ended = child.status.then(() => {
    if (!asking) release();
  });
  input.closed.catch(() => {});

  try {
    const settings = new TextEncoder().encode(JSON.stringify(bounds.limits));
    const head: FrameHead = [settings.length, 0, 0, 0];
    await ask({ head, body: settings, seconds: START_SECONDS }, () => Promise.resolve());
    boundMemory(child.pid, bounds.memoryBytes);
  } catch (error) {
    kill(child);
    await ended;
    throw error;
  }

  return {
    decode: (file, { side, thumbnail = 0 }) =>
      ask(
        { head: [file.length, side, thumbnail, 0], body: file, seconds: bounds.seconds },
        async ([status, length, small]) => {
          if (status === REFUSED && length <= SPARE) throw readRefusal(await output.read(length));
          // It may have been taken over by an image: it is not to fill this process's memory.
          if (
            status !== MADE || length !== side * side * 3 || small > thumbnail ** 2 * 3 + SPARE
          ) {
            throw new Error("The answer is none.");
          }
          const pixels = await output.read(length);
          return { pixels, thumbnail: small === 0 ? null : await output.read(small) };
        },
      ),
    ended,
    kill: () => kill(child),
  };
}

interface FrameRequest {
  head: FrameHead;
  body: Uint8Array;
  seconds: number;
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** The first of what a process says: where it fails, that names the fault, and the rest the place. */
async function beginning(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let words = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    words = (words + text).slice(0, 1000);
  }
  return words;
}
