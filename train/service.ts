import { fileURLToPath } from "node:url";
import { LookalikeError } from "../src/errors.ts";

/** The server, running as a child of this process. */
export interface Service extends Disposable {
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  /** Settled when it has ended. */
  readonly ended: Promise<unknown>;
}

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const POLL_MS = 100;

/**
 * Starts the server and waits until it is ready.
 *
 * @param options The folder of all that Lookalike keeps, the port, and what ends it.
 * @returns The running server.
 * @throws {LookalikeError} `unavailable` if it ends before it is ready; it then has said why.
 */
export async function startService(
  options: { home: string; port: number; signal: AbortSignal },
): Promise<Service> {
  const { home, port, signal } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN],
    env: {
      LOOKALIKE_HOME: home,
      LOOKALIKE_PORT: String(port),
      LOOKALIKE_LOG_LEVEL: "warn",
    },
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  let isRunning = true;
  const ended = child.status.finally(() => isRunning = false);
  const stop = () => {
    if (isRunning) child.kill("SIGTERM");
  };
  signal.addEventListener("abort", stop);
  const url = `http://127.0.0.1:${port}`;
  while (isRunning && !await isReady(url)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  if (!isRunning && !signal.aborted) {
    throw new LookalikeError(
      "unavailable",
      `Cannot serve on port ${port}: see above for the reason, or choose another --port.`,
      { param: "--port" },
    );
  }
  return { url, ended, [Symbol.dispose]: stop };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // it does not listen yet
  }
}
