/**
 * The process that trains one cell: {@linkcode Job} comes as a line on standard input, and
 * {@linkcode Message} lines go to standard output. It ends at once when standard input does, so that it
 * never outlives the process that waits for it.
 *
 * @module
 */
import { messageOf } from "../../src/errors.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { type Job, jobSchema, type Message } from "./job.ts";
import { trainCell } from "./train_cell.ts";

/** Progress is said at most so often (milliseconds). */
const PROGRESS_MS = 1000;

if (import.meta.main) await main();

async function main(): Promise<void> {
  const input = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
  const job = await readJob(input);
  let finished = false;
  let saidAt = -Infinity;
  const work = async () => {
    try {
      await startTensorFlow({ device: job.device, threads: job.threads });
      const result = await trainCell(job, {
        startedAt: 0, // when the process began, as performance.now() has it
        onProgress(share) {
          if (performance.now() - saidAt < PROGRESS_MS) return;
          saidAt = performance.now();
          say({ type: "progress", share });
        },
      });
      say({ type: "result", result });
    } catch (error) {
      say({ type: "failed", reason: messageOf(error) });
    }
    finished = true;
    await input.cancel();
  };
  const whileAwaited = async () => {
    while (!(await input.read()).done);
    // Thrown here, it ends the process, whatever TensorFlow is doing.
    if (!finished) throw new Error("Stopped, as nobody waits for this cell any more.");
  };
  await Promise.all([work(), whileAwaited()]);
}

async function readJob(input: ReadableStreamDefaultReader<string>): Promise<Job> {
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await input.read();
    if (done) throw new Error("Stopped before there was a cell to train.");
    text += value;
  }
  return jobSchema.parse(JSON.parse(text));
}

function say(message: Message): void {
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(message) + "\n"));
}
