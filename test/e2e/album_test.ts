import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { createApi } from "./api.ts";
import { homeWithEncoders } from "./home.ts";
import { ingest, type Photograph, readPhotographs } from "./photographs.ts";
import { realImages } from "../real_images.ts";
import { extractPhotographs } from "../some_photographs.ts";
import { startServer } from "./server.ts";

await startTensorFlow({ device: "cpu" }); // it draws the encoders' weights

const ADMIN_KEY = "an-admin-key-for-this-test-alone";
const CLASSES = 10;
const PER_CLASS = 100; // of each split: 2,000 altogether

const archive = await realImages();
const missing = "skip" in archive ? archive.skip : null;

Deno.test({
  name: "service, over HTTP alone: 2,000 photographs kept, found, embedded anew and found again" +
    (missing ? ` (skipped: ${missing})` : ""),
  ignore: missing !== null,
  async fn() {
    if ("skip" in archive) return;
    await using folder = await temporaryFolder();
    await extractPhotographs(archive.path, { folder: folder.path, perClass: PER_CLASS });
    const photographs = await readPhotographs(folder.path);
    assertEquals(photographs.length, 2 * CLASSES * PER_CLASS);

    await using data = await homeWithEncoders("tiny", { versions: 2, side: 32 });
    const settings = {
      LOOKALIKE_HOME: data.home,
      LOOKALIKE_AUTH: "required",
      LOOKALIKE_ADMIN_KEY: ADMIN_KEY,
      LOOKALIKE_THREADS: "2",
    };
    let found;
    {
      await using server = await startServer(settings);
      const admin = createApi(server.url, ADMIN_KEY);
      const { token } = await admin.ok("POST", "/v1/keys", { name: "album", scopes: ["write"] });
      const api = createApi(server.url, token);

      await admin.ok("PUT", "/v1/aliases/production", { model: "tiny@1" });
      const album = await api.ok("POST", "/v1/collections", { name: "album", model: "production" });
      assertEquals([album.model, album.count], ["tiny@1", 0]);
      await ingest(api, "album", photographs);
      assertEquals((await api.ok("GET", "/v1/collections/album")).count, photographs.length);

      const old = await allVectors(api);
      assertEquals([...old.keys()].sort(), photographs.map(({ id }) => id).sort());
      await searchAgreesWith(old, { api, photographs });

      await admin.ok("PUT", "/v1/aliases/production", { model: "tiny@2" });
      const image = photographs[0].bytes.toBase64();
      const embedded = await api.ok("POST", "/v1/embeddings", {
        model: "production",
        input: image,
      });
      assertEquals(embedded.model, "tiny@2");
      await searchAgreesWith(old, { api, photographs }); // the collection stays with what it has

      await api.ok("PUT", "/v1/collections/album/reembedding", { model: "production" });
      const late = { id: "late", image, label: "late", metadata: {} };
      await api.ok("PUT", "/v1/collections/album/items", { items: [late] }); // on its way
      await api.ok("DELETE", "/v1/collections/album/items/late");
      for (let turns = 0;; turns++) {
        const { model, reembedding } = await api.ok("GET", "/v1/collections/album");
        const { data: hits } = await api.ok("POST", "/v1/collections/album/search", {
          id: photographs[3].id,
          k: 3,
        });
        assertEquals(hits.length, 3);
        if (reembedding === null) {
          assertEquals(model, "tiny@2");
          break;
        }
        assertEquals([reembedding.status, model], ["running", "tiny@1"]);
        assert(turns < 600, "it takes more than two minutes");
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      const anew = await allVectors(api);
      assertEquals(anew.size, photographs.length);
      await searchAgreesWith(anew, { api, photographs });
      assertAlmostEquals(
        dot(anew.get(photographs[0].id)!, embedded.data[0].embedding),
        1,
        1e-4,
      );

      await imagesAreServed(api, photographs[7]);
      await duplicatesAreFound(api, photographs[9]);
      await api.ok("PATCH", "/v1/collections/album", { index: "hnsw" });
      found = await searchAgreesWith(anew, { api, photographs, least: 0.9 });
      assertMatch(await (await fetch(`${server.url}/metrics`)).text(), /^lookalike_/m);
      const { code } = await server.end("SIGTERM");
      assertEquals(code, 0);
    }
    for (const end of ["SIGKILL", "SIGTERM"] as const) {
      await using server = await startServer(settings);
      const [key] = (await createApi(server.url, ADMIN_KEY).ok("GET", "/v1/keys")).data;
      assertEquals(key.name, "album"); // its token is known to its owner alone
      const api = createApi(server.url, ADMIN_KEY);
      const again = await searchAgreesWith(await allVectors(api), { api, photographs, least: 0.9 });
      assertEquals(again, found);
      await server.end(end);
    }
  },
});

type Api = ReturnType<typeof createApi>;

/** Every item's vector, page by page. */
async function allVectors(api: Api): Promise<Map<string, number[]>> {
  const vectors = new Map<string, number[]>();
  for (let after = "";;) {
    const page = await api.ok(
      "GET",
      `/v1/collections/album/items?limit=300&vectors=true${after && `&after=${after}`}`,
    );
    for (const { id, vector } of page.data) {
      assert(!vectors.has(id), `${id} is on two pages`);
      vectors.set(id, vector);
    }
    if (page.next === null) return vectors;
    after = encodeURIComponent(page.next);
  }
}

/** Searches with filters give what comparing every vector here gives. */
async function searchAgreesWith(
  vectors: Map<string, number[]>,
  { api, photographs, least = 1 }: { api: Api; photographs: Photograph[]; least?: number },
): Promise<string[][]> {
  const every = Math.floor(photographs.length / 10);
  const queries = photographs.filter((_, at) => at % every === 0);
  const filter = {
    and: [
      { field: "metadata.split", eq: "test" },
      { field: "metadata.number", gte: 20, lt: 90 },
      { not: { field: "label", in: ["frog", "truck"] } },
    ],
  };
  const allowed = photographs.filter(({ label, metadata: { split, number } }) =>
    split === "test" && number >= 20 && number < 90 && label !== "frog" && label !== "truck"
  );
  const results: string[][] = [];
  let right = 0;
  for (const query of queries) {
    const { data } = await api.ok("POST", "/v1/collections/album/search", {
      id: query.id,
      k: 10,
      filter,
    });
    const scored = allowed.filter(({ id }) => id !== query.id).map(({ id }) => ({
      id,
      score: dot(vectors.get(query.id)!, vectors.get(id)!),
    })).sort((a, b) => b.score - a.score).slice(0, 10);
    assertEquals(data.length, 10); // as many as asked for, though most are filtered out
    const ids: string[] = data.map(({ id }: { id: string }) => id);
    right += scored.filter(({ id }) => ids.includes(id)).length / scored.length;
    if (least === 1) assertAlmostEquals(data[9].score, scored[9].score, 1e-5);
    results.push(ids);
  }
  assert(right / queries.length >= least - 1e-9, `${right} of ${queries.length}`);
  return results;
}

async function imagesAreServed(api: Api, { id, bytes }: Photograph): Promise<void> {
  const path = `/v1/collections/album/items/${encodeURIComponent(id)}`;
  const original = await api.fetch("GET", `${path}/image`);
  assertEquals(original.headers.get("content-type"), "image/jpeg");
  assertEquals(new Uint8Array(await original.arrayBuffer()), bytes);
  const thumbnail = await api.fetch("GET", `${path}/thumbnail`);
  assertEquals([thumbnail.status, thumbnail.headers.get("content-type")], [200, "image/webp"]);
  await thumbnail.body?.cancel();
}

async function duplicatesAreFound(api: Api, { id, bytes }: Photograph): Promise<void> {
  const items = [{ id: "twin", image: bytes.toBase64() }];
  await api.ok("PUT", "/v1/collections/album/items", { items });
  const pairs: string[][] = [];
  for (let after = "";;) {
    const page = await api.ok(
      "GET",
      `/v1/collections/album/duplicates?threshold=0.9999&limit=500${after && `&after=${after}`}`,
    );
    pairs.push(...page.data.map(({ ids }: { ids: string[] }) => ids));
    if (page.next === null) break;
    after = encodeURIComponent(page.next);
  }
  assert(pairs.some(([first, second]) => first === id && second === "twin"), `${pairs}`);
  await api.ok("DELETE", "/v1/collections/album/items/twin");
}

function dot(left: number[], right: number[]): number {
  return left.reduce((sum, value, at) => sum + value * right[at], 0);
}

async function temporaryFolder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
