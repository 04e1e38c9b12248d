import type { Filter } from "./filter.ts";

/** How two vectors are compared. */
export type Metric = "cosine" | "dot" | "euclidean";

/** How a collection is searched unless a search says otherwise: each vector, or a graph of them. */
export type IndexKind = "exact" | "hnsw";

/** What is kept of the images that items come from. */
export type ImageRetention = "original" | "thumbnail" | "none";

/** How a collection is made. */
export interface CollectionSettings {
  /** What makes its vectors, `NAME@VERSION`; null if callers bring vectors of their own. */
  encoder: string | null;
  /** F, the length of every vector in it. */
  dimension: number;
  /** `cosine` unless told: vectors are then kept at length 1; with the others, as they come. */
  metric?: Metric;
  /** `exact` unless told. */
  index?: IndexKind;
  /** `original` unless told: with thumbnails, and so that another encoder can embed them anew. */
  images?: ImageRetention;
}

/** What is known of a collection. */
export interface CollectionInfo extends Required<CollectionSettings> {
  name: string;
  /** How many items it has. */
  count: number;
  /** When it was made, ISO 8601. */
  createdAt: string;
  /** Its way to another encoder, while there is one. */
  reembedding: Reembedding | null;
}

/** How far a collection is on its way to another encoder. */
export interface Reembedding {
  /** Where it goes, `NAME@VERSION`. */
  encoder: string;
  /** F of that encoder. */
  dimension: number;
  /** `failed` stays until it is begun anew or cancelled; old vectors serve in either. */
  status: "running" | "failed";
  /** Why it failed, in a sentence. */
  error: string | null;
  /** Items that have their new vector. */
  done: number;
  /** When it began, ISO 8601. */
  startedAt: string;
}

/** An image file that is kept. */
export interface ImageFile {
  bytes: Uint8Array;
  /** Its media type, such as `image/jpeg`. */
  type: string;
}

/** Something that can be found again by likeness. */
export interface CollectionItem {
  /** Its name in the collection: 1 to 512 characters, none of them a control character. */
  id: string;
  /** float32 `[F]`. */
  vector: Float32Array;
  /** Its class, where somebody has said one: 1 to 256 characters. */
  label?: string | null;
  /** A JSON object of the caller's own. */
  metadata?: Record<string, unknown>;
  /** The image that its vector came from; kept as the collection says. */
  image?: ImageFile;
  /** The image made small, WebP; kept unless the collection keeps none. */
  thumbnail?: Uint8Array;
}

/** An item as it is kept. */
export interface StoredItem {
  id: string;
  /** float32 `[F]`, of length 1 where the metric is cosine. */
  vector: Float32Array;
  label: string | null;
  metadata: Record<string, unknown>;
  /** The kept original, or null. */
  image: { type: string; bytes: number; sha256: string } | null;
  hasThumbnail: boolean;
  /** When it was first added, ISO 8601. */
  createdAt: string;
  /** When it was last written, ISO 8601. */
  updatedAt: string;
}

/** One answer to one query. */
export interface SearchHit {
  id: string;
  /** Cosine similarity, dot product, or Euclidean distance (the smaller the nearer). */
  score: number;
  label: string | null;
  /** Not to be changed: other searches hand out the same. */
  metadata: Readonly<Record<string, unknown>>;
}

/** Which items to find. */
export interface SearchRequest {
  /** Queries, each float32 `[F]`. */
  vectors: Float32Array[];
  /** What made the queries, `NAME@VERSION`: refused if the collection has gone to another since. */
  encoder?: string;
  /** How many items to find for each query, at least 1. */
  k: number;
  /** Items that may be found; it is applied before the best `k` are chosen. */
  filter?: Filter;
  /** Ids of items to leave out, such as the one that is asked about. */
  exclude?: string[];
  /** The least score of a hit, or with `euclidean` the greatest distance. */
  threshold?: number;
  /** Whether each vector is compared, also where the collection has a graph. */
  exact?: boolean;
}

/** Two items that are nearly the same. */
export interface DuplicatePair {
  /** The earlier and the later added. */
  ids: [string, string];
  /** As in {@link SearchHit}. */
  score: number;
}

