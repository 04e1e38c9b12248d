import { sideOf } from "../compare.ts";
import { judge } from "../judge.ts";
import type { CellSpec, Scale, Study } from "../study.ts";

const BATCHES = [64, 128, 256, 512];
const LENGTHS = [1, 2, 4];
/** The smallest batch and the largest with ordinary training, and long training of the one between. */
const QUICK: [batch: number, length: number][] = [[64, 1], [128, 1], [256, 1], [128, 3]];
const ALL_LENGTHS = [1, 2, 3, 4];

const labelOf = (batch: number, length: number) => `batch ${batch}, ${length}× epochs`;

/** More negatives, and longer training. */
export const batchAndEpochs: Study = {
  name: "batch-and-epochs",
  title: "Batch size and length of training",
  section: "§5.2, figure 9 and table B.1",
  claim:
    "Longer training is better; larger batches, which have more negatives, are better, the more so " +
    "the shorter the training.",
  departures:
    "The rate grows linearly with the batch. Batches are far smaller than the paper's 256 to 8192, so " +
    "that larger ones also cost updates of a network that has had few.",
  cells: ({ quick }: Scale) =>
    (quick ? QUICK : BATCHES.flatMap((batch) => LENGTHS.map((length) => [batch, length] as const)))
      .map(([batchSize, length]): CellSpec => ({
        label: labelOf(batchSize, length),
        changes: { batchSize },
        length,
      })),
  panels(figures) {
    const isMeasured = (batch: number, length: number) =>
      figures.values(labelOf(batch, length), "linear").length > 0;
    const lengths = ALL_LENGTHS.filter((length) =>
      BATCHES.some((batch) => isMeasured(batch, length))
    );
    return [{
      name: "batch",
      title: "Linear probe of h by batch size and length",
      kind: "lines",
      categoryName: "images in a batch",
      seriesName: "epochs",
      valueName: "top-1 (%)",
      series: lengths.map((length) => ({
        name: `${length}× epochs`,
        points: BATCHES.filter((batch) => lengths.some((each) => isMeasured(batch, each)))
          .map((batch) => ({
            category: String(batch),
            here: figures.summary(labelOf(batch, length), "linear"),
          })),
      })),
    }];
  },
  judge(figures) {
    const side = (batch: number, length: number) => sideOf(labelOf(batch, length));
    const isMeasured = (length: number) =>
      figures.values(labelOf(128, length), "linear").length > 0;
    const longest = [4, 3, 2].find(isMeasured) ?? 4;
    return [
      judge(figures, {
        claim:
          "Longer training is better (paper: +3.7 points from 100 to 800 epochs at batch 256).",
        above: side(128, longest),
        below: [side(128, 1)],
      }),
      judge(figures, {
        claim: "A larger batch is better in short training (paper: +2.0 points from 256 to 8192).",
        above: side(256, 1),
        below: [side(64, 1)],
      }),
    ];
  },
};
