import { assertEquals, assertRejects } from "@std/assert";
import { unitVector } from "../../src/collections/checks.ts";
import type { CollectionItem, Collections } from "../../src/collections/collections.ts";
import { type ErrorCode, LookalikeError } from "../../src/errors.ts";
import { random } from "../../src/random.ts";

/** Makes a test of an adapter: it has a place of its own, and collections open there. */
export type ContractTest = (
  what: string,
  body: (collections: Collections, place: string) => Promise<void>,
) => void;

/** A JSON object so deep. */
export function nested(depth: number): Record<string, unknown> {
  let value: Record<string, unknown> = {};
  for (let at = 1; at < depth; at++) value = { value };
  return value;
}

/** An item without more than a vector. */
export function itemOf(id: string, ...values: number[]): CollectionItem {
  return { id, vector: Float32Array.from(values), metadata: {} };
}

/** Items with vectors drawn from a normal distribution; `units` are those of length 1. */
export function randomItems(count: number, dimension: number, seed = 1) {
  const source = random(seed);
  const items = Array.from({ length: count }, (_, at): CollectionItem => ({
    id: `item ${at}`,
    vector: Float32Array.from({ length: dimension }, () => source.normal()),
    metadata: { of: `item ${at}` },
  }));
  const units = new Map(
    items.map(({ id, vector }) => [id, unitVector(vector, { param: "vector" })]),
  );
  return { items, units };
}

/** Searches by one query. */
export function search(
  collections: Collections,
  name: string,
  { query, k }: { query: number[]; k: number },
) {
  return collections.search(name, { vectors: [Float32Array.from(query)], k });
}

/** Checks how a call fails. */
export async function refused(
  call: Promise<unknown>,
  code: ErrorCode,
  param: string,
): Promise<void> {
  const error = await assertRejects(() => call, LookalikeError);
  assertEquals([error.code, error.param], [code, param]);
}
