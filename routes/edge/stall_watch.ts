import type { ServedEncoder } from "../../src/embed/served_encoder.ts";

/** How long images may wait at a device that does nothing: a batch takes seconds at the most. */
const STALLED_MS = 120_000;

/** What is taken for waiting between two looks at most, as nobody saw it. */
const LOOK_MS = 15_000;

/** What was seen of an encoder. */
interface Sight {
  /** Batches that had ended, well or badly. */
  ended: number;
  /** Whether images were decoded and waited for the device. */
  waiting: boolean;
  at: number;
  /** How long they have been seen to wait while no batch ended. */
  stalledMs: number;
}

/**
 * Watches for a device that does not come back from a batch, as happens to a GPU that has failed:
 * the process lives, and nothing is answered any more. It looks at counters alone.
 *
 * @param loaded The encoders in memory.
 * @param options.now The clock, in milliseconds.
 * @returns What looks, every few seconds, and says which encoder is stalled, or null.
 */
export function createStallWatch(
  loaded: () => ServedEncoder[],
  { now = () => performance.now() }: { now?: () => number } = {},
): () => ServedEncoder | null {
  const sights = new WeakMap<ServedEncoder, Sight>();

  function isStalled(encoder: ServedEncoder): boolean {
    const { decoded, inference } = encoder.stats();
    const before = sights.get(encoder);
    const sight = { ended: inference.count, waiting: decoded > 0, at: now(), stalledMs: 0 };
    if (before?.ended === sight.ended) {
      const waited = before.waiting && sight.waiting ? Math.min(LOOK_MS, sight.at - before.at) : 0;
      sight.stalledMs = before.stalledMs + waited;
    }
    sights.set(encoder, sight);
    return sight.stalledMs >= STALLED_MS;
  }

  return () => loaded().filter(isStalled)[0] ?? null;
}
