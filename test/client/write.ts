/**
 * `deno task client`: writes what of the client is made, after a change of the API or of the client.
 *
 * @module
 */
import { BUNDLE, generateBundle, generateSchema, SCHEMA } from "./generated.ts";

if (import.meta.main) {
  await Deno.writeTextFile(SCHEMA, await generateSchema());
  await Deno.writeTextFile(BUNDLE, await generateBundle());
}
