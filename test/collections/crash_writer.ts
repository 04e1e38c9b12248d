/**
 * Writes batches until it is killed, and says after each that it was acknowledged: for
 * crash_test.ts.
 *
 * Arguments: the home, and the number of the first batch.
 *
 * @module
 */
import { openCollections } from "../../src/collections/sqlite_collections.ts";
import { crashBatch } from "./crash_batch.ts";

const [home, first] = Deno.args;
const collections = openCollections(home);
for (let batch = Number(first);; batch++) {
  await collections.upsert("c", { encoder: null, items: crashBatch(batch) });
  Deno.stdout.writeSync(new TextEncoder().encode(`${batch}\n`));
}
