import { random } from "../../../src/random.ts";
import type { Cell, CellResult } from "../../../train/ablate/cell.ts";
import type { Measured } from "../../../train/ablate/figures.ts";
import type { Costs, Plan } from "../../../train/ablate/plan.ts";
import { resolveCells } from "../../../train/ablate/resolve_cells.ts";
import { STUDIES } from "../../../train/ablate/studies/mod.ts";
import type { Study } from "../../../train/ablate/study.ts";

/** Costs of no machine in particular: a second to start, a millisecond a visit. */
export function madeUpCosts(
  cells: Pick<Cell, "config">[],
  shape: (cell: Cell["config"]) => string,
): Costs {
  return {
    start: 1,
    visit: Object.fromEntries(cells.map(({ config }) => [shape(config), 0.001])),
    measuring: 0.0001,
  };
}

/** A plan of studies, as if it had been made somewhere. */
export function madeUpPlan(options: { studies?: readonly Study[]; quick?: boolean } = {}): Plan {
  const { studies = STUDIES, quick = false } = options;
  const { cells, cut } = resolveCells([...studies], {
    quick,
    seeds: 3,
    precision: "float32",
    classes: 10,
    epochs: 10,
    imagesPerClass: 500,
  });
  return {
    formatVersion: 1,
    createdAt: "2020-02-13T00:00:00.000Z",
    lookalikeVersion: "0.0.0",
    studies: studies.map(({ name }) => name),
    source: "photographs",
    quick,
    budgetMinutes: 480,
    seeds: 3,
    workers: 2,
    threads: 1,
    device: "cpu",
    precision: "float32",
    hardware: "2 cores of a made-up processor",
    tensorflow: "0.0",
    base: "a made-up network",
    classes: 10,
    imagesPerClass: 500,
    testImagesPerClass: 200,
    epochs: 10,
    costs: { start: 1, visit: {}, measuring: 0 },
    seconds: 1000,
    cut,
    cells,
  };
}

/** Figures that differ by cell and, less, by seed. */
export function madeUpResults(cells: Cell[]): Map<string, CellResult> {
  return new Map(cells.map((cell) => {
    const [name] = cell.uses.map(({ label }) => label);
    const noise = random(...cell.id.split("").map((digit) => digit.charCodeAt(0)));
    const height = random(...(name ?? "").split("").map((letter) => letter.charCodeAt(0))).next();
    const figure = () => 0.3 + 0.3 * height + 0.01 * noise.normal();
    const names = [
      ...(cell.fineTuning ? ["top1"] : ["linear", "knn"]),
      ...(cell.measures.includes("validation") ? ["validation"] : []),
      ...(cell.measures.includes("projection") ? ["linear-z", "knn-z"] : []),
      ...(cell.measures.includes("transformations")
        ? ["rotation-h", "rotation-z", "grayscale-h", "grayscale-z"]
        : []),
    ];
    const figures = Object.fromEntries(names.map((name) => [name, figure()]));
    const timing = { start: 1, visit: 0.001, measuring: 1, total: 10 };
    return [cell.id, { id: cell.id, figures, timing }];
  }));
}

/** Values of `linear`, by label and seed. */
export function measured(values: Record<string, number[]>, figure = "linear"): Measured[] {
  return Object.entries(values).flatMap(([label, own]) =>
    own.map((value, seed) => ({ label, seed, figures: { [figure]: value } }))
  );
}
