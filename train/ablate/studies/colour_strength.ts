import { sideOf } from "../compare.ts";
import { judge } from "../judge.ts";
import type { CellSpec, Scale, Study } from "../study.ts";

const JITTERED = "crop,flip,colour-jitter,grayscale";

/** s, whether views are blurred too, and the paper's top-1: contrastive and supervised, in per cent. */
const STRENGTHS = [
  { name: "1/8", s: 1 / 8, paper: { contrastive: 59.6, supervised: 77.0 } },
  { name: "1/4", s: 1 / 4, paper: { contrastive: 61.0, supervised: 76.7 } },
  { name: "1/2", s: 1 / 2, paper: { contrastive: 62.6, supervised: 76.5 } },
  { name: "1", s: 1, paper: { contrastive: 63.2, supervised: 75.7 } },
  { name: "1 + blur", s: 1, blur: true, paper: { contrastive: 64.5, supervised: 75.4 } },
] as const;
const QUICK: string[] = ["1/8", "1/2", "1"];

const KINDS = {
  contrastive: {},
  supervised: { loss: "cross-entropy", projectionHead: "none" },
} as const;

type Kind = keyof typeof KINDS;

const labelOf = (kind: Kind, name: string) => `${kind}, s ${name}`;

/** How strong colour distortion may be, with labels and without. */
export const colourStrength: Study = {
  name: "colour-strength",
  title: "Strength of colour distortion, contrastive and supervised",
  section: "§3.2, table 1",
  claim: "Contrastive learning wants stronger colour distortion than supervised learning.",
  departures:
    "Supervised networks are measured by a linear probe of h too, as the contrastive are.",
  cells: ({ quick }: Scale) =>
    STRENGTHS.filter(({ name }) => !quick || QUICK.includes(name)).flatMap((strength) =>
      (Object.keys(KINDS) as Kind[]).map((kind): CellSpec => ({
        label: labelOf(kind, strength.name),
        changes: {
          ...KINDS[kind],
          colourStrength: strength.s,
          augmentation: "blur" in strength ? `${JITTERED},blur` : JITTERED,
        },
        ...(quick ? { seeds: 2 } : {}),
      }))
    ),
  panels: (figures) => [{
    name: "strength",
    title: "Linear probe of h by the strength of colour distortion",
    kind: "lines",
    categoryName: "strength s",
    seriesName: "training",
    valueName: "top-1 (%)",
    paperName: "top-1 (%), ImageNet, ResNet-50",
    series: (Object.keys(KINDS) as Kind[]).map((kind) => ({
      name: kind,
      points: STRENGTHS.map(({ name, paper }) => ({
        category: name,
        here: figures.summary(labelOf(kind, name), "linear"),
        paper: paper[kind],
      })),
    })),
  }],
  judge(figures) {
    const side = (kind: Kind, name: string) => sideOf(labelOf(kind, name));
    return [
      judge(figures, {
        claim: "Contrastive learning gains from strength 1 over 1/8.",
        above: side("contrastive", "1"),
        below: [side("contrastive", "1/8")],
      }),
      judge(figures, {
        claim: "Supervised learning loses by it.",
        above: side("supervised", "1/8"),
        below: [side("supervised", "1")],
      }),
    ];
  },
};
