/** Lets many wait for what one poll sees. */
export interface ChangeWatch {
  /** The version as it is now: to be asked for before what depends on it is read. */
  version(): number;
  /**
   * Waits until the version is another, there is nothing to wait for any more, or time is up.
   *
   * @param options.since The version that the caller has seen.
   * @param options.milliseconds How long at most.
   * @param options.signal Ends the wait at once.
   */
  change(options: { since: number; milliseconds: number; signal: AbortSignal }): Promise<void>;
}

/**
 * Watches a version by asking for it, all the while somebody waits and no longer.
 *
 * @param version Asks for it; it may throw, which ends all waits, as who reads then will be told more.
 * @param options.isOver Whether there is nothing to wait for any more.
 * @param options.everyMs How often it is asked.
 * @returns The watch.
 */
export function watchChanges(
  version: () => number,
  { isOver, everyMs = 250 }: { isOver: () => boolean; everyMs?: number },
): ChangeWatch {
  const waiting = new Map<() => void, number>(); // and what each has seen
  let timer: ReturnType<typeof setInterval> | undefined;

  /** What those who wait are told of, or null if it cannot be had, or need not. */
  function look(): number | null {
    try {
      return isOver() ? null : version();
    } catch {
      return null;
    }
  }

  function poll(): void {
    const now = look();
    for (const [end, since] of waiting) if (now !== since) end();
  }

  return {
    version,
    change({ since, milliseconds, signal }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (signal.aborted || look() !== since) return Promise.resolve();
      const end = () => {
        clearTimeout(late);
        signal.removeEventListener("abort", end);
        waiting.delete(end);
        if (waiting.size === 0) clearInterval(timer);
        resolve();
      };
      const late = setTimeout(end, milliseconds);
      signal.addEventListener("abort", end);
      if (waiting.size === 0) timer = setInterval(poll, everyMs);
      waiting.set(end, since);
      return promise;
    },
  };
}
