import { LookalikeError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { VersionLookup } from "./version_lookup.ts";

/** A version that could not be warmed is tried again after so long, in milliseconds. */
const RETRY_MS = 10_000;

/** Which versions names and aliases answer with now. */
export interface VersionPointers {
  /**
   * The version that a name or an alias answers with. Where another one has come meanwhile, it is
   * warmed behind, and answers once it is warm.
   *
   * @param name A name of an encoder, or an alias.
   * @returns `NAME@VERSION`, or null if there is neither.
   * @throws {LookalikeError} As {@link VersionLookup.find} does.
   */
  resolve(name: string): Promise<string | null>;
  /** Points a name or an alias to another version at once, or to none. */
  point(name: string, reference: string | null): void;
  /** Whether a name or an alias that was asked for answers with a version. */
  pointTo(reference: string): boolean;
  /** Forgets a version that is no more. */
  forget(reference: string): void;
  /** Resolves once nothing is being warmed behind. */
  settled(): Promise<void>;
}

/** How a version is warmed in the place of another. */
export interface WarmOptions {
  /** The version that it follows: it is warmed in the same layers. */
  like: string;
  /** Called once it is warm. */
  then(): void | Promise<void>;
}

/**
 * Pointers that follow what is on disk.
 *
 * @param lookup What is on disk.
 * @param options.isWarm Whether a version could answer at once.
 * @param options.warm Loads and warms a version, keeps it so until `then` has run, and lets go of the
 * one before if nothing points to it any more.
 * @param options.log Where it says what comes of it.
 * @returns The pointers.
 */
export function createVersionPointers(
  lookup: VersionLookup,
  { isWarm, warm, log }: {
    isWarm(reference: string): boolean;
    warm(reference: string, options: WarmOptions): Promise<void>;
    log: Log;
  },
): VersionPointers {
  const current = new Map<string, string>();
  /** By name: what is being warmed for it, or could not be a while ago. */
  const warming = new Map<string, { reference: string; retryAt: number }>();
  const running = new Set<Promise<void>>();

  function point(name: string, reference: string | null): void {
    if (reference === null) current.delete(name);
    else current.set(name, reference);
    warming.delete(name);
  }

  /** Warms the version that a name shall point to, unless that is under way already. */
  function warmBehind(name: string, reference: string, like: string): void {
    const known = warming.get(name);
    if (known?.reference === reference && performance.now() < known.retryAt) return;
    const start = performance.now();
    const one = { reference, retryAt: Infinity };
    warming.set(name, one);
    const isWanted = () => warming.get(name) === one;
    const done = warm(reference, {
      like,
      then: () => isWanted() ? point(name, reference) : undefined,
    })
      .then(() => {
        const milliseconds = Math.round(performance.now() - start);
        log.info("model switched", { name, from: like, to: reference, milliseconds });
      }, (error) => {
        const reason = messageOf(error);
        log.error("model not switched", { name, from: like, to: reference, reason });
        one.retryAt = performance.now() + RETRY_MS;
        // Which version is meant is for a person to say: the newest one stays the newest.
        if (isWanted() && isDamaged(error)) point(name, reference);
      })
      .finally(() => running.delete(done));
    running.add(done);
  }

  return {
    async resolve(name) {
      const now = current.get(name);
      let wanted: string | null;
      try {
        wanted = await lookup.find(name);
      } catch (error) {
        if (now !== undefined && isDamaged(error)) return now; // an alias of before the damage
        throw error;
      }
      if (wanted === null) {
        current.delete(name);
        return null;
      }
      if (now === undefined || now === wanted || !isWarm(now)) {
        current.set(name, wanted);
        return wanted;
      }
      warmBehind(name, wanted, now);
      return now;
    },
    point,
    pointTo: (reference) => [...current.values()].includes(reference),
    forget(reference) {
      for (const [name, pointed] of current) if (pointed === reference) current.delete(name);
    },
    async settled() {
      await Promise.all(running);
    },
  };
}

function isDamaged(error: unknown): boolean {
  return error instanceof LookalikeError && error.code === "damaged";
}
