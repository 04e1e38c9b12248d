import { tf } from "../../tensorflow/mod.ts";
import type { Metric } from "../collections.ts";
import { dot, METRICS } from "../metrics.ts";
import type { IndexedFacts, IndexedItem } from "../vector_index.ts";

/** How a block is made. */
export interface BlockShape {
  /** F, the length of a vector. */
  dimension: number;
  /** How many slots it has. */
  capacity: number;
  metric: Metric;
}

/**
 * So many slots for vectors, in memory and, once it was searched, on the device.
 *
 * Who reads it over an await pins it, and who writes to it must own it alone: of a pinned block one
 * writes to a copy, so that readers see what they began with.
 */
export class Block {
  readonly dimension: number;
  readonly capacity: number;
  readonly metric: Metric;
  /** float32 `[capacity, F]`. */
  readonly vectors: Float32Array;
  /** float32 `[capacity]`, added to the products of query and vector: −∞ for an empty slot. */
  readonly bias: Float32Array;
  #facts: (IndexedFacts | undefined)[] = [];
  #count = 0;
  #longest = 0;
  #readers = 0;
  #disposed = false;
  #deviceVectors: tf.Tensor2D | null = null;
  #deviceBias: tf.Tensor1D | null = null;

  constructor({ dimension, capacity, metric }: BlockShape) {
    this.dimension = dimension;
    this.capacity = capacity;
    this.metric = metric;
    this.vectors = new Float32Array(capacity * dimension);
    this.bias = new Float32Array(capacity).fill(-Infinity);
  }

  /** How many slots hold an item. */
  get count(): number {
    return this.#count;
  }

  /** No vector in it is longer. */
  get longest(): number {
    return this.#longest;
  }

  /** What is known of the item in each slot; a list that who holds it will not see change. */
  get facts(): readonly (IndexedFacts | undefined)[] {
    return this.#facts;
  }

  /** Whether someone reads it. */
  get pinned(): boolean {
    return this.#readers > 0;
  }

  /** The same items in the same slots, of at least as many. */
  copy(capacity = this.capacity): Block {
    const copy = new Block({ dimension: this.dimension, capacity, metric: this.metric });
    copy.vectors.set(this.vectors);
    copy.bias.set(this.bias);
    copy.#facts = this.#facts.slice();
    copy.#count = this.#count;
    copy.#longest = this.#longest;
    return copy;
  }

  /** Writes an item to a slot: an empty one, or that of the same id. */
  put(slot: number, { vector, ...facts }: IndexedItem): void {
    if (this.#facts[slot] === undefined) this.#count++;
    this.#facts[slot] = facts;
    this.vectors.set(vector, slot * this.dimension);
    this.#forgetVectors();
    const squaredLength = dot(vector, vector, 0);
    this.#longest = Math.max(this.#longest, Math.sqrt(squaredLength));
    this.#setBias(slot, METRICS[this.metric].bias(squaredLength));
  }

  /** Empties a slot; its vector stays behind the bias. */
  clear(slot: number): void {
    this.#facts[slot] = undefined;
    this.#setBias(slot, -Infinity);
    if (--this.#count > 0) return;
    this.#forgetVectors(); // nobody will ask for them
    this.#longest = 0;
  }

  /** Changes what is known of a slot's item, also of a pinned block. */
  relabel(slot: number, facts: IndexedFacts): void {
    if (this.pinned) this.#facts = this.#facts.slice();
    this.#facts[slot] = facts;
  }

  /** Begins to read. */
  pin(): void {
    this.#readers++;
  }

  /** Ends what `pin` began. */
  unpin(): void {
    if (--this.#readers === 0 && this.#disposed) this.#forget();
  }

  /** Its vectors on the device, `[capacity, F]`, where they are sent if they are not there as now. */
  deviceVectors(): tf.Tensor2D {
    return this.#deviceVectors ??= tf.tensor2d(this.vectors, [this.capacity, this.dimension]);
  }

  /** Its bias on the device, `[capacity]`, likewise. */
  deviceBias(): tf.Tensor1D {
    return this.#deviceBias ??= tf.tensor1d(this.bias);
  }

  /** Frees the device's memory, now or when the last reader is done. */
  dispose(): void {
    this.#disposed = true;
    if (!this.pinned) this.#forget();
  }

  #setBias(slot: number, bias: number): void {
    const before = this.bias[slot];
    this.bias[slot] = bias;
    if (this.bias[slot] === before) return; // as it always is of one item after another at length 1
    this.#deviceBias?.dispose();
    this.#deviceBias = null;
  }

  #forget(): void {
    this.#forgetVectors();
    this.#deviceBias?.dispose();
    this.#deviceBias = null;
  }

  #forgetVectors(): void {
    this.#deviceVectors?.dispose();
    this.#deviceVectors = null;
  }
}
