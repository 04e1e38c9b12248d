import { assert, assertEquals } from "@std/assert";
import type { Random } from "../../src/random.ts";
import { type Ledger, write } from "./ledger.ts";
import { type Api, type Items, otherThan, type World, type WrittenCollection } from "./world.ts";

/** Ids of a writer: so few that most writes replace. */
const SLOTS = 100;
/** Items of a batch at most. */
const BATCH = 8;

/** What a writer is given. */
export interface WriterOptions {
  api: Api;
  world: World;
  source: Random;
}

/**
 * Makes one write to the items of a collection: a batch that is new or replaces, a patch, or a removal.
 *
 * @param collection Where.
 * @param key Which of its writers it is.
 * @param options What it is given.
 */
export async function writeItems(
  collection: WrittenCollection,
  key: string,
  { api, world, source }: WriterOptions,
): Promise<void> {
  const ledger = collection.writers[key];
  const path = `/v1/collections/${collection.name}/items`;
  const items = { ...ledger.acknowledged };
  const ids = Object.keys(items);
  const kind = source.next();
  if (ids.length === 0 || kind < 0.6) {
    const batch = newItems(key, { world, source });
    const inserted = Object.keys(batch).filter((id) => !(id in items)).length;
    const sent = Object.entries(batch).map(([id, { picture, label, note }]) => ({
      id,
      image: world.pictures[picture].base64,
      label,
      metadata: { picture, note },
    }));
    await write(ledger, { ...items, ...batch }, async () => {
      const counts = await api.ok("PUT", path, { items: sent });
      assertEquals([counts.inserted, counts.updated], [inserted, sent.length - inserted]);
    });
  } else if (kind < 0.75) {
    const id = ids[source.below(ids.length)];
    const changed = { ...items[id], label: anyLabel(source), note: source.below(1e6) };
    const { label, note } = changed;
    await write(
      ledger,
      { ...items, [id]: changed },
      () => api.ok("PATCH", `${path}/${encodeURIComponent(id)}`, { label, metadata: { note } }),
    );
  } else if (kind < 0.85) {
    const id = ids[source.below(ids.length)];
    await write(
      ledger,
      without(items, [id]),
      () => api.ok("DELETE", `${path}/${encodeURIComponent(id)}`),
    );
  } else {
    const gone = ids.filter(() => source.next() < BATCH / SLOTS);
    gone.push(...gone.length === 0 ? [ids[0]] : []);
    await write(ledger, without(items, gone), async () => {
      const { deleted } = await api.ok("POST", `${path}/delete`, { ids: gone });
      assertEquals(deleted, gone.length);
    });
  }
}

function newItems(key: string, { world, source }: Pick<WriterOptions, "world" | "source">): Items {
  const batch: Items = {};
  for (let left = 1 + source.below(BATCH); left > 0; left--) {
    batch[`${key}/${source.below(SLOTS)}`] = {
      picture: source.below(world.pictures.length),
      label: anyLabel(source),
      note: source.below(1e6),
    };
  }
  return batch;
}

function anyLabel(source: Random): string | null {
  return [null, "red", "green", "blue"][source.below(4)];
}

function without(items: Items, ids: string[]): Items {
  return Object.fromEntries(Object.entries(items).filter(([id]) => !ids.includes(id)));
}

/**
 * Points an alias to the other version, or now and then removes it.
 *
 * @param alias Which one.
 * @param options What it is given.
 */
export async function switchAlias(
  alias: string,
  { api, world, source }: WriterOptions,
): Promise<void> {
  const ledger = world.aliases[alias];
  const path = `/v1/aliases/${alias}`;
  if (ledger.acknowledged !== null && source.next() < 0.2) {
    return await write(ledger, null, () => api.ok("DELETE", path));
  }
  const model = otherThan(ledger.acknowledged);
  await write(ledger, model, async () => {
    assertEquals((await api.ok("PUT", path, { model })).model, model);
  });
}

/**
 * Sends a collection to the other encoder where it stands still, or else now and then calls it back.
 *
 * @param collection Which one.
 * @param options What it is given.
 */
export async function switchEncoder(
  collection: WrittenCollection,
  { api, source }: WriterOptions,
): Promise<void> {
  const path = `/v1/collections/${collection.name}`;
  const { model, reembedding } = await api.ok("GET", path);
  if (reembedding === null) {
    collection.way = { from: model, to: otherThan(model), sure: false };
    await api.ok("PUT", `${path}/reembedding`, { model: otherThan(model) });
    collection.way.sure = true;
  } else if (source.next() < 0.1) {
    assertEquals(reembedding.status, "running", reembedding.error);
    collection.way.sure = false;
    const { model, reembedding: way } = await api.ok("DELETE", `${path}/reembedding`);
    assert(way === null);
    collection.way = { from: model, to: null, sure: true };
  } else {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Makes a collection by its first items, adds to it, or drops it.
 *
 * @param options What it is given.
 */
export async function makeOrDrop({ api, world, source }: WriterOptions): Promise<void> {
  const ledger: Ledger<number | null> = world.scratch;
  const path = "/v1/collections/scratch";
  const count = ledger.acknowledged ?? 0;
  if (count > 20) return await write(ledger, null, () => api.ok("DELETE", path));
  const items = Array.from({ length: 1 + source.below(BATCH) }, (_, at) => ({
    id: `${count + at}`,
    image: world.pictures[source.below(world.pictures.length)].base64,
  }));
  await write(ledger, count + items.length, () =>
    api.ok("PUT", `${path}/items`, {
      ...ledger.acknowledged === null ? { model: "tiny@1" } : {},
      items,
    }));
}
