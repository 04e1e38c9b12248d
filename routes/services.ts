import type { ClassifierStore } from "../src/classifiers/classifiers.ts";
import type { Collections } from "../src/collections/collections.ts";
import type { Reembedder } from "../src/collections/reembedder.ts";
import type { EncoderRegistry } from "../src/embed/encoder_registry.ts";
import type { Hold, ImageFetcher } from "../src/image/fetch_image.ts";
import type { ImageDecoder } from "../src/image/image_decoder.ts";
import type { JobStore } from "../src/jobs/job_store.ts";
import type { Supervisor } from "../src/jobs/supervisor.ts";
import type { ApiKey, KeyStore } from "../src/keys/key_store.ts";
import type { Log } from "../src/log.ts";
import type { Metrics } from "./metrics/metrics.ts";

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
  /** The seconds in which a request must be answered once its body has arrived. */
  requestSeconds: number;
  /** Images of an embeddings request, items of an upsert. */
  maxImages: number;
  /** The k of a search. */
  maxResults: number;
}

/** Who may ask. */
export interface Access {
  /** Whether a request under `/v1` must have a key. */
  required: boolean;
  /** Whether only this machine is meant to ask, without a key: then web pages are kept out. */
  loopbackOnly: boolean;
  /** Requests a minute of a key without a limit of its own, and of a caller without a key; 0 for no limit. */
  requestsPerMinute: number;
  /** Web pages of other origins that may ask: `*`, or origins with commas between; null for none. */
  corsOrigins: string | null;
}

/** Jobs of training. */
export interface Jobs {
  store: JobStore;
  supervisor: Supervisor;
  limits: {
    /** Jobs that may wait. */
    queue: number;
    /** Steps that a job may ask for. */
    steps: number;
    /** Folders that pretraining may read. */
    folders: string[];
  };
}

/** What the routes stand on; main.ts brings it together. */
export interface Services {
  encoders: EncoderRegistry;
  collections: Collections;
  reembedder: Reembedder;
  classifiers: ClassifierStore;
  jobs: Jobs;
  keys: KeyStore;
  access: Access;
  decoder: ImageDecoder;
  /** Fetches images from addresses; null where that is not allowed. */
  fetchImage: ImageFetcher | null;
  metrics: Metrics;
  limits: RequestLimits;
  log: Log;
  /** Where the service stands now. */
  phase(): Phase;
}

/** What hono carries along with a request. */
export interface AppEnv {
  /** What the server knows of the connection; empty where a test asks the app itself. */
  Bindings: Partial<Deno.ServeHandlerInfo>;
  Variables: {
    /** The caller's `X-Request-Id`, or one of ours; every line of the log has it. */
    requestId: string;
    /** Aborted once nobody waits for the answer: the client has left, or time is up. */
    signal: AbortSignal;
    /** Counts bytes that are held for this request beside its body, and throws if they are too many. */
    hold: Hold;
    /** The key that the request came with, if it is valid. */
    key: ApiKey | null;
  };
}
