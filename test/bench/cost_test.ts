import { assertAlmostEquals, assertEquals } from "@std/assert";
import { estimate, H100 } from "../../bench/cost/estimate.ts";
import { RECIPES } from "../../bench/cost/recipes.ts";
import { report } from "../../bench/cost/report.ts";
import { PRESETS } from "../../train/presets/mod.ts";

const estimates = RECIPES.map((recipe) => estimate(recipe, H100));

Deno.test("docs/cost.md is what the command writes today", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/cost.md", import.meta.url));
  assertEquals(page, report(estimates, H100));
});

Deno.test("every preset of the paper's on ImageNet and CIFAR-10 has its cost", () => {
  const published = Object.keys(PRESETS).filter((name) => name.includes("resnet"));
  assertEquals(estimates.map(({ preset }) => preset), published);
});

Deno.test("hours and memory follow from published figures, spelt out", () => {
  const [row] = estimates.filter(({ preset }) => preset === "imagenet-resnet50");
  // 4.089·10⁹ products less fc's, the head's 2048·2048 + 2048·128; 2 operations, 2 views, 3 passes
  const products = 4.089e9 - 2048 * 1000 + 2048 * 2048 + 2048 * 128;
  const operations = products * 2 * 2 * 3 * 1_281_167 * 1000;
  assertAlmostEquals(row.runFlops / operations, 1, 1e-3);
  assertAlmostEquals(row.hours[0], operations / (0.2 * 989e12) / 3600, 0.1);
  assertAlmostEquals(row.hours[1], 2 * row.hours[0], 1e-9);
  assertEquals(row.stepBytes, row.weightBytes + 8192 * row.viewBytes);
  const bytes = (batch: number) => row.weightBytes + 2 * batch * row.viewBytes;
  assertEquals([bytes(row.largestBatch), bytes(2 * row.largestBatch)].map((b) => b <= 80e9), [
    true,
    false,
  ]);
});
