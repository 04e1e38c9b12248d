/** How the process of a job is started. */
export interface JobCommand {
  /** The program of the training side and its first arguments; `job --id ID` comes behind. */
  command: readonly string[];
  /** Its whole environment, but for the next two. */
  env: Record<string, string>;
  /** CPU threads of its computation; 0 for half the cores. */
  threads: number;
  /** The share of a GPU's memory that it may take, in percent. */
  deviceShare: number;
}

/** How a process ended. */
export interface JobExit {
  code: number;
  /** Such as `exit code 1: out of disk` or `SIGKILL`. */
  reason: string;
}

/** The process of a job. */
export interface JobProcess {
  /** Its end; never rejects. */
  readonly ended: Promise<JobExit>;
  /** Asks it to end after the step under way, with a checkpoint; kills it if it takes too long. */
  pause(graceMs: number): void;
  /** Asks it to end at once, as nobody wants its work any more; likewise. */
  stop(graceMs: number): void;
}

/** The exit code of a process that did not get the lock of its job. */
export const LOCKED = 75; // EX_TEMPFAIL of <sysexits.h>

/** What is kept of a process's last words, in characters, and of all that it says. */
const LAST_WORDS = 400;
const TAIL = 16 * 1024;
/** How long an ended process's last words may take to arrive, if something holds its pipe open. */
const WORDS_MS = 1000;

/**
 * Starts the process of a job, at the lowest priority where there is `nice`.
 *
 * It reads its request from `jobs.db` and writes its events and its end there, holds
 * {@link lockJob}'s lock meanwhile, and ends with 0 once the job has ended, with {@link LOCKED} if
 * another process has the lock. Its standard input closes when the service is gone.
 *
 * @param id The job.
 * @param command How it is started.
 * @returns The process.
 * @throws {Deno.errors.NotFound | Error} If it cannot be started.
 */
export function startJobProcess(id: string, command: JobCommand): JobProcess {
  const { env, threads, deviceShare } = command;
  const child = spawn([...command.command, "job", "--id", id], {
    ...env,
    LOOKALIKE_JOB_THREADS: `${threads}`,
    LOOKALIKE_JOB_DEVICE_SHARE: `${deviceShare}`,
    NO_COLOR: "1", // its last words may become a job's error
  });
  let killing: ReturnType<typeof setTimeout> | undefined;

  function end(graceMs: number): void {
    send(child, "SIGTERM");
    clearTimeout(killing);
    killing = setTimeout(() => send(child, "SIGKILL"), graceMs);
  }

  const closeInput = () => child.stdin.close().catch(() => {}); // closed already, or broken

  async function ending(): Promise<JobExit> {
    const words = lastWords(child.stderr);
    const { code, signal } = await child.status;
    await closeInput();
    const said = await words.settle(WORDS_MS);
    clearTimeout(killing);
    const how = signal ?? `exit code ${code}`;
    return { code, reason: said === "" ? how : `${how}: ${said}` };
  }

  return {
    ended: ending(),
    pause: end,
    stop(graceMs) {
      closeInput();
      end(graceMs);
    },
  };
}

function spawn(command: string[], env: Record<string, string>): Deno.ChildProcess {
  const start = ([program, ...args]: string[]) =>
    new Deno.Command(program, {
      args,
      env,
      clearEnv: true,
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  try {
    return start(["nice", "-n", "19", ...command]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return start(command);
    throw error;
  }
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended already.
  }
}

/** Reads a stream to its end and keeps what it said last. */
function lastWords(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let tail = "";
  const reading = (async () => {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      tail = (tail + decoder.decode(read.value, { stream: true })).slice(-TAIL);
    }
  })().catch(() => {}); // what it has said so far is enough
  return {
    /** A line of it, once the stream has ended or so many milliseconds have passed. */
    async settle(ms: number): Promise<string> {
      const timer = setTimeout(() => reader.cancel(), ms);
      await reading;
      clearTimeout(timer);
      return tellingLine(tail).slice(0, LAST_WORDS);
    },
  };
}

/** The line that tells of an error, or else the last that is not part of what stands before it. */
function tellingLine(text: string): string {
  const lines = text.split("\n").filter((line) => /^\S/.test(line)); // no frames of a stack
  const error = lines.findLast((line) => /^(error: |Uncaught |\w*Error: )/.test(line));
  return (error ?? lines.at(-1) ?? "").trim().replace(/\.$/, ""); // it stands within a sentence
}
