/**
 * Works on items, several at a time. After a failure no more are begun, and it rejects with that
 * failure once all that was under way has ended.
 *
 * @param items What to work on, begun in order.
 * @param options `most` are under way at once; `work` is what is done with each.
 *
 * @example
 * ```ts
 * import { sideBySide } from "./side_by_side.ts";
 * let sum = 0;
 * await sideBySide([1, 2, 3], { most: 2, work: async (n) => void (sum += await n) });
 * console.assert(sum === 6);
 * ```
 */
export async function sideBySide<T>(
  items: Iterable<T>,
  { most, work }: { most: number; work: (item: T) => Promise<void> },
): Promise<void> {
  const left = items[Symbol.iterator](); // shared by all workers
  let failed = false;
  const worker = async () => {
    for (let next = left.next(); !next.done && !failed; next = left.next()) {
      await work(next.value).catch((error) => {
        failed = true;
        throw error;
      });
    }
  };
  const workers = Array.from({ length: most }, worker);
  await Promise.allSettled(workers);
  await Promise.all(workers);
}
