import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { unitVector } from "../../src/collections/checks.ts";
import { openCollections } from "../../src/collections/sqlite_collections.ts";
import { BATCH, crashBatch } from "./crash_batch.ts";

const KILLS = 4;

Deno.test("SQLite collections: kill -9 loses no acknowledged batch and leaves none half", async () => {
  const home = await Deno.makeTempDir();
  try {
    let acknowledged = -1;
    for (let kill = 0; kill < KILLS; kill++) {
      acknowledged = await writeUntilKilled(home, acknowledged + 1);
      acknowledged = await checkBatches(home, acknowledged);
    }
    assert(acknowledged >= KILLS);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

/** Starts the writer, kills it a random while after its first batch, and says what it had said. */
async function writeUntilKilled(home: string, first: number): Promise<number> {
  const script = fileURLToPath(new URL("./crash_writer.ts", import.meta.url));
  const writer = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, home, String(first)],
    stdout: "piped",
  }).spawn();
  let said = "";
  for await (const text of writer.stdout.pipeThrough(new TextDecoderStream())) {
    if (said === "") setTimeout(() => writer.kill("SIGKILL"), Math.random() * 300);
    said += text;
  }
  assertEquals((await writer.status).signal, "SIGKILL");
  return Number(said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1));
}

/** Checks that all batches are there whole, and one more at most; says which is the last. */
async function checkBatches(home: string, acknowledged: number): Promise<number> {
  const collections = openCollections(home);
  try {
    const { count } = await collections.get("c");
    const batches = (count - 1) / (BATCH - 1);
    assert(batches === acknowledged + 1 || batches === acknowledged + 2, `${batches} batches`);
    for (let batch = 0; batch < batches; batch++) {
      for (const { id, vector, metadata } of crashBatch(batch)) {
        if (id === "latest" && batch < batches - 1) continue;
        const item = await collections.item("c", id);
        assertEquals(item.metadata, metadata);
        assertEquals(item.vector, unitVector(vector, { param: id }));
      }
    }
    return batches - 1;
  } finally {
    await collections.close();
  }
}
