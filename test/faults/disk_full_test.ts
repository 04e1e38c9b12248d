import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { createApi } from "../e2e/api.ts";
import { runToItsEnd, startServer } from "../e2e/server.ts";
import { albumHome, copyFolder, fillAlbums, SMALL } from "./album.ts";
import { leftovers } from "./leftovers.ts";
import { noSmallDisk, smallDisk } from "./small_disk.ts";
import type { Api } from "./world.ts";

await startTensorFlow({ device: "cpu", threads: 1 }); // it draws the encoders' weights

const DATABASE =
  /^Cannot write to collections\.db as SQLite says: database or disk is full\. Nothing was written\.$/;
const ALBUMS = { plain: "exact", graph: "hnsw" } as const;
/** So much metadata that it needs room of its own. */
const LARGE = { text: "x".repeat(60_000) };

const missing = await noSmallDisk();

Deno.test({
  name:
    "disk full: each write says so and changes nothing, reads serve on, and with room all is well" +
    (missing ? ` (skipped: ${missing})` : ""),
  ignore: missing !== null,
  async fn() {
    await using small = await smallDisk(12 * 2 ** 20);
    await using data = await albumHome(10);
    const { pictures } = data;
    const home = join(small.path, "home");
    await copyFolder(data.home, home);
    const settings = { ...SMALL, LOOKALIKE_HOME: home };
    const image = pictures[0].base64;
    const vector = [...pictures[0].vectors[0]];
    let before;
    {
      await using server = await startServer(settings);
      const api = await fillAlbums(server.url, { pictures, albums: ALBUMS });
      await api.ok("PUT", "/v1/aliases/production", { model: "tiny@1" });
      before = await state(api);

      await small.fill();
      const plain = "/v1/collections/plain";
      const many = Array.from(
        { length: 20 },
        (_, at) => ({ id: `${at}`, vector, metadata: LARGE }),
      );
      const writes: [method: string, path: string, body: unknown, sentence: RegExp][] = [
        [
          "PUT",
          `${plain}/items`,
          { items: [{ id: "new", image }, { id: "3", image }] },
          /^Cannot keep the items' images as the file system says: No space left on device .+\. Nothing was written\.$/,
        ],
        ["PUT", `${plain}/items`, { items: many }, DATABASE],
        ["PATCH", `${plain}/items/3`, { metadata: LARGE }, DATABASE],
        ["PUT", `${plain}/reembedding`, { model: "tiny@2" }, DATABASE],
        ["DELETE", "/v1/collections/graph", undefined, DATABASE],
        [
          "PUT",
          "/v1/aliases/production",
          { model: "tiny@2" },
          /^Cannot keep the aliases as the file system says: No space left on device .+\. They are as they were\.$/,
        ],
        [
          "POST",
          "/v1/keys",
          { name: "x".repeat(64), scopes: ["read"] },
          /^Cannot write to keys\.db as SQLite says: database or disk is full\. Nothing was written\.$/,
        ],
      ];
      for (const [method, path, body, sentence] of writes) {
        await small.fill(); // what a failed write gave back
        const response = await api.fetch(method, path, body);
        const { error } = await response.json();
        const said = [response.status, error?.code, response.headers.get("Retry-After")];
        assertEquals(
          said,
          [503, "unavailable", "5"],
          `${method} ${path}: ${JSON.stringify(error)}`,
        );
        assertMatch(error.message, sentence);
      }
      assertEquals(await state(api), before);
      for (const name of ["plain", "graph"]) {
        const path = `/v1/collections/${name}`;
        const { data } = await api.ok("POST", `${path}/search`, { image, k: 1 });
        assertEquals([data[0].id, Math.round(data[0].score * 1e4)], ["0", 1e4]);
        const file = await api.fetch("GET", `${path}/items/3/image`);
        assertEquals(new Uint8Array(await file.arrayBuffer()), pictures[3].bytes);
      }
      await api.ok("POST", "/v1/embeddings", { model: "production", input: image });
      await server.end("SIGKILL");
    }
    await small.fill();
    await using server = await startServer(settings); // on a disk that is full still
    const api = createApi(server.url);
    assertEquals(await state(api), before);
    await small.free();
    const { inserted } = await api.ok("PUT", "/v1/collections/plain/items", {
      items: [{ id: "new", image }],
    });
    assertEquals(inserted, 1);
    assertEquals((await api.ok("GET", "/v1/collections/plain")).count, 11);
    await api.ok("PUT", "/v1/aliases/production", { model: "tiny@2" });
    // Opening the graph sweeps what the kill left of a file of it that was being written.
    await api.ok("POST", "/v1/collections/graph/search", { image, k: 1 });
    assertEquals((await server.end("SIGTERM")).code, 0);
    assertEquals(leftovers(home), []); // nothing was half kept

    await small.fill(); // where SQLite needs files beside its own, and there are none yet
    const { code, stderr } = await runToItsEnd(settings);
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^Cannot open keys\.db as SQLite says: .+\. The file was left as it is\.\n$/,
    );
    await small.free();
    await using again = await startServer(settings);
    assertEquals((await createApi(again.url).ok("GET", "/v1/collections/plain")).count, 11);
  },
});

/** All that the service has, but for what searches say. */
async function state(api: Api) {
  const items = (name: string) => api.ok("GET", `/v1/collections/${name}/items?vectors=true`);
  return {
    collections: await api.ok("GET", "/v1/collections"),
    plain: await items("plain"),
    graph: await items("graph"),
    aliases: await api.ok("GET", "/v1/aliases"),
    keys: await api.ok("GET", "/v1/keys"),
  };
}
