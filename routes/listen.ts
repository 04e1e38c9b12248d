import { LookalikeError, messageOf } from "../src/errors.ts";

/**
 * Listens for requests.
 *
 * @param handler Answers a request.
 * @param options.host The address to listen on.
 * @param options.port The port; 0 takes a free one.
 * @returns The server, which has its address.
 * @throws {LookalikeError} `unavailable` if the address cannot be had.
 */
export function listen(
  handler: (request: Request) => Response | Promise<Response>,
  { host, port }: { host: string; port: number },
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: host, port, onListen: () => {} }, (request) => handler(request));
  } catch (cause) {
    const reason = cause instanceof Deno.errors.AddrInUse
      ? "another program has that port: stop it, or set LOOKALIKE_PORT to another"
      : `of the system's answer: ${messageOf(cause)}`;
    throw new LookalikeError("unavailable", `Cannot listen on ${host}:${port} as ${reason}.`, {
      cause,
    });
  }
}
