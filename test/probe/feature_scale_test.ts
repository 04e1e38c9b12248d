import { assertAlmostEquals, assertEquals } from "@std/assert";
import { featureScale } from "../../src/probe/feature_scale.ts";
import { random } from "../../src/random.ts";

Deno.test("the scale of features is their mean and population deviation", () => {
  const { mean, std } = featureScale(Float32Array.of(1, 10, 3, 20, 8, 60), 2);
  assertAlmostEquals(mean[0], 4, 1e-6);
  assertAlmostEquals(std[0], Math.sqrt(26 / 3), 1e-6);
  assertAlmostEquals(mean[1], 30, 1e-5);
  assertAlmostEquals(std[1], Math.sqrt(1400 / 3), 1e-5);
});

Deno.test("a constant feature has deviation 1, whatever its value rounds to", () => {
  const { mean, std } = featureScale(new Float32Array(999).fill(0.1), 1);
  assertEquals([mean[0], std[0]], [Math.fround(0.1), 1]);
});

Deno.test("a large common offset does not drown the deviation", () => {
  const source = random(1);
  const features = Float32Array.from({ length: 5000 }, () => 1e5 + Math.round(source.normal() * 8));
  const centre = features.reduce((sum, value) => sum + value, 0) / 5000;
  const variance = features.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 5000;
  assertAlmostEquals(featureScale(features, 1).std[0], Math.sqrt(variance), 1e-5);
});
