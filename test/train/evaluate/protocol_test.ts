import { assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { parseProtocols, PROTOCOLS } from "../../../train/evaluate/mod.ts";

Deno.test("a list of protocols is read in its order, each once; others are refused by name", () => {
  assertEquals(parseProtocols("semi, knn,semi"), ["semi", "knn"]);
  assertEquals(parseProtocols(Object.keys(PROTOCOLS).join()), [
    "linear-lbfgs",
    "knn",
    "linear",
    "semi",
    "transfer",
  ]);
  for (const text of ["", "knn,", "kNN", "toString"]) {
    assertThrows(() => parseProtocols(text), LookalikeError, "linear-lbfgs, knn, linear, semi");
  }
});
