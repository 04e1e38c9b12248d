import type { LabelBudget } from "../../fine_tune/mod.ts";
import { judge } from "../judge.ts";
import type { CellSpec, Scale, Study } from "../study.ts";

/** How many labels, and the paper's top-5 in per cent: ResNet-50 from scratch, and fine-tuned SimCLR. */
const COUNTS: { name: string; labels: LabelBudget; paper?: Record<Start, number> }[] = [
  { name: "1 a class", labels: { perClass: 1 } },
  { name: "4 a class", labels: { perClass: 4 } },
  { name: "16 a class", labels: { perClass: 16 } },
  { name: "64 a class", labels: { perClass: 64 } },
  { name: "1 %", labels: { share: 0.01 }, paper: { scratch: 48.4, pretrained: 75.5 } },
  { name: "10 %", labels: { share: 0.1 }, paper: { scratch: 80.4, pretrained: 87.8 } },
  { name: "all", labels: { share: 1 } },
];
const QUICK = ["1 a class", "1 %", "10 %"];

const STARTS = { pretrained: "SimCLR, fine-tuned", scratch: "from scratch" } as const;
type Start = keyof typeof STARTS;

const labelOf = (start: Start, name: string) => `${STARTS[start]}, ${name}`;

/** Fine-tuning on few labels against training on them alone. */
export const fewLabels: Study = {
  name: "few-labels",
  title: "Few labels: fine-tuned SimCLR against training from scratch",
  section: "§6, table 7",
  claim:
    "With 1 % and 10 % of the labels, a fine-tuned SimCLR is far better than training from scratch.",
  departures:
    "The paper reports top-5 on ImageNet; with ten classes top-1 says more. Shares are of the images " +
    "that were pretrained on, balanced over classes, and drawn anew for each seed. Both networks are " +
    "trained alike, with crops and flips, for 60 passes, 30 where labels are many, and 200 steps at least.",
  cells: ({ quick }: Scale) =>
    COUNTS.filter(({ name }) => !quick || QUICK.includes(name)).flatMap(({ name, labels }) =>
      (Object.keys(STARTS) as Start[]).map((start): CellSpec => ({
        label: labelOf(start, name),
        fineTuning: { start, labels },
      }))
    ),
  panels: (figures) => [{
    name: "labels",
    title: "Test images classified rightly by the labels that were known",
    kind: "lines",
    categoryName: "labels",
    seriesName: "network",
    valueName: "top-1 (%)",
    paperName: "top-5 (%), ImageNet, ResNet-50",
    series: (Object.keys(STARTS) as Start[]).map((start) => ({
      name: STARTS[start],
      points: COUNTS.map(({ name, paper }) => ({
        category: name,
        here: figures.summary(labelOf(start, name), "top1"),
        paper: paper?.[start],
      })),
    })),
  }],
  judge(figures) {
    const side = (start: Start, name: string) => ({
      name: STARTS[start],
      label: labelOf(start, name),
      figure: "top1",
    });
    return COUNTS.filter(({ paper }) => paper).map(({ name }) =>
      judge(figures, {
        claim: `With ${name} of the labels, SimCLR is better.`,
        above: side("pretrained", name),
        below: [side("scratch", name)],
      })
    );
  },
};
