import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { createMeanColourRunner } from "../../embed/mean_colour_runner.ts";
import { picture64 } from "../pictures.ts";
import { startService, type TestService } from "../service.ts";
import { addColours } from "./colours.ts";

await startTensorFlow({ device: "cpu" }); // search runs on it

const SEARCH = "/v1/collections/pictures/search";

const ids = (hits: { data: { id: string }[] }) => hits.data.map(({ id }) => id);

/** The ids that a search finds. */
async function found({ json }: TestService, body: unknown, address = SEARCH): Promise<string[]> {
  const answer = await json("POST", address, body);
  assertEquals(answer.status, 200, JSON.stringify(answer.body));
  return ids(answer.body);
}

Deno.test("search: by image, by vector and by item, the most similar first", async () => {
  await using service = await startService();
  await addColours(service);
  const { body } = await service.json("POST", SEARCH, {
    image: await picture64([250, 0, 1]),
    k: 2,
  });
  assertEquals(ids(body), ["red", "dark red"]);
  assertAlmostEquals(body.data[0].score, 1, 1e-4);
  assertEquals(body.data[0], {
    object: "collection.hit",
    id: "red",
    score: body.data[0].score,
    label: "warm",
    metadata: { length: 3, of: { which: "colours" } },
  });
  const byVector = await found(service, { vector: [0, 0, 0.001] });
  assertEquals([byVector.length, byVector[0]], [4, "shades/of/blue #1"]);
  const byItem = await found(service, { id: "red" });
  assertEquals([byItem.length, byItem[0]], [3, "dark red"]); // it does not find itself
});

Deno.test("search: by the mean of images, vectors and items", async () => {
  await using service = await startService();
  await addColours(service);
  const mean = [{ id: "red" }, { image: await picture64([0, 0, 17]) }, { vector: [9, 0, 0] }];
  const { body } = await service.json("POST", SEARCH, { mean });
  assertEquals(ids(body), ["dark red", "shades/of/blue #1", "grün"]); // red is asked about
  assertAlmostEquals(body.data[1].score, 1 / Math.sqrt(5), 1e-6); // of (2, 0, 1): lengths do not count
  const opposite = { mean: [{ vector: [1, 0, 0] }, { vector: [-1, 0, 0] }] };
  const { status, body: none } = await service.json("POST", SEARCH, opposite);
  assertEquals([status, none.error.param], [400, "mean"]);
});

Deno.test("search: what is excluded, filtered out or below the threshold does not come", async () => {
  await using service = await startService();
  await addColours(service);
  const vector = [1, 0, 0.01];
  assertEquals(await found(service, { vector, exclude: ["red", "none"], k: 1 }), ["dark red"]);
  assertEquals(await found(service, { vector, threshold: 0.5 }), ["red", "dark red"]);
  const cold = { field: "label", eq: "cold" };
  assertEquals(await found(service, { vector, filter: cold, k: 1 }), ["shades/of/blue #1"]);
  const long = { field: "metadata.length", gt: 4 };
  assertEquals(await found(service, { vector, filter: { and: [long, { not: cold }] } }), [
    "dark red",
  ]);
  const either = { or: [long, { field: "id", in: ["red"] }] };
  assertEquals(await found(service, { vector, filter: either }), [
    "red",
    "dark red",
    "shades/of/blue #1",
  ]);
  assertEquals(
    await found(service, { vector, filter: { field: "metadata.none", exists: true } }),
    [],
  );
});

Deno.test("search: by dot product and by distance, where the collection says so", async () => {
  await using service = await startService();
  const items = [
    { id: "near", vector: [1, 1] },
    { id: "far", vector: [10, 0] },
    { id: "zero", vector: [0, 0] },
  ];
  for (const metric of ["dot", "euclidean"]) {
    await service.json("POST", "/v1/collections", { name: metric, dimension: 2, metric });
    const put = await service.json("PUT", `/v1/collections/${metric}/items`, { items });
    assertEquals(put.body.inserted, 3);
  }
  const hits = async (metric: string, body: unknown) => {
    const answer = await service.json("POST", `/v1/collections/${metric}/search`, body);
    return answer.body.data.map(({ id, score }: { id: string; score: number }) => [id, score]);
  };
  const vector = [1, 0];
  assertEquals(await hits("dot", { vector }), [["far", 10], ["near", 1], ["zero", 0]]);
  assertEquals(await hits("euclidean", { vector }), [["near", 1], ["zero", 1], ["far", 9]]);
  assertEquals(await hits("euclidean", { vector, threshold: 2 }), [["near", 1], ["zero", 1]]);
  const mean = [{ vector: [16, 0] }, { id: "zero" }]; // (8, 0), not of length 1
  assertEquals(await hits("euclidean", { mean, k: 1 }), [["far", 2]]);
});

Deno.test("search: every vector is compared on request, also where there is a graph", async () => {
  await using service = await startService();
  await addColours(service);
  await service.json("PATCH", "/v1/collections/pictures", { index: "hnsw" });
  for (const exact of [true, false]) {
    assertEquals(await found(service, { vector: [0, 3, 1], k: 2, exact }), [
      "grün",
      "shades/of/blue #1",
    ]);
  }
});

