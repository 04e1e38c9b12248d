import { assert, assertEquals } from "@std/assert";
import { picture64 } from "../pictures.ts";
import { startService, type TestService } from "../service.ts";
import { addColours, COLOURS } from "./colours.ts";

const ITEMS = "/v1/collections/pictures/items";
const addressOf = (id: string) => `${ITEMS}/${encodeURIComponent(id)}`;

Deno.test("items: as they were sent, with the vector of their image", async () => {
  await using service = await startService();
  assertEquals((await addColours(service)).body, {
    object: "collection.upserted",
    inserted: 4,
    updated: 0,
  });
  const { body } = await service.json("GET", `${ITEMS}/red`);
  assertEquals(body, {
    object: "collection.item",
    id: "red",
    label: "warm",
    metadata: { length: 3, of: { which: "colours" } },
    image: { type: "image/png", bytes: body.image.bytes, sha256: body.image.sha256 },
    has_thumbnail: true,
    vector: [1, 0, 0],
    created_at: body.created_at,
    updated_at: body.updated_at,
  });
});

Deno.test("items: an id may be any text, in an address too", async () => {
  await using service = await startService();
  const ids = [
    ...Object.keys(COLOURS),
    "train/cat/0001.jpg",
    "100%",
    "%2F",
    "%",
    "a+b&c=d?e#f",
    "../up",
    "a/../b",
    "...",
    "image",
    "x/image",
    "delete",
    "😀/ß",
    " ",
    '"\\',
  ];
  const items = ids.map((id) => ({ id, vector: [1, 2] }));
  for (let from = 0; from < items.length; from += 8) { // as many as one request takes
    const body = { items: items.slice(from, from + 8) };
    assertEquals((await service.json("PUT", ITEMS, body)).status, 200);
  }
  for (const id of ids) {
    assertEquals((await service.json("GET", addressOf(id))).body.id, id);
    assertEquals((await service.json("PATCH", addressOf(id), { label: "x" })).body.id, id);
    assertEquals((await service.json("DELETE", addressOf(id))).body, {
      object: "collection.item.deleted",
      id,
      deleted: true,
    });
    assertEquals((await service.json("DELETE", addressOf(id))).status, 404);
  }
});

Deno.test("items: the same id is replaced, images and vectors go together", async () => {
  await using service = await startService();
  await addColours(service);
  const { status, body } = await service.json("PUT", ITEMS, {
    items: [
      { id: "red", vector: [0, 2, 0], metadata: { now: "green" } },
      { id: "new", image: await picture64([0, 0, 9]), label: null }, // the collection's model embeds it
    ],
  });
  assertEquals([status, body.inserted, body.updated], [200, 1, 1]);
  const { body: red } = await service.json("GET", `${ITEMS}/red`);
  assertEquals([red.vector, red.metadata, red.label], [[0, 1, 0], { now: "green" }, null]);
  assertEquals([red.image, red.has_thumbnail], [null, false]);
  const { body: made } = await service.json("GET", `${ITEMS}/new`);
  assertEquals([made.vector, made.label, made.metadata], [[0, 0, 1], null, {}]);
});

Deno.test("items: embedding images says how long it took, vectors take none", async () => {
  await using service = await startService();
  const timing = async (items: unknown) => {
    const response = await service.ask(ITEMS, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model: "colours", items }),
    });
    await response.body?.cancel();
    return response.headers.get("Server-Timing") ?? "";
  };
  const image = await picture64([1, 2, 3]);
  assert(/^decode;dur=[\d.]+, queue;dur=[\d.]+, inference;dur=[\d.]+$/.test(
    await timing([{ id: "a", image }]),
  ));
  assertEquals(await timing([{ id: "b", vector: [1, 2, 3] }]), "");
});

Deno.test("items: a label and metadata change, the rest stays", async () => {
  await using service = await startService();
  await addColours(service);
  const { body: before } = await service.json("GET", `${ITEMS}/red`);
  const patch = { label: "hot", metadata: { length: null, of: { hex: "f00" }, list: [1] } };
  const { body } = await service.json("PATCH", `${ITEMS}/red`, patch);
  const metadata = { of: { which: "colours", hex: "f00" }, list: [1] };
  assertEquals(body, { ...before, label: "hot", metadata, updated_at: body.updated_at });
  assertEquals((await service.json("GET", `${ITEMS}/red`)).body, body);
  const { body: bare } = await service.json("PATCH", `${ITEMS}/red`, { label: null });
  assertEquals([bare.label, bare.metadata], [null, metadata]);
  for (const wrong of [{}, { label: "" }, { label: 3 }, { metadata: [] }, { vector: [1] }]) {
    assertEquals((await service.json("PATCH", `${ITEMS}/red`, wrong)).status, 400);
  }
  assertEquals((await service.json("PATCH", `${ITEMS}/none`, { label: "x" })).status, 404);
});

