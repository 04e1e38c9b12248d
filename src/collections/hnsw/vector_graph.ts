/** A vector and the number it goes by. */
export interface GraphVector {
  /** A whole number from 0 up: its item's row key. */
  key: number;
  /** float32 `[F]`, all finite; it must not be changed afterwards. */
  vector: Float32Array;
}

/**
 * The vectors of one collection as a graph of neighbours (HNSW, arXiv 1603.09320): it finds similar
 * ones among many by visiting few, and may miss some. It keeps them in half precision, so its order
 * is a first guess: who wants exact scores asks for more than needed and scores those again.
 */
export interface VectorGraph {
  /** How many vectors it has. */
  readonly size: number;

  /**
   * Adds vectors, or replaces those of the same keys. Searches know them when this returns.
   *
   * @param items All of them are taken, or none if one is wrong.
   * @returns Settles once they are linked into the graph, a few milliseconds at a time; who awaits
   * it before the next call is never ahead of the graph.
   * @throws {LookalikeError} `invalid_input` if a vector is not of F finite numbers.
   */
  upsert(items: GraphVector[]): Promise<void>;

  /** Forgets vectors, those of them that it has; done when it returns. */
  remove(keys: number[]): void;

  /**
   * Finds similar vectors.
   *
   * @param query float32 `[F]`, all finite.
   * @param count How many to find, at least 1; there may be fewer.
   * @returns Their keys, the most similar first by the graph's own scores.
   * @throws {LookalikeError} `invalid_input` if the query or the count cannot be.
   */
  search(query: Float32Array, count: number): { keys: number[] };

  /**
   * Writes the graph beside its record, so that a crash leaves this pair or the one before.
   *
   * @param stamp What tells the state of the items that it holds from all others of theirs, earlier
   * and later; who opens the graph with another stamp gets it built anew.
   * @throws {LookalikeError} `unavailable` if it cannot be written; what was there is untouched.
   */
  save(stamp: string): Promise<void>;

  /** Stops what runs behind, without saving. Nothing else may be called after it. */
  dispose(): void;
}
