/** What an index keeps of an item. */
export interface IndexedItem {
  id: string;
  /** float32 `[F]` of length 1. */
  vector: Float32Array;
  /** What comes back with a hit, unread: the item's metadata as JSON. */
  payload: string;
}

/** One item that an index found. */
export interface IndexHit {
  id: string;
  /** The scalar product of query and item: the cosine, as both have length 1. */
  score: number;
  payload: string;
}

/** The vectors of one collection, arranged so that similar ones are found fast. */
export interface VectorIndex {
  /** How many items it has. */
  readonly count: number;

  /** Adds items, or replaces those whose id it has; done when it returns. */
  upsert(items: IndexedItem[]): void;

  /** Forgets items, those of them that it has; done when it returns. */
  remove(ids: string[]): void;

  /**
   * Finds the `k` items most similar to each query, the most similar first and equal ones by id,
   * in the index as it was when this was called.
   *
   * @param queries Each float32 `[F]` of length 1.
   * @param k At least 1; there are fewer hits if the index has fewer items.
   * @returns A list of hits for each query.
   */
  search(queries: Float32Array[], k: number): Promise<IndexHit[][]>;

  /** Frees the device's memory; a search under way still ends well. */
  dispose(): void;
}
