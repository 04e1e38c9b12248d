import { LookalikeError } from "../errors.ts";
import { createGate } from "../gate.ts";
import type { Log } from "../log.ts";
import type { CollectionInfo, Collections } from "./collections.ts";
import { type EmbedFiles, reembedCollection } from "./reembed_collection.ts";

/** So many images are read at once at most, however many are computed together. */
const MOST_BATCH = 256;

/** Takes collections to other encoders, behind what is served. */
export interface Reembedder {
  /**
   * Begins a collection's way to another encoder; what was begun before is forgotten.
   *
   * @returns The collection as it is then.
   * @throws {LookalikeError} As `beginReembedding` of the collections does.
   */
  begin(name: string, target: { encoder: string; dimension: number }): Promise<CollectionInfo>;

  /** Ends a collection's way to another encoder and forgets it. */
  cancel(name: string): Promise<void>;

  /** Goes on with all that was under way when the process ended. */
  resume(): Promise<void>;

  /** Stops at once; `resume` of another process goes on from there. */
  close(): Promise<void>;
}

/** A collection that is under way. */
interface Way {
  stopper: AbortController;
  /** Settles when nothing of it runs any more; never rejects. */
  ended: Promise<void>;
}

/**
 * Makes what takes collections to other encoders.
 *
 * One batch is embedded at a time, of each collection in turn, so that many of them cost those who
 * are served no more than one does.
 *
 * @param collections Where they are, and where it is kept how far they are.
 * @param options `embed` makes vectors of image files, float32 `[F]` each, in their order; `batch`
 * is how many it is given at most, and no more than 256.
 * @returns The re-embedder; close it before the collections.
 */
export function createReembedder(
  collections: Collections,
  { embed, batch, log }: { embed: EmbedFiles; batch: number; log: Log },
): Reembedder {
  const ways = new Map<string, Way>();
  const inTurn = createGate(1);
  const inOrder = createGate(1);
  let closed = false;

  const start = ({ name, reembedding }: CollectionInfo): void => {
    if (closed || reembedding?.status !== "running" || ways.has(name)) return;
    const stopper = new AbortController();
    const { signal } = stopper;
    const way: Way = {
      stopper,
      ended: reembedCollection(name, reembedding, {
        collections,
        embed,
        batch: Math.min(batch, MOST_BATCH),
        log,
        inTurn,
        signal,
      }).finally(() => ways.get(name) === way && ways.delete(name)),
    };
    ways.set(name, way);
  };

  const stop = async (name: string): Promise<void> => {
    const way = ways.get(name);
    way?.stopper.abort();
    await way?.ended;
  };

  /** Changes a collection's way while nothing runs on it; then goes on as the collections say. */
  const change = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    inOrder(async () => {
      if (closed) {
        throw new LookalikeError("unavailable", "Cannot re-embed as the service is stopping.");
      }
      await stop(name);
      try {
        return await work();
      } finally {
        await collections.get(name).then(start, () => {}); // also if the old way was not left
      }
    });

  return {
    begin: (name, target) => change(name, () => collections.beginReembedding(name, target)),

    cancel: (name) => change(name, () => collections.cancelReembedding(name)),

    async resume() {
      for (const info of await collections.list()) start(info);
    },

    async close() {
      closed = true;
      await Promise.all([...ways.keys()].map(stop));
      await inOrder(async () => {}); // what is being changed comes to its end
    },
  };
}
