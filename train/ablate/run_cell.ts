import { LookalikeError } from "../../src/errors.ts";
import type { CellResult } from "./cell.ts";
import { type Job, messageSchema } from "./job.ts";

const PROCESS = new URL("./cell_process.ts", import.meta.url).href;

/** Longest that a stopped process may take to end by itself (milliseconds). */
const GRACE_MS = 1000;
/** What is kept of what a process said before it died (characters). */
const LAST_WORDS = 400;

/** Who is told, and what ends it early. */
export interface CellWatch {
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/**
 * Trains a cell in a process of its own.
 *
 * @param job The cell, its images and files.
 * @param watch Who is told how far it is, and what ends it early.
 * @returns What it gave.
 * @throws {LookalikeError} `interrupted` if the signal ended it; `unavailable` with the reason if the
 * cell failed or its process died.
 */
export async function runCell(job: Job, watch: CellWatch = {}): Promise<CellResult> {
  const { signal, onProgress = () => {} } = watch;
  if (signal?.aborted) throw interrupted();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", PROCESS],
    env: { NO_COLOR: "1" }, // its last words may go into a report
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  let killing: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    input.close().catch(() => {}); // its end is what the child listens for
    killing = setTimeout(() => kill(child), GRACE_MS);
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const errors = new Response(child.stderr).text();
    await input.write(new TextEncoder().encode(JSON.stringify(job) + "\n")).catch(() => {});
    let result: CellResult | undefined;
    let reason: string | undefined;
    for await (const line of linesOf(child.stdout)) {
      const message = messageSchema.parse(JSON.parse(line));
      if (message.type === "progress") onProgress(message.share);
      else if (message.type === "result") result = message.result;
      else reason = message.reason;
    }
    const { code, signal: by } = await child.status;
    const lastWords = (await errors).trim().slice(-LAST_WORDS);
    if (signal?.aborted) throw interrupted();
    if (result) return result;
    throw new LookalikeError(
      "unavailable",
      reason ?? `Its process ended ${by ? `by ${by}` : `with code ${code}`}: ${lastWords}`,
    );
  } finally {
    signal?.removeEventListener("abort", stop);
    clearTimeout(killing);
    kill(child);
    await input.close().catch(() => {}); // closed already where it was stopped
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}

function interrupted(): LookalikeError {
  return new LookalikeError("interrupted", "Stopped while a cell was trained.");
}
