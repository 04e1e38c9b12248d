/**
 * Asks the service of this container whether it lives, for the image's HEALTHCHECK: it ends with 0
 * if so, else with 1.
 *
 * @module
 */

/** An answer that takes longer is none; HEALTHCHECK's own time-out is a little longer. */
const PATIENCE_MS = 4000;

if (import.meta.main) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const alive = await fetch(livenessUrl(Deno.env.toObject()), { signal })
    .then((response) => response.ok, () => false);
  Deno.exit(alive ? 0 : 1);
}

/**
 * Where the service of these settings answers whether it lives, seen from its own machine.
 *
 * @param environment The variables that the service was started with.
 * @returns The address of `/livez`.
 *
 * @example
 * ```ts
 * import { livenessUrl } from "./health.ts";
 * const url = livenessUrl({ LOOKALIKE_HOST: "0.0.0.0", LOOKALIKE_PROBE_PORT: "9090" });
 * console.assert(url === "http://127.0.0.1:9090/livez");
 * ```
 */
export function livenessUrl(environment: Record<string, string>): string {
  const { LOOKALIKE_HOST, LOOKALIKE_PORT, LOOKALIKE_PROBE_PORT } = environment;
  const host = { "": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1" }[LOOKALIKE_HOST ?? ""] ??
    LOOKALIKE_HOST;
  const probePort = Number(LOOKALIKE_PROBE_PORT || 0); // 0: probes are on the service's port
  const port = probePort || LOOKALIKE_PORT || 8080;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}/livez`;
}
