import type { PretrainConfig } from "../../config.ts";
import { sideOf } from "../compare.ts";
import { type Figures, meanOf } from "../figures.ts";
import { judge } from "../judge.ts";
import type { CellSpec, Scale, Study } from "../study.ts";

/** A loss, the setting that it is picked by, and the paper's top-1 in per cent. */
interface Contender {
  name: string;
  changes: Partial<PretrainConfig>;
  setting: "temperature" | "margin";
  grid: number[];
  quick: number[];
  paper: number;
}

const TEMPERATURES = {
  setting: "temperature",
  grid: [0.1, 0.2, 0.5, 1],
  quick: [0.2, 0.5],
} as const;
const MARGINS = { setting: "margin", grid: [0.2, 0.4, 0.8], quick: [0.4, 0.8] } as const;
const spread = <T extends typeof TEMPERATURES | typeof MARGINS>(of: T) => ({
  setting: of.setting,
  grid: [...of.grid],
  quick: [...of.quick],
});

const NT_XENT: Contender = {
  name: "NT-Xent",
  changes: { loss: "nt-xent" },
  ...spread(TEMPERATURES),
  paper: 63.9,
};
const NT_LOGISTIC: Contender = {
  name: "NT-Logistic",
  changes: { loss: "nt-logistic" },
  ...spread(TEMPERATURES),
  paper: 51.6,
};
const NT_LOGISTIC_SEMI_HARD: Contender = {
  ...NT_LOGISTIC,
  name: "NT-Logistic, semi-hard",
  changes: { loss: "nt-logistic", semiHard: true },
  paper: 57.9,
};
const MARGIN: Contender = {
  name: "margin triplet",
  changes: { loss: "margin-triplet" },
  ...spread(MARGINS),
  paper: 50.9,
};
const MARGIN_SEMI_HARD: Contender = {
  ...MARGIN,
  name: "margin triplet, semi-hard",
  changes: { loss: "margin-triplet", semiHard: true },
  paper: 57.5,
};
const CONTENDERS = [NT_XENT, NT_LOGISTIC, NT_LOGISTIC_SEMI_HARD, MARGIN, MARGIN_SEMI_HARD];

const symbol = { temperature: "τ", margin: "margin" };
const labelOf = ({ name, setting }: Contender, value: number) =>
  `${name}, ${symbol[setting]} ${value}`;

/** The setting with the best mean on the validation part, of those measured. */
function best(figures: Figures, contender: Contender): string {
  const labels = contender.grid.map((value) => labelOf(contender, value));
  const measured = figures.measured(labels, "validation");
  const mean = (label: string) => meanOf(figures.values(label, "validation"));
  return measured.toSorted((a, b) => mean(b) - mean(a))[0] ?? labels[0];
}

/** NT-Xent against its alternatives, each with its own setting. */
export const losses: Study = {
  name: "losses",
  title: "Losses",
  section: "§5.1, table 4",
  claim: "NT-Xent is better than the logistic and the margin loss, even with semi-hard negatives.",
  departures:
    "The temperature or margin of each loss is the one of its grid that is best on a validation part " +
    "of the training images, a fifth of them, by the mean over seeds.",
  cells: ({ quick }: Scale) =>
    CONTENDERS.flatMap((contender) =>
      contender[quick ? "quick" : "grid"].map((value): CellSpec => ({
        label: labelOf(contender, value),
        changes: { ...contender.changes, [contender.setting]: value },
        measures: ["validation"],
      }))
    ),
  panels: (figures) => [{
    name: "losses",
    title: "Linear probe of h by loss, each with its best setting",
    kind: "dots",
    categoryName: "loss",
    seriesName: "",
    valueName: "top-1 (%)",
    paperName: "top-1 (%), ImageNet, 100 epochs",
    series: [{
      name: "linear probe",
      points: CONTENDERS.map((contender) => ({
        category: best(figures, contender),
        here: figures.summary(best(figures, contender), "linear"),
        paper: contender.paper,
      })),
    }],
  }, {
    name: "grid",
    title: "What the settings were picked by: the validation part",
    kind: "dots",
    categoryName: "loss and setting",
    seriesName: "",
    valueName: "top-1 on the validation part (%)",
    series: [{
      name: "validation",
      points: CONTENDERS.flatMap((contender) =>
        figures.measured(contender.grid.map((value) => labelOf(contender, value)), "validation")
          .map((label) => ({ category: label, here: figures.summary(label, "validation") }))
      ),
    }],
  }],
  judge(figures) {
    const side = (contender: Contender) => sideOf(best(figures, contender));
    return [
      judge(figures, {
        claim: "NT-Xent is better than each alternative.",
        above: side(NT_XENT),
        below: CONTENDERS.slice(1).map(side),
      }),
      judge(figures, {
        claim: "Semi-hard negatives help the logistic loss.",
        above: side(NT_LOGISTIC_SEMI_HARD),
        below: [side(NT_LOGISTIC)],
      }),
      judge(figures, {
        claim: "Semi-hard negatives help the margin loss.",
        above: side(MARGIN_SEMI_HARD),
        below: [side(MARGIN)],
      }),
    ];
  },
};
