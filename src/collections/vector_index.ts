/** What an index keeps of an item besides its vector. */
export interface IndexedFacts {
  /** Its row in the database. */
  readonly key: number;
  readonly id: string;
  readonly label: string | null;
  /** Frozen, as every hit hands out the same. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What an index keeps of an item. */
export interface IndexedItem extends IndexedFacts {
  /** float32 `[F]`, as the metric wants it. */
  readonly vector: Float32Array;
}

/** One item that an index found. */
export interface IndexHit {
  item: IndexedFacts;
  /** Of query and item by the metric, in float64. */
  score: number;
}

/** Which items of an index to find. */
export interface IndexSearch {
  /** At least 1; there are fewer hits if fewer items may be found. */
  k: number;
  /** Which items may be found; all unless told. */
  matches?: (item: IndexedFacts) => boolean;
  /** Ids of items to leave out. */
  exclude?: readonly string[];
}

/** The vectors of one collection, arranged so that similar ones are found fast. */
export interface VectorIndex {
  /** How many items it has. */
  readonly count: number;

  /** Adds items, or replaces those whose id it has; done when it returns. */
  upsert(items: readonly IndexedItem[]): void;

  /** Changes what it keeps of an item besides its vector, if it has the item. */
  relabel(facts: IndexedFacts): void;

  /** Forgets items, those of them that it has; done when it returns. */
  remove(ids: readonly string[]): void;

  /**
   * Finds the `k` items nearest to each query, the nearest first and equal ones by id, in the index
   * as it was when this was called.
   *
   * @param queries Each float32 `[F]`, as the metric wants it.
   * @param search How many, and which.
   * @returns A list of hits for each query.
   */
  search(queries: Float32Array[], search: IndexSearch): Promise<IndexHit[][]>;

  /**
   * Finds all items at least as near to each query as a score, in the index as it was when the first
   * was asked for.
   *
   * @param queries As for `search`.
   * @param threshold The score.
   * @returns A list of hits for each query, as they are found.
   */
  neighbours(queries: Float32Array[], threshold: number): AsyncGenerator<IndexHit[]>;

  /** Frees the device's memory; a search under way still ends well. */
  dispose(): void;
}
