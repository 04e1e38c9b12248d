import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sha256File } from "../../src/files.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { createApi } from "../e2e/api.ts";
import { runToItsEnd, startServer } from "../e2e/server.ts";
import { albumHome, copyFolder, fillAlbums, putPictures, SMALL } from "./album.ts";
import { flipByte, scribble } from "./harm.ts";

await startTensorFlow({ device: "cpu", threads: 1 }); // it draws the encoders' weights

const ALBUMS = { plain: "exact", graph: "hnsw" } as const;
/** Of SQLite. */
const PAGE = 4096;

type Harm = (path: string) => Promise<void>;
const beginning: Harm = (path) => scribble(path, { at: 0, bytes: 100 });
const cut: Harm = (path) => Deno.truncate(path, 100);

const DATABASES: [file: string, what: string, harm: Harm, says: string][] = [
  ["collections.db", "is none", beginning, "file is not a database"],
  [
    "collections.db",
    "is cut short",
    (path) => Deno.truncate(path, 4 * PAGE),
    "database disk image is malformed",
  ],
  ["keys.db", "is none", beginning, "file is not a database"],
];

const OTHER_FILE = /^The graph's file is not as it was written: its SHA-256 is another\.$/;
const GRAPHS: [what: string, file: string, harm: Harm, reason: RegExp][] = [
  ["with a byte changed", ".usearch", flipByte, OTHER_FILE],
  ["cut short", ".usearch", cut, OTHER_FILE],
  ["with a record cut short", ".json", cut, /^The graph's record cannot be read: /],
];

Deno.test("damage on disk: each is named, and all else is served", async (t) => {
  await using data = await albumHome(30);
  const { pictures } = data;
  await t.step("(the collections are made, and a graph is kept)", async () => {
    await using server = await startServer({ ...SMALL, LOOKALIKE_HOME: data.home });
    const api = await fillAlbums(server.url, { pictures, albums: ALBUMS });
    await api.ok("POST", "/v1/collections/graph/search", { id: "1" }); // which builds it
    await kept(data.home);
    assertEquals((await server.end("SIGTERM")).code, 0);
  });

  for (const [file, what, harm, says] of DATABASES) {
    await t.step(
      `${file} ${what}: the service says so, does not start and changes nothing`,
      async () => {
        await using home = await copyOf(data.home);
        const path = join(home.path, file);
        await harm(path);
        const before = await Deno.readFile(path);
        const { code, stdout, stderr } = await runToItsEnd({ ...SMALL, LOOKALIKE_HOME: home.path });
        assertEquals([code, stdout], [1, ""]);
        assertEquals(
          stderr.trim(),
          `Cannot open ${file} as SQLite says: ${says}. Restore the file from a copy, or move it and ` +
            "those that begin with its name away to start without it.",
        );
        assertEquals(await Deno.readFile(path), before);
      },
    );
  }

  await t.step("a page of collections.db, while it runs: what needs it is 500", async () => {
    await using home = await copyOf(data.home);
    await using server = await startServer({ ...SMALL, LOOKALIKE_HOME: home.path });
    const api = createApi(server.url);
    const page = rootPage(join(home.path, "collections.db"), "vectors");
    await scribble(join(home.path, "collections.db"), { at: (page - 1) * PAGE, bytes: PAGE });
    const plain = "/v1/collections/plain";
    const READ =
      "Cannot read the collections as SQLite says: database disk image is malformed. Restore " +
      "collections.db from a copy.";
    const WRITE = "Cannot write to collections.db as SQLite says: database disk image is " +
      "malformed. Nothing was written: restore the file from a copy.";
    const input = pictures[0].base64;
    for (
      const [method, path, body, sentence] of [
        ["GET", `${plain}/items`, undefined, READ],
        ["POST", `${plain}/search`, { image: input }, READ],
        ["PUT", `${plain}/items`, { items: [{ id: "new", image: input }] }, WRITE],
      ] as const
    ) {
      const answer = await api.send(method, path, body);
      const { message, code } = answer.body.error;
      assertEquals([answer.status, code, message], [500, "damaged", sentence], `${method} ${path}`);
    }
    assertEquals((await api.ok("GET", plain)).count, pictures.length);
    await api.ok("POST", "/v1/embeddings", { model: "tiny", input });
    assertEquals((await api.ok("GET", "/livez")).status, "alive");
    const file = await api.fetch("GET", `${plain}/items/0/thumbnail`);
    assertEquals([file.status, (await file.arrayBuffer()).byteLength > 0], [200, true]);
  });

  await t.step("image files: each is 500 by itself until its item is written again", async () => {
    await using home = await copyOf(data.home);
    const files = imageFilesOf(join(home.path, "collections.db"), "plain");
    const path = (id: number) => join(home.path, "images", files[id]);
    await flipByte(path(0));
    await Deno.truncate(path(1), 10);
    await Deno.remove(path(2));
    await using server = await startServer({ ...SMALL, LOOKALIKE_HOME: home.path });
    const api = createApi(server.url);
    const image = (id: number) => `/v1/collections/plain/items/${id}/image`;
    for (const [id, is] of ["changed", "10 bytes long", "not there"].entries()) {
      const answer = await api.send("GET", image(id));
      assertEquals([answer.status, answer.body.error.code], [500, "damaged"]);
      assertEquals(
        answer.body.error.message,
        `Cannot serve the image ${files[id]} as it must be as it was written: it is ${is}. Write ` +
          "the item again.",
      );
    }
    for (const id of [3, 4]) {
      const file = await api.fetch("GET", image(id));
      assertEquals(new Uint8Array(await file.arrayBuffer()), pictures[id].bytes);
    }
    const search = { image: pictures[0].base64, k: 1 };
    assertEquals((await api.ok("POST", "/v1/collections/plain/search", search)).data[0].id, "0");
    await putPictures(api, { name: "plain", pictures });
    for (const id of [0, 1, 2]) {
      const file = await api.fetch("GET", image(id));
      assertEquals(new Uint8Array(await file.arrayBuffer()), pictures[id].bytes);
    }
  });

  for (const [what, file, harm, reason] of GRAPHS) {
    await t.step(
      `a graph ${what} is built anew, and finds what the exact search does`,
      async () => {
        await using home = await copyOf(data.home);
        const path = only(filesBelow(join(home.path, "graphs")), file);
        await harm(path);
        await using server = await startServer({ ...SMALL, LOOKALIKE_HOME: home.path });
        const api = createApi(server.url);
        const find = async (exact: boolean) => {
          const search = { id: "7", k: 5, exact };
          const { data } = await api.ok("POST", "/v1/collections/graph/search", search);
          return data.map(({ id }: { id: string }) => id);
        };
        const expected = await find(true);
        assertEquals(await find(false), expected); // while it is built
        await kept(home.path);
        assertEquals(await find(false), expected);
        const built = server.log().find(({ event }) => event === "graph is built");
        assertMatch(String(built?.reason), reason);
      },
    );
  }
});

async function copyOf(home: string) {
  const path = await Deno.makeTempDir();
  await copyFolder(home, path);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

function rootPage(path: string, table: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  return Number(
    database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(table)!.rootpage,
  );
}

/** The files of a collection's images, in the order of their items. */
function imageFilesOf(path: string, name: string): string[] {
  using database = new DatabaseSync(path, { readOnly: true });
  return database.prepare(
    `SELECT image_file FROM items JOIN collections ON items.collection = collections.key
    WHERE name = ? ORDER BY items.key`,
  ).all(name).map((row) => String(row.image_file));
}

/** Waits until a home has a graph that is whole. */
async function kept(home: string): Promise<void> {
  const isKept = async () => {
    const record = filesBelow(join(home, "graphs")).find((path) => path.endsWith(".json"));
    if (record === undefined) return false;
    const { file, sha256 } = JSON.parse(await Deno.readTextFile(record));
    return await sha256File(join(record, "..", file)) === sha256;
  };
  while (!await isKept().catch(() => false)) await new Promise((next) => setTimeout(next, 20));
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(join(folder, name)) : [join(folder, name)]
  );
}

function only(paths: string[], end: string): string {
  const found = paths.filter((path) => path.endsWith(end));
  assertEquals(found.length, 1);
  return found[0];
}
