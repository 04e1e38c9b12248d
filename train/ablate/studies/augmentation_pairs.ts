import { sideOf } from "../compare.ts";
import type { Figures } from "../figures.ts";
import { judge } from "../judge.ts";
import type { CellSpec, Scale, Study } from "../study.ts";

/** Transformations as the paper groups them, in the order in which a pipeline applies them. */
const TRANSFORMATIONS = {
  crop: "crop,flip",
  cutout: "cutout",
  colour: "colour-jitter,grayscale",
  sobel: "sobel",
  noise: "noise",
  blur: "blur",
  rotate: "rotate",
} as const;

type Transformation = keyof typeof TRANSFORMATIONS;

const ALL = Object.keys(TRANSFORMATIONS) as Transformation[];
const QUICK: Transformation[] = ["crop", "cutout", "colour", "rotate"];

/** The cell of two transformations in either order; of one alone, where both are the same. */
function labelOf(one: Transformation, other: Transformation): string {
  const pair = ALL.filter((name) => name === one || name === other);
  return pair.length === 1 ? `${pair[0]} alone` : pair.join(" + ");
}

function pairs({ quick }: Scale): [Transformation, Transformation][] {
  const names = quick ? QUICK : ALL;
  return names.flatMap((one, row) =>
    names.slice(row).map((other) => [one, other] as [Transformation, Transformation])
  );
}

/** The matrix of single transformations and pairs of them. */
export const augmentationPairs: Study = {
  name: "augmentation-pairs",
  title: "Augmentations, alone and in pairs",
  section: "§3.1, figure 5",
  claim:
    "No single transformation suffices; random crops and colour distortion together stand out.",
  departures:
    "The paper crops both branches to one size first, as its images have many; these have one, so the " +
    "other branch is the image itself. A pair is applied in one order, not in both. Colour is jitter " +
    "and grayscale, crop is a crop resized and mirrored.",
  cells: (scale) =>
    pairs(scale).map(([one, other]): CellSpec => ({
      label: labelOf(one, other),
      changes: {
        augmentation: ALL.filter((name) => name === one || name === other)
          .map((name) => TRANSFORMATIONS[name]).join(","),
        secondAugmentation: "none",
      },
      // The pair that the claim is about, and what it is compared with, with all seeds.
      ...(isCore(one, other) ? {} : { seeds: 1 }),
    })),
  panels(figures) {
    const names = ALL.filter((one) =>
      figures.measured(ALL.map((other) => labelOf(one, other)), "linear").length > 0
    );
    return [{
      name: "matrix",
      title: "Linear probe of h by the transformations of one branch",
      kind: "matrix",
      categoryName: "second transformation",
      seriesName: "first transformation",
      valueName: "top-1 (%)",
      series: names.map((one) => ({
        name: one,
        points: names.map((other) => ({
          category: other,
          here: figures.summary(labelOf(one, other), "linear"),
        })),
      })),
    }];
  },
  judge(figures) {
    const side = (one: Transformation, other: Transformation) => sideOf(labelOf(one, other));
    return [
      judge(figures, {
        claim: "Crop and colour together are better than either alone.",
        above: side("crop", "colour"),
        below: [side("crop", "crop"), side("colour", "colour")],
      }),
      judge(figures, {
        claim: "No other pair is as good as crop and colour.",
        above: side("crop", "colour"),
        below: otherPairs(figures).map(([one, other]) => side(one, other)),
      }),
    ];
  },
};

/** The pairs beside crop and colour that were measured. */
function otherPairs(figures: Figures): [Transformation, Transformation][] {
  return pairs({ quick: false }).filter(([one, other]) =>
    one !== other && !isCore(one, other) && figures.values(labelOf(one, other), "linear").length > 0
  );
}

function isCore(one: Transformation, other: Transformation): boolean {
  return [one, other].every((name) => name === "crop" || name === "colour");
}
