/** A label that is likely wrong. */
export interface LabelMistake {
  /** Which example. */
  row: number;
  /** The class that it was given. */
  label: number;
  /** The class that it more likely is. */
  suggested: number;
  /** The probability of `suggested`. */
  probability: number;
  /** How likely the label is wrong, 0 to 1: (1 + p of `suggested` − p of `label`) / 2. */
  score: number;
}

/**
 * Lists the examples whose label is likely a mistake: by confident learning (Northcutt et al. 2021,
 * "Confident Learning: Estimating Uncertainty in Dataset Labels", §3), ranked by normalised margin.
 *
 * An example counts if a fit without it gives another class at least the probability that examples
 * with that label get on average, and gives its own label less than that other class.
 *
 * @param probabilities Out-of-fold, float32 `[N, C]`: of fits that did not learn from the row.
 * @param options.labels The classes given, int32 `[N]`.
 * @param options.judged The rows that have out-of-fold probabilities; others are left out.
 * @returns The likeliest mistakes first; of equal ones the first row.
 */
export function labelMistakes(
  probabilities: Float32Array,
  options: { labels: Int32Array; judged: Int32Array },
): LabelMistake[] {
  const { labels, judged } = options;
  const classes = probabilities.length / labels.length;
  const of = (row: number, label: number) => probabilities[row * classes + label];
  const usual = usualConfidence(of, { labels, judged, classes });
  const mistakes: LabelMistake[] = [];
  for (const row of judged) {
    const label = labels[row];
    let suggested = label;
    for (let other = 0; other < classes; other++) {
      if (of(row, other) >= usual[other] && of(row, other) > of(row, suggested)) suggested = other;
    }
    if (suggested === label) continue;
    const probability = of(row, suggested);
    mistakes.push({
      row,
      label,
      suggested,
      probability,
      score: (1 + probability - of(row, label)) / 2,
    });
  }
  return mistakes.sort((a, b) => b.score - a.score || a.row - b.row);
}

/** The mean probability of each class over the examples that have it as their label; ∞ without any. */
function usualConfidence(
  of: (row: number, label: number) => number,
  options: { labels: Int32Array; judged: Int32Array; classes: number },
): Float64Array {
  const { labels, judged, classes } = options;
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (const row of judged) {
    sums[labels[row]] += of(row, labels[row]);
    counts[labels[row]]++;
  }
  return sums.map((sum, label) => counts[label] > 0 ? sum / counts[label] : Infinity);
}
