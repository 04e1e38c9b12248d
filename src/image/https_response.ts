import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect } from "node:tls";

/** Where an IP address is connected to, and who else than the usual authorities is trusted there. */
export interface Place {
  host: string;
  port: number;
  ca?: string;
}

/**
 * Asks for an address of https where its host is known to be, without resolving the name again. Who
 * answers must prove to be the host.
 *
 * @param url The address.
 * @param options.places At least one; the next is tried where one does not answer as it must.
 * @param options.signal Aborted once nobody waits; the connection is closed then.
 * @returns The answer, whose body is yet to come; whoever takes it destroys it.
 */
export async function httpsResponse(
  url: URL,
  { places: [place, ...others], signal }: { places: Place[]; signal: AbortSignal },
): Promise<IncomingMessage> {
  try {
    return await respond(url, { place, signal });
  } catch (error) {
    if (others.length === 0 || signal.aborted) throw error;
    return await httpsResponse(url, { places: others, signal });
  }
}

function respond(
  { hostname, pathname, search }: URL,
  { place, signal }: { place: Place; signal: AbortSignal },
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request({
    path: pathname + search,
    headers: { Host: hostname, Accept: "image/*", "Accept-Encoding": "identity" },
    // Not by an agent: it might keep the connection, and take a proxy from the environment.
    createConnection: () =>
      connect({ ...place, servername: hostname, ALPNProtocols: ["http/1.1"] }),
    signal,
  }, resolve);
  asked.on("error", reject);
  asked.on("close", () => reject(new Error("the host closed the connection")));
  asked.end();
  return promise;
}
