import { spreadOf } from "../evaluate/spread.ts";

/** One kind of figure over a cell's seeds: shares of right answers, 0 to 1. */
export interface Summary {
  mean: number;
  /** Standard deviation over seeds; null with one seed. */
  deviation: number | null;
  seeds: number;
}

/** The figures of a study's cells, as far as they are measured. */
export interface Figures {
  /**
   * The values of one figure.
   *
   * @param label The cell.
   * @param figure Such as `linear`.
   * @returns One value a seed that is done, 0 to 1.
   */
  values(label: string, figure: string): number[];
  /**
   * Their mean and deviation.
   *
   * @returns Null where nothing is measured.
   */
  summary(label: string, figure: string): Summary | null;
  /**
   * The variance within a cell, pooled over the cells that have several seeds: this study's, or the
   * whole run's where this one has none.
   *
   * @returns The variance and its degrees of freedom; null where no cell has several seeds.
   */
  pooled(figure: string): Pooled | null;
  /** The labels whose cells have a figure, of those given. */
  measured(labels: string[], figure: string): string[];
}

/** A variance and how well it is known. */
export interface Pooled {
  variance: number;
  degrees: number;
}

/** What one cell with one seed gave: a value by figure. */
export interface Measured {
  label: string;
  seed: number;
  figures: Record<string, number>;
}

/**
 * Figures out of results.
 *
 * @param study The results of the study's cells.
 * @param run Those of all cells of the run; labels need only be unique.
 * @returns The figures.
 */
export function figuresOf(study: Measured[], run: Measured[] = study): Figures {
  const values = (label: string, figure: string) =>
    study.filter((cell) => cell.label === label && figure in cell.figures)
      .map(({ figures }) => figures[figure]);
  return {
    values,
    summary: (label, figure) => summarise(values(label, figure)),
    pooled: (figure) => pool(study, figure) ?? pool(run, figure),
    measured: (labels, figure) => labels.filter((label) => values(label, figure).length > 0),
  };
}

/**
 * The mean of values.
 *
 * @param values At least one.
 * @returns Their mean.
 */
export function meanOf(values: number[]): number {
  return spreadOf(values).mean;
}

/**
 * The unbiased variance of values.
 *
 * @param values At least two.
 * @returns Σ (x − mean)² / (n − 1).
 */
export function varianceOf(values: number[]): number {
  return spreadOf(values).deviation! ** 2;
}

function summarise(values: number[]): Summary | null {
  if (values.length === 0) return null;
  const { mean, deviation } = spreadOf(values);
  return { mean, deviation, seeds: values.length };
}

function pool(cells: Measured[], figure: string): Pooled | null {
  const groups = Map.groupBy(
    cells.filter(({ figures }) => figure in figures),
    ({ label }) => label,
  );
  let [squares, degrees] = [0, 0];
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    squares += varianceOf(group.map(({ figures }) => figures[figure])) * (group.length - 1);
    degrees += group.length - 1;
  }
  return degrees === 0 ? null : { variance: squares / degrees, degrees };
}
