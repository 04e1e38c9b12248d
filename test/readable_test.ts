import { assertEquals } from "@std/assert";
import { duration, percent } from "../src/readable.ts";

Deno.test("a duration has hours only if there are some, and never less than nothing", () => {
  const expected: [number, string][] = [
    [0, "0:00"],
    [-3, "0:00"],
    [5.4, "0:05"],
    [59.6, "1:00"],
    [245, "4:05"],
    [3599.4, "59:59"],
    [3599.5, "1:00:00"],
    [3723, "1:02:03"],
    [360_000, "100:00:00"],
  ];
  for (const [seconds, text] of expected) assertEquals(duration(seconds), text);
});

Deno.test("a share is shown in percent with one digit", () => {
  assertEquals([0, 0.433, 0.9996, 1].map(percent), ["0.0 %", "43.3 %", "100.0 %", "100.0 %"]);
});
