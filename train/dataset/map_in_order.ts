/**
 * Maps a stream with several calls under way at once, and gives the results in the stream's order.
 * No more than `width` items are held at any time.
 *
 * @param items What is mapped, in order.
 * @param width How many calls may be under way, at least 1.
 * @param map Called for each item.
 * @returns The results, in order.
 * @throws What `map` rejects with, at the item's turn.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mapInOrder } from "./map_in_order.ts";
 * const squares = mapInOrder([1, 2, 3], 2, (n) => Promise.resolve(n * n));
 * assertEquals(await Array.fromAsync(squares), [1, 4, 9]);
 * ```
 */
export async function* mapInOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for await (const item of items) {
    const result = map(item);
    result.catch(() => {}); // it is thrown at its turn; until then it is not unhandled
    underWay.push(result);
    if (underWay.length >= width) yield await underWay.shift()!;
  }
  while (underWay.length > 0) yield await underWay.shift()!;
}
