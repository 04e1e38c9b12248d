import { LookalikeError } from "../../errors.ts";

/**
 * The error about an item that is not there.
 *
 * @param name The collection.
 * @param options The item's `id`, and what the caller calls it.
 * @returns The error, to be thrown.
 */
export function itemNotFound(
  name: string,
  { id, param = "id" }: { id: string; param?: string },
): LookalikeError {
  const sentence = `Cannot find item ${JSON.stringify(id)} in collection ${name}.`;
  return new LookalikeError("not_found", sentence, { param });
}
