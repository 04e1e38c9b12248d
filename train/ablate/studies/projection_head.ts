import type { PretrainConfig } from "../../config.ts";
import { sideOf } from "../compare.ts";
import { judge } from "../judge.ts";
import type { CellSpec, Scale, Study } from "../study.ts";

const DIMENSIONS = [32, 64, 128, 256, 512];
const QUICK = [128];
/** Where h and g(h) are compared. */
const DIMENSION = 128;

type Kind = PretrainConfig["projectionHead"];

const labelOf = (kind: Kind, dimension: number) =>
  kind === "none" ? "no head" : `${kind} head, ${dimension} numbers`;
const WHOLE = labelOf("nonlinear", DIMENSION);

/** Which projection head, how wide, and what it throws away. */
export const projectionHead: Study = {
  name: "projection-head",
  title: "The projection head",
  section: "§4.2, figure 8 and table 3",
  claim:
    "A nonlinear head is better than a linear one (by about 3 points) and much better than none (by " +
    "more than 10); h is more than 10 points better than g(h), which loses what was done to the image.",
  departures:
    "Which transformation an image went through is told by a linear probe, not by a small network.",
  cells: ({ quick }: Scale) => [
    { label: labelOf("none", 0), changes: { projectionHead: "none" } },
    ...(quick ? QUICK : DIMENSIONS).flatMap((dimension) =>
      (["linear", "nonlinear"] as const).map((kind): CellSpec => ({
        label: labelOf(kind, dimension),
        changes: { projectionHead: kind, projectionDimension: dimension },
        ...(kind === "nonlinear" && dimension === DIMENSION
          ? { measures: ["projection", "transformations"] }
          : {}),
      }))
    ),
  ],
  panels(figures) {
    const dimensions = DIMENSIONS.filter((dimension) =>
      figures.measured([labelOf("linear", dimension), labelOf("nonlinear", dimension)], "linear")
        .length > 0
    );
    const byHead = {
      name: "head",
      title: "Linear probe of h by projection head",
      kind: dimensions.length > 1 ? "lines" : "dots",
      categoryName: "length of z",
      seriesName: "head",
      valueName: "top-1 (%)",
      series: (["none", "linear", "nonlinear"] as const).map((kind) => ({
        name: kind,
        points: dimensions.map((dimension) => ({
          category: String(dimension),
          here: figures.summary(labelOf(kind, dimension), "linear"),
        })),
      })),
    } as const;
    const told = [
      { category: "class", h: "linear", z: "linear-z" },
      { category: "rotation (of 4)", h: "rotation-h", z: "rotation-z", paper: [67.6, 25.6] },
      { category: "grayscale (of 2)", h: "grayscale-h", z: "grayscale-z" },
    ];
    return [byHead, {
      name: "layers",
      title: "What a linear probe tells from h and from g(h)",
      kind: "dots",
      categoryName: "what is told",
      seriesName: "from",
      valueName: "right answers (%)",
      paperName: "right answers (%), ImageNet",
      series: (["h", "z"] as const).map((layer, at) => ({
        name: layer === "h" ? "h" : "g(h)",
        points: told.map(({ category, paper, ...figure }) => ({
          category,
          here: figures.summary(WHOLE, figure[layer]),
          paper: paper?.[at],
        })),
      })),
    }];
  },
  judge(figures) {
    const head = (kind: Kind) => sideOf(labelOf(kind, DIMENSION));
    const layer = (name: string, figure: string) => ({ name, label: WHOLE, figure });
    return [
      judge(figures, {
        claim: "A nonlinear head is better than a linear one.",
        above: head("nonlinear"),
        below: [head("linear")],
      }),
      judge(figures, {
        claim: "A linear head is better than none.",
        above: head("linear"),
        below: [head("none")],
      }),
      judge(figures, {
        claim: "A nonlinear head is better than none.",
        above: head("nonlinear"),
        below: [head("none")],
      }),
      judge(figures, {
        claim: "h is better than g(h).",
        above: layer("h", "linear"),
        below: [layer("g(h)", "linear-z")],
      }),
      judge(figures, {
        claim: "h tells better than g(h) how an image was turned.",
        above: layer("rotation from h", "rotation-h"),
        below: [layer("from g(h)", "rotation-z")],
      }),
      judge(figures, {
        claim: "h tells better than g(h) whether an image lost its colours.",
        above: layer("grayscale from h", "grayscale-h"),
        below: [layer("from g(h)", "grayscale-z")],
      }),
    ];
  },
};
