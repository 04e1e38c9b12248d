import { assert, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { startService, type TestService } from "../service.ts";

await startTensorFlow({ device: "cpu" }); // neighbours are searched for on it

const DUPLICATES = "/v1/collections/c/duplicates";

/** Items on the unit circle, by degrees. */
async function addAngles({ json }: TestService, angles: Record<string, number>) {
  const items = Object.entries(angles).map(([id, degrees]) => ({
    id,
    vector: [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)],
  }));
  assertEquals((await json("PUT", "/v1/collections/c/items", { items })).status, 200);
}

/** The pairs of all pages, sorted. */
async function pairs({ json }: TestService, query: string): Promise<string[]> {
  const found: string[] = [];
  for (let after = "";;) {
    const { status, body } = await json("GET", `${DUPLICATES}?${query}${after}`);
    assertEquals(status, 200, JSON.stringify(body));
    found.push(...body.data.map(({ ids }: { ids: string[] }) => ids.join("+")));
    if (body.next === null) return found.sort();
    after = `&after=${encodeURIComponent(body.next)}`;
  }
}

Deno.test("duplicates: each pair once, the earlier item first, over pages of any size", async () => {
  await using service = await startService();
  await addAngles(service, { a: 0, b: 90, c: 5, d: 180, e: 95, f: 2 });
  for (const limit of [1, 2, 5, 100]) {
    assertEquals(await pairs(service, `limit=${limit}`), ["a+c", "a+f", "b+e", "c+f"], `${limit}`);
    assertEquals(await pairs(service, `limit=${limit}&threshold=0.999`), ["a+f"]);
  }
  const { body } = await service.json("GET", `${DUPLICATES}?threshold=0.999`);
  const [{ object, score }] = body.data;
  assertEquals([object, Math.abs(score - Math.cos(2 * Math.PI / 180)) < 1e-6], [
    "collection.duplicate",
    true,
  ]);
});

Deno.test("duplicates: where the metric is not cosine the threshold must be said", async () => {
  await using service = await startService();
  await service.json("POST", "/v1/collections", { name: "c", dimension: 2, metric: "euclidean" });
  await addAngles(service, { a: 0, b: 60, c: 61 });
  const { status, body } = await service.json("GET", DUPLICATES);
  assertEquals([status, body.error.param], [400, "threshold"]);
  assertEquals(await pairs(service, "threshold=0.1"), ["b+c"]);
});

Deno.test("duplicates: what is wrong in the address is refused", async () => {
  await using service = await startService();
  await addAngles(service, { a: 0 });
  for (const query of ["threshold=high", "threshold=", "limit=0", "limit=101", "after=nonsense"]) {
    const { status, body } = await service.json("GET", `${DUPLICATES}?${query}`);
    assertEquals([status, body.error?.param], [400, query.split("=")[0]], query);
  }
  const { status, body } = await service.json("GET", "/v1/collections/none/duplicates");
  assert(status === 404 && body.error.param === "name");
});
