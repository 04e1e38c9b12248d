import { assert, assertEquals } from "@std/assert";
import type { Random } from "../../src/random.ts";
import {
  type Api,
  type ItemFacts,
  type Items,
  vectorBy,
  VERSIONS,
  type World,
  type WrittenCollection,
} from "./world.ts";

/** How far a vector or a score may be from what it must be. */
const TOLERANCE = 1e-4;

/** An item as it was listed. */
export interface FoundItem {
  id: string;
  label: string | null;
  metadata: { picture: number; note: number };
  vector: number[];
  image: { sha256: string };
}

/**
 * Searches by a picture, and compares scores: all are of one encoder.
 *
 * @param collection Where.
 * @param options `picture` is which one.
 */
export async function searchByPicture(
  collection: WrittenCollection,
  { api, world, picture }: { api: Api; world: World; picture: number },
): Promise<void> {
  const { data } = await api.ok("POST", `/v1/collections/${collection.name}/search`, {
    image: world.pictures[picture].base64,
    k: 10,
  });
  const isBy = (model: string) => {
    const query = vectorBy(world.pictures[picture], model);
    return data.every(({ score, metadata }: { score: number; metadata: ItemFacts }) =>
      Math.abs(score - dot(query, vectorBy(world.pictures[metadata.picture], model))) < TOLERANCE
    );
  };
  assert(VERSIONS.some(isBy), `${collection.name} was searched with vectors of two encoders`);
}

/**
 * Fetches an item's image and thumbnail and compares them, if the item is still there.
 *
 * @param path The item's.
 * @param options `picture` is the one that it must be of; any is right where it is not known.
 */
export async function readImages(
  path: string,
  { api, world, picture }: { api: Api; world: World; picture?: number },
): Promise<void> {
  const image = await api.fetch("GET", `${path}/image`);
  const bytes = new Uint8Array(await image.arrayBuffer());
  if (image.status === 404 && picture === undefined) return;
  assertEquals(image.status, 200, `${path}: ${new TextDecoder().decode(bytes.subarray(0, 300))}`);
  const sha256 = image.headers.get("ETag")?.replaceAll('"', "");
  const is = world.pictures.findIndex((one) => one.sha256 === sha256);
  assert(picture === undefined ? is >= 0 : is === picture, `${path} is the image of another item`);
  assertEquals(bytes, world.pictures[is].bytes, `${path}: the image is torn`);
  const thumbnail = await api.fetch("GET", `${path}/thumbnail`);
  const webp = new Uint8Array(await thumbnail.arrayBuffer());
  if (thumbnail.status === 404 && picture === undefined) return;
  assertEquals([thumbnail.status, new TextDecoder().decode(webp.subarray(8, 12))], [200, "WEBP"]);
  const length = new DataView(webp.buffer).getUint32(4, true) + 8;
  assertEquals(webp.length, length, `${path}: the thumbnail is torn`);
}

/**
 * Reads as a client would while others write: one search, one image.
 *
 * @param options What it asks for is drawn from `source`.
 */
export async function readSomething(
  { api, world, source }: { api: Api; world: World; source: Random },
): Promise<void> {
  const collection = world.collections[source.below(world.collections.length)];
  await searchByPicture(collection, { api, world, picture: source.below(world.pictures.length) });
  const [ledger] = Object.values(collection.writers);
  const ids = Object.keys(ledger.acknowledged);
  if (ids.length === 0) return;
  const id = ids[source.below(ids.length)];
  const path = `/v1/collections/${collection.name}/items/${encodeURIComponent(id)}`;
  await readImages(path, { api, world });
}

/**
 * All items of a collection, and the encoder that their vectors are of.
 *
 * @param name The collection.
 * @param api What is asked.
 * @returns The collection as it was before and after, and its items in the order of a list.
 */
export async function listItems(
  name: string,
  api: Api,
): Promise<{ model: string; count: number; items: FoundItem[] }> {
  for (;;) {
    const { model, count } = await api.ok("GET", `/v1/collections/${name}`);
    const items: FoundItem[] = [];
    for (let after = ""; after !== null;) {
      const page = await api.ok(
        "GET",
        `/v1/collections/${name}/items?limit=1000&vectors=true${after && `&after=${after}`}`,
      );
      items.push(...page.data);
      after = page.next;
    }
    const now = await api.ok("GET", `/v1/collections/${name}`);
    if (now.model === model) return { model, count, items }; // else it was switched meanwhile
  }
}

/**
 * What is expected of items as they were found.
 *
 * @param items The items of one writer.
 * @returns Facts by id.
 */
export function factsOf(items: FoundItem[]): Items {
  return Object.fromEntries(
    items.map(({ id, label, metadata: { picture, note } }) => [id, { picture, label, note }]),
  );
}

/**
 * What is wrong with an item by itself: its vector is not its picture's, or its image is another.
 *
 * @param item The item.
 * @param options The pictures, and the encoder that made its vector.
 * @returns A sentence, or null.
 */
export function faultOf(
  { id, vector, metadata, image }: FoundItem,
  { world, model }: { world: World; model: string },
): string | null {
  const picture = world.pictures[metadata.picture];
  const expected = vectorBy(picture, model);
  if (image?.sha256 !== picture.sha256) return `${id} has the image of another item`;
  const isRight = vector.length === expected.length &&
    vector.every((value, at) => Math.abs(value - expected[at]) < TOLERANCE);
  return isRight ? null : `the vector of ${id} is not what ${model} makes of its image`;
}

function dot(left: ArrayLike<number>, right: Float32Array): number {
  return right.reduce((sum, value, at) => sum + value * left[at], 0);
}
