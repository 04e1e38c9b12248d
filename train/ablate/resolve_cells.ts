import { type PretrainConfig, resolveConfig } from "../config.ts";
import { BASE } from "./base_configuration.ts";
import { type Cell, cellId, type CellIdentity } from "./cell.ts";
import type { CellSpec, Study } from "./study.ts";

/** What is the same for all cells of a run. */
export interface CellScale {
  quick: boolean;
  seeds: number;
  /** Epochs of a cell of length 1. */
  epochs: number;
  classes: number;
  /** Training images of each class. */
  imagesPerClass: number;
  precision: "float32" | "bfloat16";
  /** What differs from the base configuration in the whole run. */
  changes?: Partial<PretrainConfig>;
}

/** The passes over few labels: more where they are fewer, as in arXiv 2002.05709 §B.5. */
const PASSES = { few: 60, many: 30, fewShare: 0.01 };
/** Steps that a handful of labels is trained for at least, in batches of {@linkcode FINE_TUNE_BATCH}. */
const LEAST_STEPS = 200;
/** Images a step while fine-tuning. */
export const FINE_TUNE_BATCH = 64;

/**
 * The cells of studies with all their seeds, each once however many studies want it: first all of
 * the first seed, so that a run that is cut short has something of everything. A cell stands
 * behind the one whose encoder it begins with.
 *
 * @param studies The studies.
 * @param scale The run's seeds, epochs and images.
 * @returns The cells, their seconds still 0, and what had to be left out, in sentences.
 */
export function resolveCells(
  studies: Study[],
  scale: CellScale,
): { cells: Cell[]; cut: string[] } {
  const cells = new Map<string, Cell>();
  const cut = new Set<string>();
  const add = (identity: CellIdentity, use: Cell["uses"][number] | null): Cell => {
    const id = cellId(identity);
    const own = cells.get(id) ??
      { id, uses: [], ...identity, measures: [], kept: false, seconds: 0 };
    cells.set(id, own);
    if (use) own.uses.push(use);
    return own;
  };
  for (let seed = 0; seed < scale.seeds; seed++) {
    for (const study of studies) {
      for (const spec of study.cells(scale)) {
        if (seed >= (spec.seeds ?? scale.seeds)) continue;
        const use = { study: study.name, label: spec.label };
        const config = configOf(spec, { ...scale, seed });
        const images = scale.imagesPerClass * scale.classes;
        if (config.batchSize > images) {
          cut.add(`${study.title}: ${spec.label}, as there are only ${images} images.`);
          continue;
        }
        if (!spec.fineTuning) {
          const cell = add({ config, fineTuning: null }, use);
          cell.measures = [...new Set([...cell.measures, ...spec.measures ?? []])];
          continue;
        }
        const fineTuning = fineTuningOf(spec.fineTuning, scale);
        if (fineTuning === null) {
          cut.add(
            `${study.title}: ${spec.label}, as each class has only ${scale.imagesPerClass} images.`,
          );
          continue;
        }
        if (spec.fineTuning.start === "pretrained") {
          const start = add({ config, fineTuning: null }, null);
          start.kept = true;
          fineTuning.from = start.id;
        }
        add({ config, fineTuning }, use);
      }
    }
  }
  return { cells: [...cells.values()], cut: [...cut] };
}

function configOf(spec: CellSpec, run: CellScale & { seed: number }): PretrainConfig {
  const { epochs, seed, precision } = run;
  return resolveConfig({
    ...spec.changes,
    epochs: Math.max(1, Math.round(epochs * (spec.length ?? 1))),
    seed,
    precision,
    imagesPerClass: run.imagesPerClass,
  }, { ...BASE, ...run.changes });
}

function fineTuningOf(
  { labels }: NonNullable<CellSpec["fineTuning"]>,
  { imagesPerClass, classes }: CellScale,
): { from: string | null; perClass: number; epochs: number } | null {
  const perClass = "share" in labels
    ? Math.max(1, Math.round(labels.share * imagesPerClass))
    : labels.perClass;
  if (perClass > imagesPerClass) return null;
  const isFew = perClass <= Math.max(1, PASSES.fewShare * imagesPerClass);
  const steps = Math.max(1, Math.floor(perClass * classes / FINE_TUNE_BATCH)); // an epoch's
  const epochs = Math.max(isFew ? PASSES.few : PASSES.many, Math.ceil(LEAST_STEPS / steps));
  return { from: null, perClass, epochs };
}
