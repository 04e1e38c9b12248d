/**
 * Switches an alias to and fro until it is killed; says so once it has begun.
 *
 * @module
 */
import { openAliases } from "../../src/encoders/aliases.ts";

const aliases = openAliases(Deno.args[0]);
for (let turn = 0;; turn++) {
  await aliases.set("production", `flowers@${1 + turn % 2}`);
  if (turn === 0) console.log("begun");
}
