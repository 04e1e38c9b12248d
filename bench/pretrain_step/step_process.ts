import { createInterface } from "node:readline";
import { Readable } from "node:stream";

/** What a process says of the steps that it was asked for. */
export interface Answer {
  /** The time of each step, in milliseconds. */
  ms: number[];
  /** The loss of the last. */
  loss: number;
  /** The largest resident size of the process so far. */
  peakBytes: number;
}

/** A process that takes training steps when it is asked to, and waits otherwise. */
export interface StepProcess extends AsyncDisposable {
  /**
   * Takes steps.
   *
   * @param count How many.
   * @returns Their times.
   * @throws {Error} If the process ends instead; what it said stands on standard error.
   */
  steps(count: number): Promise<Answer>;
}

/**
 * Starts a process that reads numbers of steps from its standard input and answers each with one JSON
 * line, as lookalike_step.ts and torch_step.py do.
 *
 * @param command The program and its arguments.
 * @returns The process, idle; disposing of it ends it.
 */
export function startStepProcess(command: string[]): StepProcess {
  const [program, ...args] = command;
  const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped" }).spawn();
  const input = child.stdin.getWriter();
  const answers = createInterface({ input: Readable.fromWeb(child.stdout as never) })
    [Symbol.asyncIterator]();
  return {
    async steps(count) {
      await input.write(new TextEncoder().encode(`${count}\n`));
      const { value, done } = await answers.next();
      if (done) throw new Error(`Cannot time ${command.join(" ")}: it ended.`);
      return JSON.parse(value) as Answer;
    },
    async [Symbol.asyncDispose]() {
      await input.close().catch(() => {}); // it may have ended by itself
      await child.status;
    },
  };
}
