import { sideOf } from "../compare.ts";
import { judge } from "../judge.ts";
import type { CellSpec, Scale, Study } from "../study.ts";

const DEPTHS = {
  "resnet18": "ResNet-18",
  "resnet34": "ResNet-34",
  "resnet50": "ResNet-50",
} as const;
type Depth = keyof typeof DEPTHS;

const WIDTHS = [0.125, 0.25, 0.5];
const ALL: [Depth, number][] = [
  ...WIDTHS.map((width): [Depth, number] => ["resnet18", width]),
  ...WIDTHS.map((width): [Depth, number] => ["resnet34", width]),
  ["resnet50", 0.125],
];
const QUICK: [Depth, number][] = [
  ["resnet18", 0.125],
  ["resnet18", 0.25],
  ["resnet18", 0.5],
  ["resnet34", 0.25],
];

const labelOf = (depth: Depth, width: number) => `${DEPTHS[depth]}, width ${width}`;

/** Larger networks. */
export const depthAndWidth: Study = {
  name: "depth-and-width",
  title: "Depth and width of the encoder",
  section: "§4.1, figure 7 and table 6",
  claim:
    "Wider and deeper encoders are better (linear probe of ResNet-50 after 1000 epochs: 69.3 % at " +
    "width 1, 74.2 % at 2, 76.5 % at 4).",
  departures: "Widths are below 1 and the training is short.",
  cells: ({ quick }: Scale) =>
    (quick ? QUICK : ALL).map(([encoder, widthMultiplier]): CellSpec => ({
      label: labelOf(encoder, widthMultiplier),
      changes: { encoder, widthMultiplier },
      ...(quick ? { seeds: 2 } : {}),
    })),
  panels: (figures) => [{
    name: "size",
    title: "Linear probe of h by encoder",
    kind: "lines",
    categoryName: "width over the usual",
    seriesName: "encoder",
    valueName: "top-1 (%)",
    series: (Object.keys(DEPTHS) as Depth[])
      .filter((depth) =>
        figures.measured(WIDTHS.map((width) => labelOf(depth, width)), "linear").length > 0
      )
      .map((depth) => ({
        name: DEPTHS[depth],
        points: WIDTHS.map((width) => ({
          category: String(width),
          here: figures.summary(labelOf(depth, width), "linear"),
        })),
      })),
  }],
  judge(figures) {
    const side = (depth: Depth, width: number) => sideOf(labelOf(depth, width));
    return [
      judge(figures, {
        claim: "A wider encoder is better.",
        above: side("resnet18", 0.5),
        below: [side("resnet18", 0.125)],
      }),
      judge(figures, {
        claim: "A deeper encoder is better.",
        above: side("resnet34", 0.25),
        below: [side("resnet18", 0.25)],
      }),
    ];
  },
};
