import { LookalikeError } from "../errors.ts";
import { isOutOfMemory, outOfMemory } from "./out_of_memory.ts";
import type { ServedEncoder } from "./served_encoder.ts";

/** An encoder by one of its layers; each is loaded on its own. */
export interface EncoderLayer {
  /** `NAME@VERSION`. */
  reference: string;
  /** 0 for h, or the layer of the projection head, from 1. */
  layer: number;
}

/** An encoder that could be loaded. */
export interface LoadableEncoder {
  /** What its weights take. */
  bytes: number;
  /** Loads it and warms it. */
  load(): Promise<ServedEncoder>;
}

/** The encoders in memory, as many as there is room for. */
export interface LoadedEncoders {
  /**
   * Works with an encoder, which is loaded if it is not there: once, however many ask. It stays while
   * the work runs.
   *
   * @throws {LookalikeError} `out_of_memory` if there is no room; what loading and the work throw.
   */
  use<T>(which: EncoderLayer, work: (encoder: ServedEncoder) => Promise<T>): Promise<T>;
  /** Those that are loaded and warm, in the order in which they were asked for first. */
  list(): ServedEncoder[];
  /** Where a version stands: by any of its layers. */
  status(reference: string): "ready" | "warming" | null;
  /** Lets go of a version: whoever works with it finishes, then it is closed. */
  retire(reference: string): Promise<void>;
  /** Lets go of all; nothing is loaded any more. */
  close(): Promise<void>;
}

/** An encoder that is there, or on its way. */
interface Entry extends EncoderLayer {
  bytes: number;
  /** Once it is loaded. */
  encoder: ServedEncoder | null;
  loading: Promise<ServedEncoder>;
  /** How many work with it or wait for it. */
  users: number;
  /** Greater than that of an entry that was used longer ago. */
  usedAt: number;
  /** Called once nobody works with it any more. */
  onIdle(): void;
}

/**
 * No encoders, and room for some.
 *
 * @param find What is known of an encoder before it is loaded; it throws if there is none.
 * @param options.maxBytes What all weights may take. Past it, those that were used longest ago and
 * that nobody works with make room.
 * @returns The loaded encoders.
 */
export function createLoadedEncoders(
  find: (which: EncoderLayer) => Promise<LoadableEncoder>,
  { maxBytes }: { maxBytes: number },
): LoadedEncoders {
  const entries = new Map<string, Entry>();
  /** Let go of and still in memory. */
  const leaving = new Map<Entry, Promise<void>>();
  let uses = 0;
  let closed = false;

  function enter(which: EncoderLayer): Entry {
    const key = keyOf(which);
    const known = entries.get(key);
    if (known) return known;
    const entry: Entry = {
      ...which,
      bytes: 0,
      encoder: null,
      loading: Promise.resolve().then(() => load(entry)),
      users: 0,
      usedAt: 0,
      onIdle() {},
    };
    entry.loading.catch(() => {
      if (entries.get(key) === entry) entries.delete(key);
    });
    entries.set(key, entry);
    return entry;
  }

  async function load(entry: Entry): Promise<ServedEncoder> {
    const { bytes, load } = await find(entry);
    entry.bytes = bytes;
    await makeRoom(entry);
    try {
      return entry.encoder = await load();
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      await letGoOfIdle(entry); // the device is fuller than the weights' bytes say
    }
    try {
      return entry.encoder = await load();
    } catch (error) {
      throw isOutOfMemory(error)
        ? outOfMemory(`Cannot load encoder ${entry.reference}`, error)
        : error;
    }
  }

  /** Frees all that nobody works with. */
  async function letGoOfIdle(entry: Entry): Promise<void> {
    for (const idle of [...entries.values()].filter(isIdle)) letGo(idle);
    await Promise.all(closing(entry));
  }

  /** Lets go of encoders until this one fits as well. */
  async function makeRoom(entry: Entry): Promise<void> {
    const room = maxBytes - entry.bytes;
    for (;;) {
      const others = [...entries.values(), ...leaving.keys()].filter((one) => one !== entry);
      if (sum(others) <= room) return;
      const used = sum(others.filter((one) => !isIdle(one)));
      if (used > room) throw noRoom(entry, { maxBytes, used });
      const idle = [...entries.values()].filter(isIdle);
      const [oldest] = idle.sort((one, other) => one.usedAt - other.usedAt);
      await (oldest ? letGo(oldest) : Promise.race(closing(entry)));
    }
  }

  /**
   * What is being closed beside an encoder. Not what somebody still works with: that work may wait
   * for this very encoder.
   */
  function closing(entry: Entry): Promise<void>[] {
    return [...leaving].flatMap(([one, left]) => one !== entry && isIdle(one) ? left : []);
  }

  /** Takes an encoder out at once and closes it once nobody works with it. */
  function letGo(entry: Entry): Promise<void> {
    const key = keyOf(entry);
    if (entries.get(key) === entry) entries.delete(key);
    const left = leaving.get(entry) ?? leave(entry).finally(() => leaving.delete(entry));
    leaving.set(entry, left);
    return left;
  }

  async function leave(entry: Entry): Promise<void> {
    const encoder = await entry.loading.catch(() => null);
    if (entry.users > 0) await new Promise<void>((idle) => entry.onIdle = idle);
    await encoder?.close();
  }

  async function use<T>(
    which: EncoderLayer,
    work: (encoder: ServedEncoder) => Promise<T>,
  ): Promise<T> {
    if (closed) {
      throw new LookalikeError("unavailable", "Cannot load encoders as the service is stopping.", {
        retryAfter: 5,
      });
    }
    const entry = enter(which);
    entry.users++;
    try {
      const encoder = await entry.loading;
      entry.usedAt = ++uses;
      return await work(encoder);
    } finally {
      if (--entry.users === 0) entry.onIdle();
    }
  }

  const versions = (reference: string) =>
    [...entries.values()].filter((entry) => entry.reference === reference);

  return {
    use,
    list: () => [...entries.values()].flatMap(({ encoder }) => encoder ?? []),
    status(reference) {
      const [first, ...rest] = versions(reference);
      if (first === undefined) return null;
      return [first, ...rest].some(({ encoder }) => encoder !== null) ? "ready" : "warming";
    },
    async retire(reference) {
      await Promise.all(versions(reference).map(letGo));
      const left = [...leaving].filter(([entry]) => entry.reference === reference);
      await Promise.all(left.map(([, leaves]) => leaves));
    },
    async close() {
      closed = true;
      for (const entry of [...entries.values()]) letGo(entry);
      await Promise.all(leaving.values());
    },
  };
}

function keyOf({ reference, layer }: EncoderLayer): string {
  return `${reference}/${layer}`;
}

function isIdle({ encoder, users }: Entry): boolean {
  return encoder !== null && users === 0;
}

function sum(entries: Entry[]): number {
  return entries.reduce((total, { bytes }) => total + bytes, 0);
}

function noRoom(
  { reference, bytes }: Entry,
  { maxBytes, used }: { maxBytes: number; used: number },
): LookalikeError {
  return new LookalikeError(
    "out_of_memory",
    `Cannot load encoder ${reference} as weights in memory must be at most ${maxBytes} bytes: it has ` +
      `${bytes}${used > 0 ? `, and those in use take ${used}` : ""}.`,
    { retryAfter: bytes > maxBytes ? 60 : 1, param: "model" },
  );
}
