/** A page of a list, and where the next begins. */
interface Page<Entry> {
  data: Entry[];
  next: string | null;
}

/**
 * Goes through a list page by page, as its entries are asked for.
 *
 * @param get Gets the page that begins after a place; the first without one.
 * @returns The entries, in order.
 */
export async function* entriesOf<Entry>(
  get: (after: string | undefined) => Promise<Page<Entry>>,
): AsyncGenerator<Entry> {
  let after: string | undefined;
  do {
    const { data, next } = await get(after);
    yield* data;
    after = next ?? undefined;
  } while (after !== undefined);
}
