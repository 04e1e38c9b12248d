import { LookalikeError } from "../../src/errors.ts";
import type { Job, JobEvent } from "../../src/jobs/job.ts";
import type { Services } from "../services.ts";
import { watchChanges } from "./change_watch.ts";

/** Streams that may be open at once: each is a connection and some reading whenever a job says something. */
const MOST_STREAMS = 64;
/** Events that are read at a time. */
const PAGE = 100;
/** Proxies and browsers take a connection for dead on which nothing comes. */
const QUIET_MS = 15_000;
/** After how long a client that lost its connection asks again. */
const RETRY_MS = 1000;

/** A job's events as they happen. */
export interface EventStreams {
  /**
   * Opens a stream of server-sent events (the HTML standard, §9.2): those after `after`, then each as
   * it comes, with its sequence as `id`, until the job has ended or the service drains. Nothing is
   * read ahead of the client.
   *
   * @param id The job.
   * @param options.after The sequence of the last event that the client has; 0 for none.
   * @param options.signal Aborted once the client has left.
   * @throws {LookalikeError} `overloaded` if too many are open; `not_found` without the job.
   */
  open(id: string, options: { after: number; signal: AbortSignal }): ReadableStream<Uint8Array>;
}

/**
 * Streams of jobs' events. Another process writes them, so one poll looks for all streams whether
 * there is something new.
 *
 * @param services Whence events come, and where the service stands.
 * @param options.describe An event as the API has it.
 * @param options.most How many may be open.
 * @param options.quietMs After how long without an event a comment is sent.
 * @returns What opens them.
 */
export function createEventStreams(
  { jobs: { store }, phase }: Pick<Services, "jobs" | "phase">,
  { describe, most = MOST_STREAMS, quietMs = QUIET_MS }: {
    describe: (job: Job, event: JobEvent) => unknown;
    most?: number;
    quietMs?: number;
  },
): EventStreams {
  const isOver = () => phase() === "draining";
  const watch = watchChanges(store.dataVersion, { isOver });
  let open = 0;

  async function* tell(id: string, { after, signal }: { after: number; signal: AbortSignal }) {
    yield `retry: ${RETRY_MS}\n\n`;
    let last = after;
    while (!signal.aborted && !isOver()) {
      const since = watch.version(); // before what is read, so that nothing falls between
      const job = store.get(id);
      const { events, hasMore } = store.events(id, { after: last, limit: PAGE });
      for (const event of events) {
        yield `id: ${event.sequence}\ndata: ${JSON.stringify(describe(job, event))}\n\n`;
        last = event.sequence;
      }
      if (hasMore) continue;
      if (hasEnded(job)) return;
      const begun = performance.now();
      await watch.change({ since, milliseconds: quietMs, signal });
      if (performance.now() - begun >= quietMs) yield ":\n\n";
    }
  }

  return {
    open(id, { after, signal: gone }) {
      store.get(id); // says what is missing, while it can be said by a status
      if (open >= most) throw tooMany(most);
      open++;
      const left = new AbortController();
      const signal = AbortSignal.any([gone, left.signal]);
      signal.addEventListener("abort", () => open--, { once: true });
      const pieces = tell(id, { after, signal });
      const encoder = new TextEncoder();
      return new ReadableStream({
        async pull(stream) {
          try {
            const { done, value } = await pieces.next();
            if (!done) return stream.enqueue(encoder.encode(value));
            stream.close();
          } catch (error) {
            stream.error(error); // the client asks again, and is told by a status
          }
          left.abort();
        },
        cancel: () => left.abort(),
      }, { highWaterMark: 0 });
    },
  };
}

/**
 * Whether nothing more will happen in a job.
 *
 * @param job The job.
 * @returns Whether it has ended, and its alias is settled.
 */
export function hasEnded({ status, promotion }: Job): boolean {
  return status !== "queued" && status !== "running" && promotion?.status !== "pending";
}

function tooMany(most: number): LookalikeError {
  return new LookalikeError(
    "overloaded",
    `Cannot open a stream of events as there may be ${most} at once: there are as many. Ask for the ` +
      "list of events instead.",
    { retryAfter: 15 },
  );
}
