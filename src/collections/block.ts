import { tf } from "../tensorflow/mod.ts";
import type { IndexedItem } from "./vector_index.ts";

/** A block as it lies on the device. */
export interface BlockTensors {
  /** float32 `[capacity, F]`. */
  vectors: tf.Tensor2D;
  /** float32 `[capacity]`: 0 for an item, −∞ for an empty slot; added to the scores. */
  mask: tf.Tensor1D;
}

/**
 * So many slots for vectors, in memory and, once it was searched, on the device.
 *
 * Who reads it over an await pins it, and who writes to it must own it alone: of a pinned block one
 * writes to a copy, so that readers see what they began with.
 */
export class Block {
  /** float32 `[capacity, F]`. */
  readonly vectors: Float32Array;
  readonly ids: string[] = [];
  readonly payloads: string[] = [];
  readonly #mask: Float32Array;
  #count = 0;
  #readers = 0;
  #disposed = false;
  #deviceVectors: tf.Tensor2D | null = null;
  #deviceMask: tf.Tensor1D | null = null;

  /**
   * @param dimension F, the length of a vector.
   * @param capacity How many slots it has.
   */
  constructor(readonly dimension: number, readonly capacity: number) {
    this.vectors = new Float32Array(capacity * dimension);
    this.#mask = new Float32Array(capacity).fill(-Infinity);
  }

  /** How many slots hold an item. */
  get count(): number {
    return this.#count;
  }

  /** Whether someone reads it. */
  get pinned(): boolean {
    return this.#readers > 0;
  }

  /** The same items in the same slots, of at least as many. */
  copy(capacity = this.capacity): Block {
    const copy = new Block(this.dimension, capacity);
    copy.vectors.set(this.vectors);
    copy.#mask.set(this.#mask);
    copy.ids.push(...this.ids);
    copy.payloads.push(...this.payloads);
    copy.#count = this.#count;
    return copy;
  }

  /** Writes an item to a slot: an empty one, or that of the same id. */
  put(slot: number, { id, vector, payload }: IndexedItem): void {
    if (this.#mask[slot] !== 0) {
      this.#mask[slot] = 0;
      this.#count++;
      this.#forgetMask();
    }
    this.vectors.set(vector, slot * this.dimension);
    this.#forgetVectors();
    this.ids[slot] = id;
    this.payloads[slot] = payload;
  }

  /** Empties a slot; its vector stays behind the mask. */
  clear(slot: number): void {
    this.#mask[slot] = -Infinity;
    this.#count--;
    this.#forgetMask();
    if (this.#count === 0) this.#forgetVectors(); // nobody will ask for them
    this.ids[slot] = this.payloads[slot] = "";
  }

  /** Begins to read. */
  pin(): void {
    this.#readers++;
  }

  /** Ends what `pin` began. */
  unpin(): void {
    if (--this.#readers === 0 && this.#disposed) this.#forget();
  }

  /** The block on the device, where it is sent if it is not there as it is now. */
  tensors(): BlockTensors {
    this.#deviceVectors ??= tf.tensor2d(this.vectors, [this.capacity, this.dimension]);
    this.#deviceMask ??= tf.tensor1d(this.#mask);
    return { vectors: this.#deviceVectors, mask: this.#deviceMask };
  }

  /** Frees the device's memory, now or when the last reader is done. */
  dispose(): void {
    this.#disposed = true;
    if (!this.pinned) this.#forget();
  }

  #forget(): void {
    this.#forgetVectors();
    this.#forgetMask();
  }

  #forgetVectors(): void {
    this.#deviceVectors?.dispose();
    this.#deviceVectors = null;
  }

  #forgetMask(): void {
    this.#deviceMask?.dispose();
    this.#deviceMask = null;
  }
}