Deno.test("search: many at once, their images embedded together", async () => {
  const runner = createMeanColourRunner();
  await using service = await startService({
    createRunner: () => runner,
    engine: { maxWaitMs: 100 }, // a batch waits for all that come together
  });
  await addColours(service);
  runner.batches.length = 0;
  const searches = [
    { image: await picture64([0, 0, 9]), k: 1 },
    { id: "red", k: 2 },
    { mean: [{ image: await picture64([0, 9, 0]) }, { image: await picture64([9, 9, 0]) }], k: 1 },
    { vector: [1, 0, 0], k: 2, filter: { field: "label", eq: "cold" } },
    { vector: [0, 1, 0], k: 1 },
  ];
  const response = await service.ask(`${SEARCH}/batch`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ searches }),
  });
  const body = await response.json();
  assertEquals(runner.batches.length, 1);
  assert(response.headers.get("Server-Timing")?.startsWith("decode;dur="));
  assertEquals(body.data.map(ids), [
    ["shades/of/blue #1"],
    ["dark red", "grün"],
    ["grün"],
    ["grün", "shades/of/blue #1"],
    ["grün"],
  ]);
  for (const [at, search] of searches.entries()) { // the same as one by one
    assertEquals((await service.json("POST", SEARCH, search)).body, body.data[at]);
  }
});

Deno.test("search: what is wrong is refused by the name of its field", async () => {
  await using service = await startService({ limits: { maxImages: 3, maxResults: 5 } });
  const { json } = service;
  await json("PUT", "/v1/collections/c/items", {
    model: "colours@1",
    items: [{ id: "red", vector: [1, 0, 0] }],
  });
  await json("PUT", "/v1/collections/plain/items", { items: [{ id: "x", vector: [1, 0] }] });
  const image = await picture64([1, 2, 3]);
  const red = { id: "red" };
  const searches: [
    name: string,
    body: Record<string, unknown>,
    status: number,
    param: string | null,
  ][] = [
    ["c", {}, 400, null],
    ["c", { image, id: "red" }, 400, null],
    ["c", { mean: [red], id: "red" }, 400, null],
    ["c", { vector: [1, 2] }, 400, "vector"],
    ["c", { vector: [0, 0, 0] }, 400, "vector"],
    ["c", { vector: [1, "0", 0] }, 400, "vector[1]"],
    ["c", { id: "none" }, 404, "id"],
    ["c", { image: btoa("no image") }, 400, "image"],
    ["c", { mean: [] }, 400, "mean"],
    ["c", { mean: [red, red, red, red] }, 400, "mean"],
    ["c", { mean: [red, {}] }, 400, "mean[1]"],
    ["c", { mean: [red, { ...red, image }] }, 400, "mean[1]"],
    ["c", { mean: [red, { id: "none" }] }, 404, "mean[1].id"],
    ["c", { mean: [red, { vector: [1] }] }, 400, "mean[1].vector"],
    ["c", { mean: [red, { image: btoa("no image") }] }, 400, "mean[1].image"],
    ["c", { ...red, k: 0 }, 400, "k"],
    ["c", { ...red, k: 6 }, 400, "k"],
    ["c", { ...red, k: 1.5 }, 400, "k"],
    ["c", { ...red, exclude: Array(6).fill("a") }, 400, "exclude"],
    ["c", { ...red, threshold: "high" }, 400, "threshold"],
    ["c", { ...red, exact: 1 }, 400, "exact"],
    ["c", { ...red, ef: 100 }, 400, "ef"],
    ["c", { ...red, filter: { field: "size", eq: 1 } }, 400, "filter.field"],
    ["none", red, 404, "name"],
    ["plain", { image }, 400, "image"],
  ];
  for (const [name, body, status, param] of searches) {
    const one = await json("POST", `/v1/collections/${name}/search`, body);
    assertEquals([one.status, one.body.error?.param], [status, param], JSON.stringify(body));
    const batch = { searches: [{ vector: name === "c" ? [1, 0, 0] : [1, 0] }, body] };
    const many = await json("POST", `/v1/collections/${name}/search/batch`, batch);
    const inBatch = param === "name" ? param : `searches[1]${param === null ? "" : `.${param}`}`;
    assertEquals([many.status, many.body.error?.param], [status, inBatch], JSON.stringify(body));
  }
  for (
    const searches of [[], Array(4).fill(red), [{ mean: [red, red] }, { mean: [red, red] }]]
  ) {
    const { status, body } = await json("POST", "/v1/collections/c/search/batch", { searches });
    assertEquals([status, body.error?.param], [400, "searches"]);
  }
});

Deno.test("search: answers by the encoder of the collection, also while that is switched", async () => {
  await using service = await startService();
  await addColours(service);
  const { collections } = service;
  const { search } = collections;
  let searched = 0;
  collections.search = async (name, request) => {
    if (searched++ > 0) return await search(name, request);
    // As if the collection had come to another encoder in the middle of the search.
    await collections.drop("pictures");
    await collections.upsert("pictures", {
      encoder: "colours@1",
      items: [{ id: "after", vector: Float32Array.of(1, 0, 0) }],
    });
    return [[]];
  };
  const image = await picture64([255, 0, 0]);
  assertEquals(await found(service, { image }), ["after"]);
  assertEquals(searched, 2);
});
