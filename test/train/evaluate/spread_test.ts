import { assertAlmostEquals, assertEquals } from "@std/assert";
import { spreadOf } from "../../../train/evaluate/mod.ts";

Deno.test("a spread has the mean, the deviation of a sample, and the ends", () => {
  const { mean, deviation, min, max } = spreadOf([0.42, 0.4, 0.47, 0.43]);
  assertAlmostEquals(mean, 0.43, 1e-12);
  // ((0.01)² + (0.03)² + (0.04)²) / 3, written out
  assertAlmostEquals(deviation!, Math.sqrt(0.0026 / 3), 1e-12);
  assertEquals([min, max], [0.4, 0.47]);
});

Deno.test("one value has no deviation, equal ones have none to speak of", () => {
  assertEquals(spreadOf([0.5]).deviation, null);
  assertEquals(spreadOf([0.5, 0.5, 0.5]).deviation, 0);
});
