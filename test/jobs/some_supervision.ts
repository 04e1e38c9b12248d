import { fileURLToPath } from "node:url";
import type { SupervisorOptions } from "../../src/jobs/create_supervisor.ts";
import { createLog } from "../../src/log.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

/** How jobs are kept going in tests: by child.ts, and twelve times as fast. */
export function supervision(
  home: string,
  options: Partial<SupervisorOptions> = {},
): SupervisorOptions {
  return {
    command: [Deno.execPath(), "run", "-A", "--no-check", "--quiet", CHILD],
    env: { ...Deno.env.toObject(), LOOKALIKE_HOME: home },
    threads: 3,
    deviceShare: 50,
    most: 1,
    hours: 1,
    bytes: 1_000_000,
    promote: () => Promise.resolve({ status: "kept", reason: "It is no better." }),
    log: createLog("silent"),
    lookMs: 20,
    ...options,
  };
}
