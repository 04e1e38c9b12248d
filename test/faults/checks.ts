import { assertAlmostEquals } from "@std/assert";
import type { Random } from "../../src/random.ts";
import { describeLoss, type Ledger, settle } from "./ledger.ts";
import { factsOf, faultOf, listItems, readImages, searchByPicture } from "./readers.ts";
import {
  type Api,
  type ItemFacts,
  type Items,
  vectorBy,
  type World,
  type WrittenCollection,
} from "./world.ts";

/** Images that are read of each collection, unless all are. */
const SAMPLE = 6;

/** What is asked, what must be there, and how much is looked at. */
export interface CheckOptions {
  api: Api;
  world: World;
  source: Random;
  /** Whether every image is read. */
  thorough: boolean;
}

/** What became of writes that were in flight at the crash. */
export interface Settled {
  kept: number;
  lost: number;
}

/**
 * Compares all that the service has with what it must have, notes what differs in the world's
 * problems, and settles which of the writes in flight were kept.
 *
 * @param options What is asked and compared.
 * @returns What became of the writes in flight.
 */
export async function checkAll(options: CheckOptions): Promise<Settled> {
  const { api, world } = options;
  const settled: Settled = { kept: 0, lost: 0 };
  const check = <T>(what: string, ledger: Ledger<T>, found: T): void => {
    const inFlight = ledger.inFlight !== undefined;
    const outcome = settle(ledger, found);
    if (outcome === "neither") {
      world.problems.push(`${what} is not as it was written: ${describeLoss(ledger, found)}`);
    } else if (outcome === "in flight") settled.kept++;
    else if (inFlight) settled.lost++;
  };

  const { data } = await api.ok("GET", "/v1/aliases");
  for (const [alias, ledger] of Object.entries(world.aliases)) {
    const found = data.find((one: { alias: string }) => one.alias === alias)?.model ?? null;
    check(`alias ${alias}`, ledger, found);
  }
  const scratch = await api.send("GET", "/v1/collections/scratch");
  check("scratch", world.scratch, scratch.status === 404 ? null : scratch.body.count);
  for (const collection of world.collections) {
    await checkItems(collection, { ...options, check });
    await checkWay(collection, options);
  }
  await checkEmbeddings(options);
  return settled;
}

/** Every item is there with its label, metadata and vector; some images; search finds. */
async function checkItems(
  collection: WrittenCollection,
  { api, world, source, thorough, check }: CheckOptions & {
    check(what: string, ledger: Ledger<Items>, found: Items): void;
  },
): Promise<void> {
  const { name, writers } = collection;
  const { model, count, items } = await listItems(name, api);
  if (count !== items.length) world.problems.push(`${name} counts ${count} of ${items.length}`);
  for (const item of items) {
    const fault = faultOf(item, { world, model });
    if (fault !== null) world.problems.push(`${name}: ${fault}`);
  }
  for (const [key, ledger] of Object.entries(writers)) {
    const own = items.filter(({ id }) => id.startsWith(`${key}/`));
    check(`${name}/${key}`, ledger, factsOf(own));
  }
  if (items.length === 0) return;
  const sample = thorough
    ? items
    : Array.from({ length: SAMPLE }, () => items[source.below(items.length)]);
  for (const { id, metadata: { picture } } of sample) {
    const path = `/v1/collections/${name}/items/${encodeURIComponent(id)}`;
    await readImages(path, { api, world, picture });
  }
  for (const { metadata: { picture } } of sample.slice(0, SAMPLE)) {
    await searchByPicture(collection, { api, world, picture });
    const image = world.pictures[picture].base64;
    const { data } = await api.ok("POST", `/v1/collections/${name}/search`, { image, k: 1 });
    const [hit]: { score: number; metadata: ItemFacts }[] = data;
    if (!(hit?.score > 1 - 1e-4)) world.problems.push(`${name} does not find picture ${picture}`);
  }
}

/** The collection is with the encoder, or on the way to it, as it was told. */
async function checkWay(collection: WrittenCollection, { api, world }: CheckOptions) {
  const { name, way, index: kind } = collection;
  const { model, reembedding, index } = await api.ok("GET", `/v1/collections/${name}`);
  const stays = model === way.from && reembedding === null;
  const goes = model === way.from && reembedding?.model === way.to &&
    reembedding.status === "running";
  const came = model === way.to && reembedding === null;
  const isRight = way.to === null ? stays : way.sure ? goes || came : stays || goes || came;
  if (!isRight || index !== kind) {
    const found = JSON.stringify({ model, reembedding, index });
    world.problems.push(`${name} is ${found}, told ${JSON.stringify(way)}`);
  } else if (came) collection.way = { from: model, to: null, sure: true };
  else collection.way = { from: model, to: reembedding?.model ?? null, sure: true };
}

/** What aliases and versions answer with. */
async function checkEmbeddings({ api, world, source }: CheckOptions): Promise<void> {
  const picture = world.pictures[source.below(world.pictures.length)];
  const aliases = Object.entries(world.aliases).flatMap(([alias, { acknowledged }]) =>
    acknowledged === null ? [] : [[alias, acknowledged]]
  );
  for (const [name, model] of [["tiny", "tiny@2"], ...aliases]) {
    const answer = await api.ok("POST", "/v1/embeddings", { model: name, input: picture.base64 });
    const [{ embedding }] = answer.data;
    vectorBy(picture, model).forEach((value, at) => assertAlmostEquals(embedding[at], value, 1e-4));
  }
}
