import { LookalikeError, messageOf } from "../src/errors.ts";

/** A server that takes requests. */
export interface Listening {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more connections and waits until every request in hand is answered. */
  close(): Promise<void>;
}

/** Connections that carry no request may stay open: a client that stalls must not hold the end up. */
const LINGER_MS = 500;

/**
 * Listens for requests.
 *
 * @param handler Answers a request.
 * @param options The address to listen on, and the port; 0 takes a free one.
 * @returns The server.
 * @throws {LookalikeError} `unavailable` if the address cannot be had.
 */
export function listen(
  handler: (request: Request) => Response | Promise<Response>,
  options: { host: string; port: number },
): Listening {
  const { host, port } = options;
  const inHand = new Set<Promise<void>>();
  const server = serve({ hostname: host, port, onListen: () => {} }, (request, { completed }) => {
    const answered = completed.catch(() => {}).finally(() => inHand.delete(answered)); // or has left
    inHand.add(answered);
    return handler(request);
  });
  return {
    url: `http://${server.addr.hostname.replace(/.*:.*/, "[$&]")}:${server.addr.port}`,
    async close() {
      const shut = server.shutdown();
      while (inHand.size > 0) await Promise.all(inHand);
      await Promise.race([shut, new Promise((resolve) => setTimeout(resolve, LINGER_MS))]);
    },
  };
}

function serve(options: Deno.ServeTcpOptions, handler: Deno.ServeHandler<Deno.NetAddr>) {
  try {
    return Deno.serve(options, handler);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.AddrInUse
      ? "another program has that port: stop it, or set LOOKALIKE_PORT to another"
      : `the system refuses: ${messageOf(cause)}`;
    const { hostname, port } = options;
    throw new LookalikeError("unavailable", `Cannot listen on ${hostname}:${port} as ${reason}.`, {
      cause,
    });
  }
}
