import { assertEquals, assertStringIncludes } from "@std/assert";
import { fewLabelsWarnings } from "../../src/probe/few_labels_warnings.ts";

Deno.test("where there are enough labels there is no warning", () => {
  assertEquals(
    fewLabelsWarnings({ classes: ["a", "b"], examples: [5, 45], judged: 50 }),
    [],
  );
});

Deno.test("classes of few labels are named, the first five of many", () => {
  const classes = Array.from({ length: 12 }, (_, i) => `class ${i}`);
  const examples = classes.map((_, i) => i < 8 ? 4 : 50);
  const [warning, ...others] = fewLabelsWarnings({ classes, examples, judged: 232 });
  assertStringIncludes(warning, "class 0 (4), class 1 (4)");
  assertStringIncludes(warning, "class 4 (4) and 3 more:");
  assertEquals(others, []);
});

Deno.test("few judged examples say by how much the accuracy may be off", () => {
  const [warning] = fewLabelsWarnings({ classes: ["a", "b"], examples: [8, 8], judged: 16 });
  assertStringIncludes(warning, "16 examples");
  assertStringIncludes(warning, "25 percentage points"); // 2 · √(0.25 / 16)
});

Deno.test("where nothing could be judged it says so", () => {
  const warnings = fewLabelsWarnings({ classes: ["a", "b"], examples: [1, 1], judged: 0 });
  assertEquals(warnings.length, 2);
  assertStringIncludes(warnings[1], "No example could be judged");
});
