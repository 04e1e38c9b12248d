import {
  createImageFetcher,
  type FetchOptions,
  type ImageFetcher,
} from "../../src/image/fetch_image.ts";
import type { Place } from "../../src/image/https_response.ts";

/** A server on this machine that stands for `https://images.example` at a public address. */
export interface HttpsHost extends AsyncDisposable {
  /** Where it is. */
  readonly place: Place;
  /** The public addresses for which it stood, in order. */
  readonly reached: string[];
  /** A fetcher that checks everything as always, and in the end connects here. */
  fetcher(options: Partial<FetchOptions>): ImageFetcher;
}

/**
 * A host that answers.
 *
 * @param handler Answers a request.
 * @returns The host; dispose of it at the end.
 */
export async function withHost(
  handler: (request: Request) => Response | Promise<Response>,
): Promise<HttpsHost> {
  const ended = new AbortController();
  const { signal } = ended;
  const options = { ...LOCAL, ...await certificate(), signal, onListen: () => {} };
  const server = Deno.serve(options, handler);
  return await standIn(server.addr.port, () => (ended.abort(), server.finished));
}

/**
 * A host that says one thing to everybody, whatever it is, and closes the connection.
 *
 * @param text What it says.
 * @returns The host; dispose of it at the end.
 */
export async function saying(text: string): Promise<HttpsHost> {
  const listener = Deno.listenTls({ ...LOCAL, ...await certificate() });
  const ended = (async () => {
    for await (using connection of listener) {
      await connection.read(new Uint8Array(1000));
      await connection.write(new TextEncoder().encode(text)).catch(() => {}); // who asked may leave
    }
  })();
  return await standIn(listener.addr.port, () => (listener.close(), ended));
}

const LOCAL = { hostname: "127.0.0.1", port: 0 };

async function standIn(port: number, end: () => Promise<void>): Promise<HttpsHost> {
  const place = { host: LOCAL.hostname, port, ca: await tlsFile("authority.pem") };
  const reached: string[] = [];
  return {
    place,
    reached,
    fetcher: (options) =>
      createImageFetcher({
        seconds: 5,
        maxBytes: 1e6,
        resolve: () => Promise.resolve(["9.9.9.9"]),
        reach: (address) => (reached.push(address), place),
        ...options,
      }),
    [Symbol.asyncDispose]: end,
  };
}

async function certificate(): Promise<{ cert: string; key: string }> {
  const [cert, key] = await Promise.all(
    ["images.example.pem", "images.example.key"].map(tlsFile),
  );
  return { cert, key };
}

/** A file that `tls/make.sh` made, PEM. */
async function tlsFile(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(`tls/${name}`, import.meta.url));
}
