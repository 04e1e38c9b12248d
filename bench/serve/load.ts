import { messageOf } from "../../src/errors.ts";

/** What one run of load showed. */
export interface LoadResult {
  concurrency: number;
  seconds: number;
  /** Requests that were answered with 200, one image each. */
  images: number;
  /** Requests by status; 0 for those that broke. */
  statuses: Record<number, number>;
  /** Milliseconds of the requests that were answered with 200. */
  p50: number;
  p99: number;
}

/** What is sent, and for how long. */
export interface Load {
  concurrency: number;
  /** When it ends: after so many seconds, or so many requests. */
  seconds?: number;
  requests?: number;
}

/**
 * So many callers, each of which asks again once it is answered.
 *
 * @param ask Sends the request of a number and gives its status.
 * @param load How many callers, and when they end.
 * @returns What was seen; a caller that is refused (429) waits 20 ms, as a polite one would longer.
 */
export async function runLoad(
  ask: (request: number) => Promise<number>,
  { concurrency, seconds = Infinity, requests = Infinity }: Load,
): Promise<LoadResult> {
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let sent = 0;
  const caller = async () => {
    while (performance.now() < end && sent < requests) {
      const start = performance.now();
      const status = await ask(sent++).catch((error) => {
        console.error(messageOf(error));
        return 0;
      });
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 200) times.push(performance.now() - start);
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  times.sort((left, right) => left - right);
  return {
    concurrency,
    seconds: (performance.now() - begin) / 1000,
    images: times.length,
    statuses,
    p50: at(times, 0.5),
    p99: at(times, 0.99),
  };
}

/**
 * A quantile of sorted numbers.
 *
 * @param sorted Ascending.
 * @param share 0 … 1.
 * @returns The number that so much of them is not above; NaN of none.
 */
export function at(sorted: number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
