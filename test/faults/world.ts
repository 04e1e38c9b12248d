import type { createApi } from "../e2e/api.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import type { Picture } from "./pictures.ts";

/** The versions between which aliases and collections go. */
export const VERSIONS = ["tiny@1", "tiny@2"] as const;

/** What the service is asked by. */
export type Api = ReturnType<typeof createApi>;

/** What is expected of an item. */
export interface ItemFacts {
  /** Which picture it came from. */
  picture: number;
  label: string | null;
  /** Changed by each patch. */
  note: number;
}

/** Items by their ids. */
export type Items = Record<string, ItemFacts>;

/** What is expected of a collection's encoder. */
export interface Way {
  from: string;
  /** Where it goes or has gone; null if nowhere. */
  to: string | null;
  /** Whether that was acknowledged. */
  sure: boolean;
}

/** A collection that is written, taken from encoder to encoder, and read. */
export interface WrittenCollection {
  name: string;
  index: "exact" | "hnsw";
  /** One a writer, whose ids begin with the key and `/`. */
  writers: Record<string, Ledger<Items>>;
  way: Way;
}

/** All that the service is expected to have. */
export interface World {
  pictures: Picture[];
  collections: WrittenCollection[];
  /** What aliases point to; null if there is none. */
  aliases: Record<string, Ledger<string | null>>;
  /** How many items the collection has that is made and dropped; null if there is none. */
  scratch: Ledger<number | null>;
  /** What was found wrong. */
  problems: string[];
}

/**
 * What the service is expected to have at first.
 *
 * @param pictures What items come from.
 * @returns Two collections without items, and no alias.
 */
export function newWorld(pictures: Picture[]): World {
  const collection = (name: string, index: "exact" | "hnsw", keys: string[]) => ({
    name,
    index,
    writers: Object.fromEntries(keys.map((key) => [key, openLedger<Items>({})])),
    way: { from: VERSIONS[0], to: null, sure: true },
  });
  return {
    pictures,
    collections: [collection("plain", "exact", ["a", "b"]), collection("graph", "hnsw", ["c"])],
    aliases: { production: openLedger(null), canary: openLedger(null) },
    scratch: openLedger(null),
    problems: [],
  };
}

/**
 * The other version.
 *
 * @param version One of {@link VERSIONS}.
 * @returns The one that it is not.
 */
export function otherThan(version: string | null): string {
  return version === VERSIONS[0] ? VERSIONS[1] : VERSIONS[0];
}

/**
 * What an encoder makes of a picture.
 *
 * @param picture The picture.
 * @param model One of {@link VERSIONS}.
 * @returns float32 `[F]`, of length 1.
 */
export function vectorBy(picture: Picture, model: string): Float32Array {
  return picture.vectors[VERSIONS.indexOf(model as typeof VERSIONS[number])];
}
