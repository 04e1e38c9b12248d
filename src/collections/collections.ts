/** Something that can be found again by likeness. */
export interface CollectionItem {
  /** Its name in the collection: 1 to 512 characters, none of them a control character. */
  id: string;
  /** float32 `[F]`; only its direction counts, and it is kept at length 1. */
  vector: Float32Array;
  /** A JSON object of the caller's own. */
  metadata: Record<string, unknown>;
}

/** An item as it is kept. */
export interface StoredItem extends CollectionItem {
  /** When it was first added, ISO 8601. */
  createdAt: string;
  /** When it was last written, ISO 8601. */
  updatedAt: string;
}

/** What is known of a collection. */
export interface CollectionInfo {
  name: string;
  /** What made its vectors, `NAME@VERSION`; null if the caller brought vectors without saying. */
  encoder: string | null;
  /** F, the length of every vector in it. */
  dimension: number;
  /** How many items it has. */
  count: number;
  /** When its first items came, ISO 8601. */
  createdAt: string;
}

/** One answer to one query. */
export interface SearchHit {
  id: string;
  /** The cosine of the angle between query and item, from −1 to 1. */
  score: number;
  metadata: Record<string, unknown>;
}

/** Which items to find. */
export interface SearchRequest {
  /** Queries, each float32 `[F]`; only their directions count. */
  vectors: Float32Array[];
  /** How many items to find for each query, at least 1. */
  k: number;
  /** Ids of items to leave out, such as the one that is asked about. */
  exclude?: string[];
}

/**
 * Named collections of vectors, each of one dimension and from one encoder.
 *
 * Calls take effect in the order in which they are made. A write that was acknowledged survives a
 * crash of the process and of the machine. A search answers from the collection as it was at one
 * moment, when it was called (the first of a collection: when its vectors have been read), whatever
 * is written while it runs: vectors, scores and metadata are all of that moment.
 *
 * Every method rejects with a `LookalikeError`: `invalid_input`, with the field as `param`, if an
 * argument cannot be; `not_found` if the collection or the item is not there.
 */
export interface Collections {
  /** All collections, by name. */
  list(): Promise<CollectionInfo[]>;

  /** One collection. */
  get(name: string): Promise<CollectionInfo>;

  /**
   * Adds items, or replaces those whose id is there already; all of them or none. The collection
   * is made at its first items, which fix its dimension and its encoder.
   *
   * @param name The collection: 1 to 64 letters, digits, `.`, `_` or `-`.
   * @param batch At least one item, no id twice; `encoder` is what made the vectors,
   * `NAME@VERSION`, or null if the caller does not say, which every collection takes.
   * @returns How many ids are new and how many were there.
   * @throws {LookalikeError} `conflict` if the collection's vectors are of another encoder.
   */
  upsert(
    name: string,
    batch: { encoder: string | null; items: CollectionItem[] },
  ): Promise<{ inserted: number; updated: number }>;

  /** One item, with its vector at length 1. */
  item(name: string, id: string): Promise<StoredItem>;

  /**
   * Removes items.
   *
   * @returns How many were there.
   */
  remove(name: string, ids: string[]): Promise<number>;

  /** Removes a collection and all its items. */
  drop(name: string): Promise<void>;

  /**
   * Finds the items most similar to each query, exactly, the most similar first and equal ones by
   * id; fewer than `k` if the collection has no more.
   *
   * @returns A list of hits for each query, in the order of the queries.
   */
  search(name: string, request: SearchRequest): Promise<SearchHit[][]>;

  /**
   * Waits for the searches that run, and lets go of the database and the device's memory. Nothing
   * else may be called after it.
   */
  close(): Promise<void>;
}
