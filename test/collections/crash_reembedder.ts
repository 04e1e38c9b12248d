/**
 * Takes a collection from encoder to encoder until it is killed: for crash_test.ts.
 *
 * Argument: the home.
 *
 * @module
 */
import { openCollections } from "../../src/collections/sqlite_collections.ts";
import { crashVector, REEMBEDDED } from "./crash_batch.ts";

const [home] = Deno.args;
const collections = openCollections(home);
if ((await collections.list()).length === 0) {
  await collections.upsert("c", {
    encoder: "e@1",
    items: Array.from({ length: REEMBEDDED }, (_, at) => ({
      id: String(at),
      vector: crashVector("e@1", String(at)),
      image: { bytes: new Uint8Array(1000).fill(at + 1), type: "image/jpeg" },
    })),
  });
}
Deno.stdout.writeSync(new TextEncoder().encode("begun\n"));
for (;;) {
  const version = Number((await collections.get("c")).encoder!.slice(2)) + 1;
  const encoder = `e@${version}`;
  await collections.beginReembedding("c", { encoder, dimension: version });
  do {
    const items = await collections.unembedded("c", 25);
    await collections.addReembedded(
      "c",
      items.map((item) => ({ ...item, vector: crashVector(encoder, item.id) })),
    );
  } while (!await collections.finishReembedding("c"));
}
