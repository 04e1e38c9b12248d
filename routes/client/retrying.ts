import { retryAfterOf } from "./api_error.ts";

/** What sends a request, as `fetch` does. */
export type Fetch = (request: Request) => Promise<Response>;

/** How often to try again. */
export interface Retries {
  /** Tries after the first, at most; 0 for none. */
  retries: number;
  /** The longest wait that is worth it, in seconds; a service that asks for more is not asked again. */
  longestWait: number;
}

/** The service refused before it did anything: it was full, or warming. */
const WORTH_ANOTHER = new Set([429, 503]);

/**
 * Sends a request again where the service was too busy for it and said when to come back.
 *
 * @param fetch Sends a request.
 * @param options How often.
 * @returns What sends a request in its place; the request's signal ends a wait as well.
 */
export function retrying(fetch: Fetch, { retries, longestWait }: Retries): Fetch {
  return async (request) => {
    for (let left = retries;; left--) {
      const response = await fetch(left > 0 ? request.clone() : request);
      const wait = retryAfterOf(response);
      const worth = WORTH_ANOTHER.has(response.status) && wait !== null && wait <= longestWait;
      if (left <= 0 || !worth) return response;
      await response.body?.cancel();
      await pause(wait, request.signal);
    }
  };
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
