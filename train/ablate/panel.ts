import type { Summary } from "./figures.ts";

/** One figure beside the paper's. */
export interface Point {
  /** Where it stands on the axis. */
  category: string;
  /** What was measured here; null where it was not. */
  here: Summary | null;
  /** The paper's number, in per cent, where it gives one. */
  paper?: number;
}

/** Figures that belong together: dots in rows, lines, or the cells of a matrix. */
export interface Panel {
  /** For file names: unique within the study. */
  name: string;
  title: string;
  kind: "dots" | "lines" | "matrix";
  /** What the categories are, with their unit. */
  categoryName: string;
  /** What the series are; in a matrix, its rows. */
  seriesName: string;
  /** What is measured, a share of right answers. */
  valueName: string;
  /** What the paper's numbers are, where it gives some. */
  paperName?: string;
  series: { name: string; points: Point[] }[];
}