/** What a classifier is fitted to or asked about: items with their vectors, and no more. */
export interface ItemVectors {
  ids: string[];
  /** A class of each, or null. */
  labels: (string | null)[];
  /** float32 `[N, F]`, each row of length 1, whatever the collection's metric; zeros stay zeros. */
  vectors: Float32Array;
  /** The encoder that made them, `NAME@VERSION`; null if callers bring their own. */
  encoder: string | null;
}

/** An item's image, put into a folder. */
export interface LinkedImage {
  id: string;
  label: string | null;
  /** The file's name in the folder: a number of its own and the ending of its format. */
  file: string;
}

/** An item that has no vector of the encoder yet to which its collection goes. */
export interface UnembeddedItem {
  id: string;
  /** Another after each upsert of the item, so that a vector of an earlier image is not taken. */
  revision: number;
  image: Uint8Array;
}

/**
 * Named collections of vectors, each of one dimension and from one encoder, and the images they came
 * from.
 *
 * Writes take effect in the order in which they are made, and every call sees those that were
 * acknowledged before it. A write that was acknowledged survives a crash of the process and of the
 * machine. A search answers from the collection as it was at one moment, when it was called (the
 * first of a collection: when its vectors have been read), whatever is written while it runs:
 * vectors, scores and metadata are all of that moment.
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
   * Makes a collection without items.
   *
   * @param name 1 to 64 letters, digits, `.`, `_` or `-`.
   * @param settings How it is made.
   * @throws {LookalikeError} `conflict` if there is one of that name.
   */
  create(name: string, settings: CollectionSettings): Promise<CollectionInfo>;

  /** Changes how a collection is searched from now on. */
  update(name: string, changes: { index: IndexKind }): Promise<CollectionInfo>;

  /** Removes a collection and all its items and images. */
  drop(name: string): Promise<void>;

  /**
   * Adds items, or replaces those whose id is there already; all of them or none. A collection that
   * is not there is made, with the defaults of {@link CollectionSettings}.
   *
   * @param name The collection.
   * @param batch At least one item, no id twice; `encoder` is what made the vectors,
   * `NAME@VERSION`, or null if the caller does not say, which every collection takes.
   * @returns How many ids are new and how many were there.
   * @throws {LookalikeError} `conflict` if the collection's vectors are of another encoder, or if it
   * is on its way to another one and an item has no image for it.
   */
  upsert(
    name: string,
    batch: { encoder: string | null; items: CollectionItem[] },
  ): Promise<{ inserted: number; updated: number }>;

  /**
   * Items in the order in which they were added.
   *
   * @param options `after` is a page's `next`; the first page has none. `label` keeps to one class.
   * @returns Up to `limit` items, and where the next page begins, or null if this is the last.
   */
  items(
    name: string,
    options: { limit: number; after?: string; label?: string },
  ): Promise<{ items: StoredItem[]; next: string | null }>;

  /** One item. */
  item(name: string, id: string): Promise<StoredItem>;

  /**
   * Changes an item's label or metadata; its vector and image stay.
   *
   * @param changes A label, or null for none; metadata as a JSON merge patch (RFC 7396).
   * @returns The item as it is then.
   */
  patch(
    name: string,
    id: string,
    changes: { label?: string | null; metadata?: Record<string, unknown> },
  ): Promise<StoredItem>;

  /**
   * Removes items.
   *
   * @returns How many were there.
   */
  remove(name: string, ids: string[]): Promise<number>;

  /**
   * The image that an item came from, as it was sent.
   *
   * @throws {LookalikeError} `not_found` if none is kept; `damaged` if the file is not as it was.
   */
  image(name: string, id: string): Promise<ImageFile & { sha256: string }>;

  /**
   * An item's image made small, WebP.
   *
   * @throws {LookalikeError} `not_found` if none is kept.
   */
  thumbnail(name: string, id: string): Promise<Uint8Array>;

  /**
   * Finds the items most similar to each query, the most similar first and equal ones by id; fewer
   * than `k` if no more may be found.
   *
   * @returns A list of hits for each query, in the order of the queries.
   * @throws {LookalikeError} `conflict` if the queries are of another encoder.
   */
  search(name: string, request: SearchRequest): Promise<SearchHit[][]>;

  /**
   * Pairs of items that are nearly the same: those at least as similar as `threshold`, each pair
   * once, found by asking for the neighbours of `limit` items.
   *
   * @param options `threshold` as in {@link SearchRequest}; `after` is a page's `next`.
   * @returns The pairs of this page's items with later ones, 10,000 at most, and where the next page
   * begins, or null if this is the last. A page may be empty and not the last.
   */
  duplicates(
    name: string,
    options: { threshold: number; limit: number; after?: string },
  ): Promise<{ pairs: DuplicatePair[]; next: string | null }>;

  /**
   * Items with their vectors at length 1, in the order in which they were added; a page is of the
   * moment of its call.
   *
   * @param options `limit` is 1 to 10,000; `labelled` keeps to those with a label, or without; `ids`
   * to those named, in that order, and rejects with `not_found` (param `ids`) if one of the page is
   * missing; `after` is a page's `next`; `seed` draws `limit` of all items, and there is no next page.
   * @returns Up to `limit` items, fewer where their vectors are long, and where the next page begins,
   * or null if this is the last.
   */
  vectors(
    name: string,
    options: {
      limit: number;
      labelled?: boolean;
      ids?: string[];
      after?: string;
      seed?: number;
    },
  ): Promise<ItemVectors & { next: string | null }>;

  /** How many items have each label, and how many have none. */
  labelCounts(name: string): Promise<{ labels: Map<string, number>; unlabelled: number }>;

  /**
   * Merges into the metadata of many items, all or none; ids that are not there are passed over.
   *
   * @param changes A JSON merge patch (RFC 7396) each, of 1,000 items at most.
   * @returns How many were there.
   */
  patchMany(
    name: string,
    changes: { id: string; metadata: Record<string, unknown> }[],
  ): Promise<number>;

  /**
   * Links the original images of items into a folder, so that what becomes of the items leaves them
   * there: hard links, or copies where the file system has none.
   *
   * @param name The collection.
   * @param options `folder` is there and empty, and what is in it when this fails is the caller's to
   * remove; `labelled` keeps to items with a label, or without; `ids` to those named (`not_found` if
   * one is missing); `signal` stops it.
   * @returns What was linked, in the order in which they were added.
   * @throws {LookalikeError} `conflict` if an item has no original image, and `damaged` if the file
   * is not there or not as long as it was, naming the item; `unavailable` if the file system refuses.
   */
  linkImages(
    name: string,
    options: { folder: string; labelled?: boolean; ids?: string[]; signal?: AbortSignal },
  ): Promise<LinkedImage[]>;

  /**
   * Begins a collection's way to another encoder; what was begun before is forgotten.
   *
   * @throws {LookalikeError} `conflict` if an item has no original image, or if its vectors are of
   * that encoder already.
   */
  beginReembedding(
    name: string,
    target: { encoder: string; dimension: number },
  ): Promise<CollectionInfo>;

  /** Up to `limit` items without a vector of the new encoder; none if all have one. */
  unembedded(name: string, limit: number): Promise<UnembeddedItem[]>;

  /** Keeps new vectors, float32 `[F]`, of items that were not written or removed meanwhile. */
  addReembedded(
    name: string,
    vectors: { id: string; revision: number; vector: Float32Array }[],
  ): Promise<void>;

  /**
   * Switches a collection to its new vectors at once, if every item has one.
   *
   * @returns Whether it did; if not, {@link unembedded} has more.
   */
  finishReembedding(name: string): Promise<boolean>;

  /** Notes why a collection's way to another encoder ended; what was done of it is kept. */
  failReembedding(name: string, reason: string): Promise<void>;

  /** Forgets a collection's way to another encoder; nothing happens if there is none. */
  cancelReembedding(name: string): Promise<void>;

  /**
   * Waits for the searches that run, keeps what an index needs, and lets go of the database and the
   * device's memory. Nothing else may be called after it.
   */
  close(): Promise<void>;
}
