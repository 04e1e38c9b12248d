import { LookalikeError, messageOf } from "../../src/errors.ts";

/** A server that takes requests. */
export interface Listening {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more connections and waits until every request in hand is answered. */
  close(): Promise<void>;
}

/** What answers a request; it is told of the connection as well. */
export type Handler = (
  request: Request,
  info: Deno.ServeHandlerInfo<Deno.NetAddr>,
) => Response | Promise<Response>;

/** How to listen. */
export interface ListenOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Told when no connection could be taken: the process has as many files open as it may. */
  onFault?: (error: unknown) => void;
}

/** Connections that carry no request may stay open: a client that stalls must not hold the end up. */
const LINGER_MS = 500;

/** How long nobody is taken after there was one too many. */
const PAUSE_MS = 100;

/**
 * Listens for requests. A connection too many would end Deno's server, so it is begun anew then;
 * the connections that are open stay. How long one may stay open without a request cannot be set: a
 * proxy before the service can bound that.
 *
 * @param handler Answers a request.
 * @param options Where to listen.
 * @returns The server.
 * @throws {LookalikeError} `unavailable` if the address cannot be had.
 */
export function listen(handler: Handler, options: ListenOptions): Listening {
  const { host: hostname, onFault = () => {} } = options;
  const inHand = new Set<Promise<void>>();
  const answer: Handler = (request, info) => {
    const answered = info.completed.catch(() => {}).finally(() => inHand.delete(answered)); // or has left
    inHand.add(answered);
    return handler(request, info);
  };
  let server = serve({ hostname, port: options.port }, answer);
  const { port } = server.addr;
  let closing = false;

  async function goOn(): Promise<void> {
    while (!closing) {
      try {
        return await server.finished;
      } catch (error) {
        onFault(error);
      }
      await pause(PAUSE_MS);
      if (!closing) server = serveAgain() ?? server;
    }
  }

  function serveAgain() {
    try {
      return serve({ hostname, port }, answer);
    } catch {
      return null; // there is no file for it yet: the old one's end is told again
    }
  }

  void goOn();
  return {
    url: `http://${server.addr.hostname.replace(/.*:.*/, "[$&]")}:${port}`,
    async close() {
      closing = true;
      await Promise.all(inHand); // shutting down, Deno cuts off a body that still arrives
      const shut = server.shutdown().catch(() => {}); // it may have ended by a fault
      while (inHand.size > 0) await Promise.all(inHand);
      await Promise.race([shut, pause(LINGER_MS)]);
    },
  };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function serve({ hostname, port }: { hostname: string; port: number }, handler: Handler) {
  try {
    return Deno.serve({ hostname, port, onListen: () => {} }, handler);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.AddrInUse
      ? "another program has that port: stop it, or set LOOKALIKE_PORT to another"
      : `the system refuses: ${messageOf(cause)}`;
    throw new LookalikeError("unavailable", `Cannot listen on ${hostname}:${port} as ${reason}.`, {
      cause,
    });
  }
}
