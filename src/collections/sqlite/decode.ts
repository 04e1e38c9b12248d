import type { SQLOutputValue } from "node:sqlite";
import { LookalikeError } from "../../errors.ts";
import type { IndexedFacts, IndexedItem } from "../vector_index.ts";

/** Where a row is, for an error's sentence, and what it must be like. */
export interface RowPlace {
  /** The collection's name. */
  name: string;
  /** F. */
  dimension: number;
}

/**
 * Reads an item's row, with its vector.
 *
 * @param row Columns of `items`, and `vector`.
 * @param place Where it is.
 * @returns The item; its metadata frozen.
 * @throws {LookalikeError} `damaged`, with the collection's and the item's name, if it is not as it
 * was written.
 */
export function decodeItem(row: Record<string, SQLOutputValue>, place: RowPlace): IndexedItem {
  return { ...decodeFacts(row, place), vector: decodeVector(row, place) };
}

/**
 * Reads an item's row without its vector.
 *
 * @param row Columns of `items`.
 * @param place Where it is.
 * @returns What is known of the item; its metadata frozen.
 * @throws {LookalikeError} `damaged` as {@linkcode decodeItem} does.
 */
export function decodeFacts(row: Record<string, SQLOutputValue>, place: RowPlace): IndexedFacts {
  return {
    key: Number(row.key),
    id: String(row.id),
    label: row.label === null ? null : String(row.label),
    metadata: decodeMetadata(row, place),
  };
}

/**
 * Reads an item's vector.
 *
 * @param row `id` and `vector`.
 * @param place Where it is.
 * @returns float32 `[F]`, as the metric wants it.
 * @throws {LookalikeError} `damaged` as {@linkcode decodeItem} does.
 */
export function decodeVector(row: Record<string, SQLOutputValue>, place: RowPlace): Float32Array {
  const blob = row.vector;
  const bytes = place.dimension * Float32Array.BYTES_PER_ELEMENT;
  if (!(blob instanceof Uint8Array) || blob.length !== bytes) {
    const has = blob instanceof Uint8Array ? blob.length : "none";
    throw damaged(row, { place, reason: `its vector must have ${bytes} bytes: it has ${has}` });
  }
  const vector = new Float32Array(blob.slice().buffer);
  if (vector.every(Number.isFinite)) return vector;
  throw damaged(row, { place, reason: "its vector must be finite: it is not" });
}

/**
 * Freezes a JSON value and all in it.
 *
 * @param value A JSON value.
 * @returns The same.
 */
export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/**
 * The float32 of a vector as they lie in memory: little-endian on every platform of Deno.
 *
 * @param vector float32 `[F]`.
 * @returns Its bytes, as a view.
 */
export function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

function decodeMetadata(
  row: Record<string, SQLOutputValue>,
  place: RowPlace,
): IndexedFacts["metadata"] {
  let value: unknown;
  try {
    value = JSON.parse(String(row.metadata));
  } catch (cause) {
    throw damaged(row, { place, reason: "its metadata must be JSON: it is not", cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return freeze(value as Record<string, unknown>);
  }
  throw damaged(row, { place, reason: "its metadata must be a JSON object: it is not" });
}

function damaged(
  row: Record<string, SQLOutputValue>,
  { place, reason, cause }: { place: RowPlace; reason: string; cause?: unknown },
): LookalikeError {
  return new LookalikeError(
    "damaged",
    `Cannot read item ${JSON.stringify(row.id)} of collection ${place.name} as ${reason}. ` +
      "Write the item again, or remove it.",
    { cause },
  );
}
