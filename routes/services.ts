import type { Collections } from "../src/collections/collections.ts";
import type { EncoderRegistry } from "../src/embed/encoder_registry.ts";
import type { Log } from "../src/log.ts";

/** Where the service stands: it answers `/v1` only while it is ready. */
export type Phase = "warming" | "ready" | "draining";

/** What a request may ask of the service at most. */
export interface RequestLimits {
  /** The bytes of one body. */
  maxBodyBytes: number;
  /** The bytes of all bodies in memory. */
  maxBodiesBytes: number;
  /** The seconds in which a body must arrive. */
  bodySeconds: number;
  /** Images of an embeddings request, items of an upsert. */
  maxImages: number;
  /** The k of a search. */
  maxResults: number;
}

/** What the routes stand on; main.ts brings it together. */
export interface Services {
  encoders: EncoderRegistry;
  collections: Collections;
  limits: RequestLimits;
  log: Log;
  /** Where the service stands now. */
  phase(): Phase;
}

/** What hono carries along with a request. */
export interface AppEnv {
  Variables: {
    /** The caller's `X-Request-Id`, or one of ours; every line of the log has it. */
    requestId: string;
    /** Aborted once the client has left. */
    signal: AbortSignal;
  };
}
