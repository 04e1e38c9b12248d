import { assert, assertEquals } from "@std/assert";
import { BUNDLE, generateSchema, hashOfClient, headerOfBundle, SCHEMA } from "./generated.ts";

Deno.test("client: its types are those that the API's document gives (deno task client writes them)", async () => {
  assertEquals(await Deno.readTextFile(SCHEMA), await generateSchema());
});

Deno.test("client: its bundle was made of the files beside it (deno task client makes it)", async () => {
  const bundle = await Deno.readTextFile(BUNDLE);
  assert(bundle.startsWith(headerOfBundle(await hashOfClient())));
});
