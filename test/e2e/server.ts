import { assert } from "@std/assert";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** The service in a process of its own. */
export interface Server extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:41234`. */
  url: string;
  /** Its process. */
  pid: number;
  /** What it said on standard output when it was ready. */
  greeting: string;
  /** The lines of its log so far. */
  log(): Record<string, unknown>[];
  /** Sends a signal and waits for its end. */
  end(signal: Deno.Signal): Promise<Deno.CommandStatus>;
}

/** What a process that ended by itself left. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A server that was started and may not be ready yet. */
export interface StartingServer extends Pick<Server, "pid" | "end"> {
  /** The server once it is ready; rejects with what it said if it ends before. */
  ready: Promise<Server>;
}

/** How a process is started. */
export interface StartOptions {
  /** A program that becomes the process, with its arguments: `["prlimit", "--nofile=64"]`. */
  through?: string[];
}

function command(
  settings: Record<string, string>,
  { through = [] }: StartOptions = {},
): Deno.Command {
  const kept = ["PATH", "HOME", "DENO_DIR", "TMPDIR", "LD_LIBRARY_PATH"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const [program, ...args] = [...through, Deno.execPath(), "run", "-A", MAIN];
  return new Deno.Command(program, {
    args,
    clearEnv: true, // a LOOKALIKE_ setting of the person who tests must not reach it
    env: { ...Object.fromEntries(kept), LOOKALIKE_DEVICE: "cpu", LOOKALIKE_PORT: "0", ...settings },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/**
 * Starts main.ts on a free port and waits until it is ready.
 *
 * @param settings Variables of its environment.
 * @param options How it is started.
 * @returns The server; disposing of it kills it.
 */
export function startServer(
  settings: Record<string, string>,
  options?: StartOptions,
): Promise<Server> {
  return beginServer(settings, options).ready;
}

/**
 * Starts main.ts on a free port, for who does not wait until it is ready.
 *
 * @param settings Variables of its environment.
 * @param options How it is started.
 * @returns The process; end it, or wait until it is ready.
 */
export function beginServer(
  settings: Record<string, string>,
  options?: StartOptions,
): StartingServer {
  const child = command(settings, options).spawn();
  let errors = "";
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) errors += text;
  })();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const finish = async () => {
    const [status] = await Promise.all([child.status, reading, output.cancel()]);
    return status;
  };
  let ended: Promise<Deno.CommandStatus> | null = null;
  const end = (signal: Deno.Signal) => {
    if (ended === null) child.kill(signal);
    return ended ??= finish();
  };
  const wait = async (): Promise<Server> => {
    let greeting = "";
    while (!greeting.includes("\n")) {
      const { value, done } = await output.read();
      if (done) await reading;
      assert(!done, `the service ended before it was ready: ${errors}`);
      greeting += value;
    }
    const [url] = /http:\/\/[\d.]+:\d+/.exec(greeting)!;
    return {
      url,
      pid: child.pid,
      greeting: greeting.trim(),
      log: () => errors.trimEnd().split("\n").map((line) => JSON.parse(line)), // nothing else is said
      end,
      [Symbol.asyncDispose]: async () => void await end("SIGKILL"),
    };
  };
  const ready = wait();
  ready.catch(() => {}); // who waits for it is told
  return { pid: child.pid, ready, end };
}

/**
 * Runs main.ts where it should end by itself.
 *
 * @param settings Variables of its environment.
 * @returns How it ended.
 */
export async function runToItsEnd(settings: Record<string, string>): Promise<Ended> {
  const { code, stdout, stderr } = await command(settings).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
