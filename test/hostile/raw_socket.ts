/** What `fetch` is too polite to send, over a connection of its own. */

/** How an exchange ended. */
export interface Exchange {
  /** The status of each answer, in order; none if the connection was closed without one. */
  statuses: number[];
  /** All that came back. */
  text: string;
  /** Whether the server closed the connection. */
  closed: boolean;
}

/** A piece that is sent, or milliseconds to wait. */
export type Piece = string | Uint8Array | number;

/**
 * Sends pieces over a connection and reads until the server closes it, or nothing more is wanted.
 *
 * @param url The server.
 * @param pieces What is sent, one after the other; a number waits so many milliseconds.
 * @param options How many answers are waited for, else the connection's end; and for how long.
 * @returns What came back.
 */
export async function exchange(
  url: string,
  pieces: Iterable<Piece>,
  { answers = Infinity, waitMs = 10_000 }: { answers?: number; waitMs?: number } = {},
): Promise<Exchange> {
  const connection = await connect(url);
  const timer = setTimeout(() => connection.close(), waitMs);
  let text = "";
  let closed = false;
  const reading = (async () => {
    const buffer = new Uint8Array(65_536);
    while (statusesIn(text).length < answers) {
      const length = await connection.read(buffer);
      if (length === null) return closed = true;
      text += new TextDecoder("latin1").decode(buffer.subarray(0, length));
    }
  })().catch((error) => {
    closed = error instanceof Deno.errors.ConnectionReset;
  });
  await send(connection, pieces).catch(() => {}); // it may be refused midway
  await reading;
  clearTimeout(timer);
  if (!closed) tryClose(connection);
  return { statuses: statusesIn(text), text, closed };
}

/**
 * A connection to a server.
 *
 * @param url Where it is.
 */
export function connect(url: string): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  return Deno.connect({ hostname, port: Number(port) });
}

/**
 * Sends pieces, all of each.
 *
 * @param connection Where to.
 * @param pieces What, and milliseconds to wait between.
 */
export async function send(connection: Deno.TcpConn, pieces: Iterable<Piece>): Promise<void> {
  for (const piece of pieces) {
    if (typeof piece === "number") {
      await new Promise((resolve) => setTimeout(resolve, piece));
      continue;
    }
    const bytes = typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  }
}

/**
 * The head of a request, up to and with the empty line; the connection is closed after its answer.
 *
 * @param line Method and target, such as `GET /v1/models`.
 * @param headers Lines of headers beside Host and Connection.
 */
export function head(line: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, "Host: localhost", "Connection: close", ...headers, "", ""].join(
    "\r\n",
  );
}

function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
}

function tryClose(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // the timer did
  }
}