Deno.test("items: many are deleted at once", async () => {
  await using service = await startService();
  await addColours(service);
  const { body } = await service.json("POST", `${ITEMS}/delete`, { ids: ["red", "grün", "none"] });
  assertEquals(body, { object: "collection.items.deleted", deleted: 2 });
  assertEquals((await list(service)).ids, ["dark red", "shades/of/blue #1"]);
  const none = await service.json("POST", "/v1/collections/none/items/delete", { ids: ["a"] });
  assertEquals([none.status, none.body.error.param], [404, "name"]);
});

/** All pages of a list, one after another; `between` runs after each. */
async function list(
  { json }: TestService,
  query = "limit=2",
  between: () => Promise<unknown> = () => Promise.resolve(),
) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let after = "";
  do {
    const { body } = await json("GET", `${ITEMS}?${query}${after}`);
    sizes.push(body.data.length);
    ids.push(...body.data.map(({ id }: { id: string }) => id));
    after = body.next === null ? "" : `&after=${encodeURIComponent(body.next)}`;
    await between();
  } while (after !== "");
  return { ids, sizes };
}

Deno.test("items: listed in the order in which they came, by page and by label", async () => {
  await using service = await startService();
  await addColours(service);
  const { ids } = await list(service, "limit=3");
  assertEquals(ids, Object.keys(COLOURS));
  assertEquals((await list(service, "limit=1&label=warm")).ids, ["red", "dark red"]);
  assertEquals((await list(service, "label=none")).ids, []);
  const { body: plain } = await service.json("GET", `${ITEMS}?limit=1`);
  assertEquals("vector" in plain.data[0], false);
  const { body } = await service.json("GET", `${ITEMS}?limit=1&vectors=true`);
  assertEquals(body.data[0].vector, [1, 0, 0]);
});

Deno.test("items: who pages sees each item once, whatever is written meanwhile", async () => {
  await using service = await startService();
  const add = (from: number, count: number) => {
    const items = Array.from({ length: count }, (_, at) => ({
      id: `item ${from + at}`,
      vector: [1, from + at],
    }));
    return service.json("PUT", ITEMS, { items });
  };
  for (let from = 0; from < 24; from += 8) await add(from, 8);
  let turn = 0;
  const { ids } = await list(service, "limit=5", async () => {
    turn++;
    if (turn > 4) return;
    await add(5, 4); // written again: they neither come back nor are missed
    await service.json("DELETE", addressOf(`item ${turn}`)); // seen already
    await service.json("DELETE", addressOf(`item ${23 - turn}`)); // not seen yet
    await add(100 + turn, 1);
  });
  assertEquals(new Set(ids).size, ids.length);
  const untouched = Array.from({ length: 24 }, (_, at) => `item ${at}`)
    .filter((_, at) => at < 19 || at === 23);
  assertEquals(untouched.filter((id) => !ids.includes(id)), []);
});

Deno.test("items: a page with vectors is no longer than what one answer may hold", async () => {
  await using service = await startService({
    limits: { maxBodyBytes: 4e6, maxBodiesBytes: 8e6, maxResults: 1000 },
  });
  const vector = Array(16_384).fill(1);
  for (let from = 0; from < 66; from += 6) {
    const items = Array.from({ length: 6 }, (_, at) => ({ id: `${from + at}`, vector }));
    assertEquals((await service.json("PUT", ITEMS, { items })).status, 200);
  }
  assertEquals((await list(service, "limit=1000&vectors=true")).sizes, [64, 2]);
  assertEquals((await list(service, "limit=1000")).sizes, [66]);
});

Deno.test("items: what is wrong in an address is refused", async () => {
  await using service = await startService();
  await addColours(service);
  for (
    const query of [
      "limit=0",
      "limit=101",
      "limit=1.5",
      "limit=0x1",
      "limit=",
      "limit=1&limit=2",
      "after=",
      "after=nonsense",
      "label=",
      "vectors=1",
      "size=3",
    ]
  ) {
    const { status, body } = await service.json("GET", `${ITEMS}?${query}`);
    assertEquals([status, body.error?.param], [400, query.split("=")[0]], query);
  }
  for (const id of ["%00", "%7F", "x".repeat(513)]) {
    assertEquals((await service.json("GET", `${ITEMS}/${id}`)).status, 400, id);
  }
});

