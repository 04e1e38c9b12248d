import { sideOf } from "../compare.ts";
import { judge } from "../judge.ts";
import type { CellSpec, Scale, Study } from "../study.ts";

/** τ and the paper's top-1 with ℓ2 normalisation, in per cent. */
const NORMALISED = [
  { temperature: 0.05, paper: 59.7 },
  { temperature: 0.1, paper: 64.4 },
  { temperature: 0.2 },
  { temperature: 0.5, paper: 60.7 },
  { temperature: 1, paper: 58.0 },
];
const QUICK = [0.1, 0.2, 0.5, 1];
/** Without it, similarities are as large as z is long. */
const PLAIN = [{ temperature: 10, paper: 57.2 }];

const labelOf = (temperature: number, normalize: boolean) =>
  `${normalize ? "ℓ2" : "no ℓ2"}, τ ${temperature}`;

/** Temperature, and whether z is normalised. */
export const temperature: Study = {
  name: "temperature",
  title: "Temperature and normalisation",
  section: "§5.1, table 5",
  claim: "ℓ2 normalisation with a suitable temperature matters; without it z classifies worse.",
  departures: "",
  cells: ({ quick }: Scale) => [
    ...NORMALISED.filter(({ temperature }) => !quick || QUICK.includes(temperature))
      .map(({ temperature }): CellSpec => ({
        label: labelOf(temperature, true),
        changes: { temperature },
      })),
    ...PLAIN.map(({ temperature }): CellSpec => ({
      label: labelOf(temperature, false),
      changes: { temperature, normalize: false },
    })),
  ],
  panels: (figures) => [{
    name: "temperature",
    title: "Linear probe of h by temperature",
    kind: "dots",
    categoryName: "normalisation and temperature τ",
    seriesName: "",
    valueName: "top-1 (%)",
    paperName: "top-1 (%), ImageNet",
    series: [{
      name: "linear probe",
      points: [
        ...NORMALISED.map((each) => ({ ...each, normalize: true })),
        ...PLAIN.map((each) => ({ ...each, normalize: false })),
      ].map(({ temperature, normalize, paper }) => ({
        category: labelOf(temperature, normalize),
        here: figures.summary(labelOf(temperature, normalize), "linear"),
        paper,
      })),
    }],
  }],
  judge(figures) {
    const side = (temperature: number, normalize = true) => sideOf(labelOf(temperature, normalize));
    return [
      judge(figures, {
        claim: "τ 0.1 is better than 1.",
        above: side(0.1),
        below: [side(1)],
      }),
      judge(figures, {
        claim: "τ 0.1 is better than 0.5.",
        above: side(0.1),
        below: [side(0.5)],
      }),
      judge(figures, {
        claim: "ℓ2 normalisation is better than none.",
        above: side(0.1),
        below: [side(10, false)],
      }),
    ];
  },
};
