import { assert, assertEquals } from "@std/assert";
import { LookalikeError, messageOf } from "../src/errors.ts";

Deno.test("an error carries its code, its sentence and what was given with it", () => {
  const cause = new TypeError("underneath");
  const error = new LookalikeError("overloaded", "Cannot take more.", {
    param: "input[3]",
    retryAfter: 2,
    cause,
  });
  assert(error instanceof Error);
  const { name, code, message, param, retryAfter } = error;
  assertEquals(
    { name, code, message, param, retryAfter },
    {
      name: "LookalikeError",
      code: "overloaded",
      message: "Cannot take more.",
      param: "input[3]",
      retryAfter: 2,
    },
  );
  assert(error.cause === cause);
  assertEquals(String(error), "LookalikeError: Cannot take more.");
});

Deno.test("an error without details has none, not even a cause that is undefined", () => {
  const error = new LookalikeError("internal", "Cannot go on.");
  assertEquals([error.param, error.retryAfter], [undefined, undefined]);
  assert(!("cause" in error));
});

Deno.test("anything that was thrown has a sentence", () => {
  assertEquals(messageOf(new LookalikeError("damaged", "It is cut off.")), "It is cut off.");
  assertEquals(messageOf(new RangeError("too far")), "too far");
  assertEquals(messageOf("just a text"), "just a text");
  assertEquals(messageOf(undefined), "undefined");
});
