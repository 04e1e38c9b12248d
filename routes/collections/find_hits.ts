import type { Hold } from "../../src/image/fetch_image.ts";
import type { SearchHit } from "../../src/collections/collections.ts";
import type { StageTimings } from "../../src/embed/stages.ts";
import type { Services } from "../services.ts";
import { withSteadyEncoder } from "./encoder_switch.ts";
import { queryVectors } from "./query_vectors.ts";
import type { Search } from "./search_schema.ts";

/** What searches found. */
export interface Found {
  /** The hits of each search, in order. */
  hits: SearchHit[][];
  /** What embedding their images took; null if they had none. */
  timings: StageTimings | null;
}

/**
 * Answers searches in one collection: their images are embedded together, and those that ask for the
 * same kind of items are compared together.
 *
 * @param services What the routes stand on.
 * @param request The collection's name; the searches; what the request calls a field of each; a
 * signal that is aborted once nobody waits; and what counts the bytes of images that are fetched.
 * @returns The hits of each. An item that is asked about does not find itself.
 * @throws {LookalikeError} `not_found` without the collection or an item that is asked about;
 * `invalid_input` for a vector that cannot be, with its field; what embedding throws.
 */
export function findHits(
  services: Services,
  { name, searches, fieldOf, signal, hold }: {
    name: string;
    searches: Search[];
    fieldOf: (search: number, field: string) => string;
    signal: AbortSignal;
    hold: Hold;
  },
): Promise<Found> {
  const { collections } = services;
  return withSteadyEncoder(collections, name, async (info) => {
    const { vectors, timings } = await queryVectors(services, {
      info,
      searches,
      fieldOf,
      signal,
      hold,
    });
    const places = Map.groupBy(searches.keys(), (at) => JSON.stringify(wanted(searches[at])));
    const hits: SearchHit[][] = [];
    await Promise.all([...places.values()].map(async (alike) => {
      const together = alike.map((at) => vectors[at]);
      const found = await collections.search(name, {
        vectors: together,
        ...wanted(searches[alike[0]]),
      });
      for (const [index, at] of alike.entries()) hits[at] = found[index];
    }));
    return { hits, timings };
  });
}

/** What a search says beside its query. */
function wanted({ image: _, vector: __, id, mean = [], exclude, ...rest }: Search) {
  const asked = [id, ...mean.map(({ id }) => id)].filter((id) => id !== undefined);
  return { ...rest, exclude: [...exclude, ...asked] };
}
