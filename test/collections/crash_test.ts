import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { unitVector } from "../../src/collections/checks.ts";
import { openCollections } from "../../src/collections/sqlite_collections.ts";
import { BATCH, crashBatch, crashVector, REEMBEDDED } from "./crash_batch.ts";

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

Deno.test("SQLite collections: kill -9 on the way to other encoders leaves one of them whole", async () => {
  const home = await Deno.makeTempDir();
  try {
    const encoders = new Set<string | null>();
    for (let kill = 0; kill < KILLS; kill++) {
      await runUntilKilled("crash_reembedder.ts", home);
      encoders.add(await checkGenerations(home));
    }
    assert(encoders.size > 1); // it came to other encoders between
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

/** Checks that all vectors are of the collection's encoder, and goes to the end of the way. */
async function checkGenerations(home: string): Promise<string | null> {
  const collections = openCollections(home);
  const check = async () => {
    const { encoder, count } = await collections.get("c");
    const { items } = await collections.items("c", { limit: 1000 });
    assertEquals([items.length, count], [REEMBEDDED, REEMBEDDED]);
    for (const { id, vector } of items) {
      assertEquals(vector, unitVector(crashVector(encoder!, id), { param: id }));
    }
    return encoder;
  };
  try {
    const encoder = await check();
    const { reembedding } = await collections.get("c");
    if (reembedding === null) return encoder;
    const left = await collections.unembedded("c", 1000);
    assertEquals(left.length, REEMBEDDED - reembedding.done);
    const { encoder: next } = reembedding;
    await collections.addReembedded(
      "c",
      left.map((item) => ({ ...item, vector: crashVector(next, item.id) })),
    );
    assert(await collections.finishReembedding("c"));
    assertEquals(await check(), next);
    return next;
  } finally {
    await collections.close();
  }
}

/** Starts the writer, kills it a random while after its first batch, and says what it had said. */
async function writeUntilKilled(home: string, first: number): Promise<number> {
  const said = await runUntilKilled("crash_writer.ts", home, String(first));
  return Number(said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1));
}

/** Runs a script until a random while after it said its first words; says all it said. */
async function runUntilKilled(name: string, ...args: string[]): Promise<string> {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const writer = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, ...args],
    stdout: "piped",
  }).spawn();
  let said = "";
  for await (const text of writer.stdout.pipeThrough(new TextDecoderStream())) {
    if (said === "") setTimeout(() => writer.kill("SIGKILL"), Math.random() * 300);
    said += text;
  }
  assertEquals((await writer.status).signal, "SIGKILL");
  return said;
}

/** Checks that all batches are there whole, and one more at most; says which is the last. */
async function checkBatches(home: string, acknowledged: number): Promise<number> {
  const collections = openCollections(home);
  try {
    const { count } = await collections.get("c");
    const batches = (count - 1) / (BATCH - 1);
    assert(batches === acknowledged + 1 || batches === acknowledged + 2, `${batches} batches`);
    for (let batch = 0; batch < batches; batch++) {
      for (const { id, vector, metadata, image, thumbnail } of crashBatch(batch)) {
        if (id === "latest" && batch < batches - 1) continue;
        const item = await collections.item("c", id);
        assertEquals(item.metadata, metadata);
        assertEquals(item.vector, unitVector(vector, { param: id }));
        assertEquals((await collections.image("c", id)).bytes, image!.bytes);
        assertEquals(await collections.thumbnail("c", id), thumbnail);
      }
    }
    return batches - 1;
  } finally {
    await collections.close();
  }
}
