/** What a function to minimise says at one point. */
export interface Evaluation {
  /** The function's value. */
  value: number;
  /** Its gradient there, float64 `[n]`. */
  gradient: Float64Array;
}

/** A function to minimise: from a point, float64 `[n]`, to its value and gradient. */
export type Objective = (point: Float64Array) => Evaluation | Promise<Evaluation>;
