import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { resolveCells } from "../../../train/ablate/resolve_cells.ts";
import { STUDIES } from "../../../train/ablate/studies/mod.ts";
import type { Study } from "../../../train/ablate/study.ts";

const scale = {
  quick: false,
  seeds: 2,
  precision: "float32",
  classes: 10,
  epochs: 10,
  imagesPerClass: 500,
} as const;

function study(name: string, cells: ReturnType<Study["cells"]>): Study {
  return {
    ...{ name, title: name, section: "§", claim: "", departures: "" },
    cells: () => cells,
    panels: () => [],
    judge: () => [],
  };
}

Deno.test("cells that compute the same are trained once, whatever studies call them", () => {
  const { cells } = resolveCells([
    study("one", [{ label: "base" }, { label: "hot", changes: { temperature: 1 } }]),
    study("two", [
      { label: "τ 0.2", changes: { temperature: 0.2 }, measures: ["validation"] }, // the base has it
      { label: "long", length: 2 },
    ]),
  ], scale);
  assertEquals(cells.length, 6); // three a seed
  const [base] = cells;
  assertEquals(base.uses, [{ study: "one", label: "base" }, { study: "two", label: "τ 0.2" }]);
  assertEquals(base.measures, ["validation"]);
  assertEquals(new Set(cells.map(({ id }) => id)).size, 6);
  assertEquals(cells.map(({ config }) => config.seed), [0, 0, 0, 1, 1, 1]); // all of one seed first
  assertEquals(cells.find(({ uses }) => uses[0].label === "long")!.config.epochs, 20);
});

Deno.test("a cell may have fewer seeds than the run", () => {
  const { cells } = resolveCells([study("one", [{ label: "a", seeds: 1 }, {
    label: "b",
    changes: { temperature: 1 },
  }])], scale);
  assertEquals(cells.map(({ uses }) => uses[0].label), ["a", "b", "b"]);
});

Deno.test("a fine-tuned cell comes behind the encoder that it begins with, which is kept", () => {
  const { cells, cut } = resolveCells([
    study("few", [
      { label: "tuned", fineTuning: { start: "pretrained", labels: { share: 0.01 } } },
      { label: "scratch", fineTuning: { start: "scratch", labels: { perClass: 5 } } },
      { label: "too many", fineTuning: { start: "scratch", labels: { perClass: 501 } } },
    ]),
    study("base", [{ label: "base" }]),
  ], scale);
  assertEquals(cells.length, 6);
  const [encoder, tuned, scratch] = cells;
  assertEquals([encoder.kept, encoder.fineTuning], [true, null]);
  assertEquals(encoder.uses, [{ study: "base", label: "base" }]);
  assertEquals(tuned.fineTuning, { from: encoder.id, perClass: 5, epochs: 200 });
  assertEquals(scratch.fineTuning, { from: null, perClass: 5, epochs: 200 });
  assertNotEquals(tuned.id, scratch.id);
  assertEquals(cut.length, 1);
  assert(cut[0].includes("too many") && cut[0].includes("500 images"), cut[0]);
});

Deno.test("every study's cells resolve, quick and not, and share the base", () => {
  for (const quick of [true, false]) {
    const { cells } = resolveCells([...STUDIES], { ...scale, quick });
    const specs = STUDIES.flatMap((study) => study.cells({ quick }));
    const alone = specs.reduce((sum, { seeds = 2 }) => sum + Math.min(2, seeds), 0);
    assert(cells.length < alone, "nothing is shared");
    const base = cells.find(({ uses }) => uses.some(({ study }) => study === "projection-head"))!;
    assert(cells.some(({ uses }) => new Set(uses.map(({ study }) => study)).size >= 4), base.id);
    for (const study of STUDIES) {
      const labels = study.cells({ quick }).map(({ label }) => label);
      assertEquals(new Set(labels).size, labels.length, `${study.name} has a label twice`);
    }
  }
});
