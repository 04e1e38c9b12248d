import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { LookalikeError, messageOf } from "../errors.ts";
import { gatherBytes } from "../gathered_bytes.ts";
import { createGate } from "../gate.ts";
import { httpsResponse, type Place } from "./https_response.ts";
import { isPublicAddress } from "./public_address.ts";

/**
 * Fetches an image file from an https address that a stranger gave.
 *
 * @param url The address.
 * @param options.signal Aborted once nobody waits for it.
 * @param options.hold Is told the size of each piece as it arrives; what it throws ends the fetch.
 * @returns The file's bytes, whatever they are.
 * @throws {LookalikeError} `invalid_input` if the address may not or cannot be fetched, `too_large`
 * for a longer file than is taken, `interrupted` when aborted.
 */
export type ImageFetcher = (
  url: URL,
  options: { signal: AbortSignal; hold?: Hold },
) => Promise<Uint8Array>;

/** Counts bytes against what may be held in memory, and throws if they are too many. */
export type Hold = (bytes: number) => void;

/** How images are fetched. */
export interface FetchOptions {
  /** How long a fetch may take from the first question to the last byte. */
  seconds: number;
  /** The longest file that is taken. */
  maxBytes: number;
  /** The IP addresses of a host; the system's answer unless told. */
  resolve?: (host: string) => Promise<string[]>;
  /** Where a public address is connected to: itself, unless another machine stands for it. */
  reach?: (address: string) => Place;
}

/** Fetches under way at a time in the whole process; the others wait, within their own time. */
const AT_A_TIME = 32;
/** Fetches under way and waiting. */
const MOST = 512;
/** Addresses of one host that are tried in turn while none can be connected to. */
const TRIES = 3;
const HTTPS = 443;

/**
 * What fetches images from strangers' addresses, on the public internet and nowhere else.
 *
 * https at its usual port alone, without credentials. The host is resolved once, every address of it
 * must be public, and one of these is connected to without asking again: a name whose answer changes
 * meanwhile gains nothing. The certificate must be the host's. No redirect is followed, no proxy
 * used, no cookie sent, and nothing unpacked.
 *
 * @param options The limits.
 * @returns The fetcher.
 */
export function createImageFetcher(options: FetchOptions): ImageFetcher {
  const { seconds, maxBytes, resolve = systemAddresses } = options;
  const reach = options.reach ?? ((address) => ({ host: address, port: HTTPS }));
  const gate = createGate(AT_A_TIME);
  let pending = 0;

  async function fetchUntil(url: URL, { signal, hold }: { signal: AbortSignal; hold: Hold }) {
    signal.throwIfAborted(); // while it waited
    const addresses = await publicAddresses(url, resolve);
    const response = await httpsResponse(url, { places: addresses.map(reach), signal });
    try {
      return await read(response, { url, maxBytes, hold });
    } finally {
      response.destroy(); // nothing is wanted of what comes after a refusal
    }
  }

  return async (url, { signal, hold = () => {} }) => {
    check(url);
    if (pending >= MOST) throw overloaded();
    const timeout = AbortSignal.timeout(seconds * 1000);
    const either = AbortSignal.any([signal, timeout]);
    pending++;
    try {
      return await gate(() => unlessAborted(fetchUntil(url, { signal: either, hold }), either));
    } catch (cause) {
      if (signal.aborted) throw callerLeft(cause);
      if (timeout.aborted) throw refused(url, `send it within ${seconds} s: it is slower`, cause);
      if (cause instanceof LookalikeError) throw cause;
      throw refused(url, `be reachable over https: ${reason(cause)}`, cause);
    } finally {
      pending--;
    }
  };
}

/** Holds an address to what can be told without asking anybody. */
function check({ protocol, username, password, hostname, port }: URL): void {
  const must = protocol !== "https:"
    ? `be one of https: it is ${protocol}//`
    : username !== "" || password !== ""
    ? "have no credentials: it has some"
    : isIP(hostname) || hostname.startsWith("[") // for which hardly anybody has a certificate
    ? "name its host: it has an IP address"
    : port !== ""
    ? `be at https's own port, ${HTTPS}: it is at ${port}`
    : null;
  if (must === null) return;
  throw new LookalikeError(
    "invalid_input",
    `Cannot fetch the image as its address must ${must}.`,
  );
}

/** The addresses of a host, all public. One sentence for all else, so that inner names stay unknown. */
async function publicAddresses(
  url: URL,
  resolve: (host: string) => Promise<string[]>,
): Promise<string[]> {
  const addresses = await resolve(url.hostname).catch(() => []);
  if (addresses.length > 0 && addresses.every(isPublicAddress)) return addresses.slice(0, TRIES);
  throw refused(url, "have public addresses alone: it has others, or none");
}

/** What the system resolves a name to; IPv4 first, as not every machine has a way to IPv6. */
async function systemAddresses(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true, order: "ipv4first" });
  return found.map(({ address }) => address);
}

/** The bytes of an answer, counted as they arrive. */
async function read(
  response: IncomingMessage,
  { url, maxBytes, hold }: { url: URL; maxBytes: number; hold: Hold },
): Promise<Uint8Array> {
  const { statusCode = 0, headers } = response;
  if (statusCode !== 200) {
    const why = statusCode >= 300 && statusCode < 400 ? " (redirects are not followed)" : "";
    throw refused(url, `answer with status 200: it is ${statusCode}${why}`);
  }
  if (Number(headers["content-length"]) > maxBytes) throw tooLarge(maxBytes);
  const bytes = gatherBytes();
  let size = 0;
  for await (const piece of response as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    hold(piece.length);
    bytes.add(piece);
  }
  return bytes.take();
}

/** What work comes to, unless the signal is aborted before; work that cannot be told goes on. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** What went wrong on the way, without a line's end or a full stop. */
function reason(error: unknown): string {
  return messageOf(error).split("\n")[0].replace(/[.:\s]+$/, "") || "the connection failed";
}

/** The refusal of what a host does; of the address no more is said, as it may hold a secret. */
function refused({ hostname }: URL, must: string, cause?: unknown): LookalikeError {
  const sentence = `Cannot fetch the image as ${hostname.slice(0, 253)} must ${must}.`;
  return new LookalikeError("invalid_input", sentence, { cause });
}

function tooLarge(maxBytes: number): LookalikeError {
  return new LookalikeError(
    "too_large",
    `Cannot fetch the image as it must have at most ${maxBytes} bytes: it has more.`,
  );
}

function overloaded(): LookalikeError {
  return new LookalikeError(
    "overloaded",
    `Cannot fetch one more image as ${MOST} are being fetched already.`,
  );
}

function callerLeft(cause: unknown): LookalikeError {
  const sentence = "Cannot fetch the image as its caller has left.";
  return new LookalikeError("interrupted", sentence, { cause });
}
