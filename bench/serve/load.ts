import { messageOf } from "../../src/errors.ts";
import type { Answer } from "./http_connection.ts";

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
  /** Milliseconds after which who was refused asks again; unless given, when the service says. */
  impatience?: number;
  /** When it ends: after so many seconds, or so many requests. */
  seconds?: number;
  requests?: number;
}

/**
 * So many callers, each of which asks again once it is answered.
 *
 * @param ask Sends the request of a number for a caller.
 * @param load How many callers, and when they end.
 * @returns What was seen. A caller that is refused waits as long as the service says.
 */
export async function runLoad(
  ask: (turn: { caller: number; request: number }) => Promise<Answer>,
  { concurrency, impatience, seconds = Infinity, requests = Infinity }: Load,
): Promise<LoadResult> {
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let sent = 0;
  const call = async (caller: number) => {
    while (performance.now() < end && sent < requests) {
      const start = performance.now();
      const { status, retryAfter = 1 } = await ask({ caller, request: sent++ }).catch((error) => {
        console.error(messageOf(error));
        return { status: 0, retryAfter: undefined };
      });
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 200) times.push(performance.now() - start);
      else {
        const wait = impatience ?? retryAfter * 1000;
        await new Promise((resolve) =>
          setTimeout(resolve, Math.min(wait, end - performance.now()))
        );
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, caller) => call(caller)));
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
