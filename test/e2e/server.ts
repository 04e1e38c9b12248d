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

function command(settings: Record<string, string>): Deno.Command {
  const kept = ["PATH", "HOME", "DENO_DIR", "TMPDIR", "LD_LIBRARY_PATH"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN],
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
 * @returns The server; disposing of it kills it.
 */
export async function startServer(settings: Record<string, string>): Promise<Server> {
  const child = command(settings).spawn();
  let errors = "";
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) errors += text;
  })();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let greeting = "";
  while (!greeting.includes("\n")) {
    const { value, done } = await output.read();
    assert(!done, `the service ended before it was ready: ${errors}`);
    greeting += value;
  }
  const [url] = /http:\/\/[\d.]+:\d+/.exec(greeting)!;
  const finish = async () => {
    const [status] = await Promise.all([child.status, reading, output.cancel()]);
    return status;
  };
  let ended: Promise<Deno.CommandStatus> | null = null;
  const end = (signal: Deno.Signal) => {
    if (ended === null) child.kill(signal);
    return ended ??= finish();
  };
  return {
    url,
    pid: child.pid,
    greeting: greeting.trim(),
    log: () => errors.trimEnd().split("\n").map((line) => JSON.parse(line)), // nothing else is said
    end,
    [Symbol.asyncDispose]: async () => void await end("SIGKILL"),
  };
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
