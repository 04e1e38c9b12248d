/** What was used last, up to a bound. */
export interface RecentlyUsed<Value> {
  /** What is kept under a key, which now was used last. */
  get(key: string): Value | undefined;
  /** Keeps a value, and lets go of those unused for longest while all take more than the bound. */
  keep(key: string, value: Value): void;
  /** Lets go of a value. */
  forget(key: string): void;
}

/**
 * Keeps values in memory up to a number of bytes.
 *
 * @param maxBytes What all may take; a value that takes more alone is not kept.
 * @param bytesOf What one takes.
 * @returns What was used last.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createRecentlyUsed } from "./recently_used.ts";
 * const recent = createRecentlyUsed<string>(4, (text) => text.length);
 * recent.keep("a", "aa");
 * recent.keep("b", "bb");
 * recent.get("a");
 * recent.keep("c", "cc");
 * assertEquals([recent.get("a"), recent.get("b"), recent.get("c")], ["aa", undefined, "cc"]);
 * ```
 */
export function createRecentlyUsed<Value>(
  maxBytes: number,
  bytesOf: (value: Value) => number,
): RecentlyUsed<Value> {
  const kept = new Map<string, Value>(); // the one unused for longest first
  let bytes = 0;

  function forget(key: string): void {
    const value = kept.get(key);
    if (value === undefined) return;
    bytes -= bytesOf(value);
    kept.delete(key);
  }

  return {
    get(key) {
      const value = kept.get(key);
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    keep(key, value) {
      forget(key);
      kept.set(key, value);
      bytes += bytesOf(value);
      for (const oldest of kept.keys()) {
        if (bytes <= maxBytes) break;
        forget(oldest);
      }
    },
    forget,
  };
}