Deno.test("items: what is wrong is refused by the name of its field, and nothing is kept", async () => {
  await using service = await startService({ limits: { maxImages: 3, maxResults: 5 } });
  const { json } = service;
  const red = { id: "red", vector: [1, 0, 0] };
  await json("PUT", "/v1/collections/c/items", { model: "colours@1", items: [red] });
  const image = await picture64([1, 2, 3]);
  const good = { id: "good", vector: [1, 1, 1] };
  let deep: unknown = {};
  for (let level = 0; level < 1000; level++) deep = { deep };

  const upserts: [body: unknown, status: number, param: string | null][] = [
    [{ items: [good, { id: "a", vector: [1, 2] }] }, 400, "items[1].vector"],
    [{ items: [good, { id: "a", vector: [0, 0, 0] }] }, 400, "items[1].vector"],
    [{ items: [good, { id: "a", vector: [1, null, 0] }] }, 400, "items[1].vector[1]"],
    [{ items: [good, { id: "a", vector: [1, 1e300, 0] }] }, 400, "items[1].vector[1]"],
    [{ items: [good, { id: "a", vector: [] }] }, 400, "items[1].vector"],
    [{ items: [good, { id: "a", vector: "1,2" }] }, 400, "items[1].vector"],
    [{ items: [good, { id: "a" }] }, 400, "items[1]"],
    [{ items: [good, { id: "a", vector: [1, 0, 0], image }] }, 400, "items[1]"],
    [{ items: [good, { id: "a", image: "%" }] }, 400, "items[1].image"],
    [{ items: [good, { id: "a", image: btoa("no image") }] }, 400, "items[1].image"],
    [{ items: [good, { id: "a", image: "https://example.org/a.png" }] }, 400, "items[1].image"],
    [{ items: [good, { id: "", vector: [1, 0, 0] }] }, 400, "items[1].id"],
    [{ items: [good, { id: "..", vector: [1, 0, 0] }] }, 400, "items[1].id"],
    [{ items: [good, { id: "a\n", vector: [1, 0, 0] }] }, 400, "items[1].id"],
    [{ items: [good, { id: "\ud800", vector: [1, 0, 0] }] }, 400, "items[1].id"],
    [{ items: [good, good] }, 400, "items[1].id"],
    [{ items: [good, { ...good, id: "a", metadata: [] }] }, 400, "items[1].metadata"],
    [{ items: [good, { ...good, id: "a", metadata: null }] }, 400, "items[1].metadata"],
    [{ items: [good, { ...good, id: "a", metadata: deep }] }, 400, "items[1].metadata"],
    [
      { items: [good, { ...good, id: "a", metadata: { a: "x".repeat(70_000) } }] },
      400,
      "items[1].metadata",
    ],
    [{ items: [good, { ...good, id: "a", label: 1 }] }, 400, "items[1].label"],
    [{ items: [good, { ...good, id: "a", label: "" }] }, 400, "items[1].label"],
    [{ items: [good, { ...good, id: "a", label: "x".repeat(257) }] }, 400, "items[1].label"],
    [{ items: [good, { ...good, id: "a", tags: [] }] }, 400, "items[1].tags"],
    [{ items: [] }, 400, "items"],
    [{ items: Array(4).fill(good) }, 400, "items"],
    [{ model: "colours@2", items: [good] }, 409, "model"],
    [{ model: "dogs", items: [good] }, 404, "model"],
  ];
  for (const [body, status, param] of upserts) {
    const answer = await json("PUT", "/v1/collections/c/items", body);
    const said = JSON.stringify(body).slice(0, 200);
    assertEquals([answer.status, answer.body.error?.param], [status, param], said);
  }
  assertEquals((await json("GET", "/v1/collections/c")).body.count, 1);
  const first = await json("PUT", "/v1/collections/new/items", { items: [{ id: "a", image }] });
  assertEquals(first.body.error.param, "model");
  const endless = '{"items":[{"id":"a","vector":[1,0,0],"metadata":{"a":[1e999]}}]}';
  const answer = await service.ask("/v1/collections/c/items", {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: endless,
  });
  assertEquals((await answer.json()).error.param, "items[0].metadata");
});

Deno.test("items: metadata keeps every name, __proto__ too", async () => {
  await using service = await startService();
  const metadata = JSON.parse('{"__proto__":{"a":1},"constructor":2}');
  const text = `{"items":[{"id":"a","vector":[1],"metadata":${JSON.stringify(metadata)}}]}`;
  const put = await service.ask(ITEMS, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: text,
  });
  assertEquals((await put.json()).inserted, 1);
  const answer = await service.ask(`${ITEMS}/a`);
  assert((await answer.text()).includes(JSON.stringify(metadata)));
});
