/** Crops cut and resized as a textbook does it, pixel by pixel in float64. */
import type { Pictures } from "./pictures.ts";

/** One view's crop, in pixels. */
export interface Crop {
  top: number;
  left: number;
  height: number;
  width: number;
  flip: 0 | 1;
}

/** Pixels of an axis and how much each counts. */
type Weights = { pixel: number; weight: number }[];

/** Linear between the two nearest pixels; beyond the last centres, the last pixels go on. */
function interpolate(centre: number, length: number): Weights {
  const lower = Math.floor(centre);
  const share = centre - lower;
  const inside = (pixel: number) => Math.min(length - 1, Math.max(0, pixel));
  return [
    { pixel: inside(lower), weight: 1 - share },
    { pixel: inside(lower + 1), weight: share },
  ];
}

/** A triangle of the half width `reach` over all pixels, its weights making up 1. */
function average(centre: number, length: number, reach: number): Weights {
  const weights = Array.from({ length }, (_, pixel) => ({
    pixel,
    weight: Math.max(0, reach - Math.abs(pixel - centre)),
  }));
  const sum = weights.reduce((sum, { weight }) => sum + weight, 0);
  return weights.map(({ pixel, weight }) => ({ pixel, weight: weight / sum }));
}

/** Where place i of S lies on the axis, and of which pixels it is made. */
function weightsOf(
  place: number,
  axis: { start: number; extent: number; length: number; size: number },
): Weights {
  const { start, extent, length, size } = axis;
  const centre = start + (place + 0.5) * extent / size - 0.5;
  const step = extent / size;
  return step > 1 ? average(centre, length, step) : interpolate(centre, length);
}

/**
 * Cuts a crop out of each picture.
 *
 * @param pictures In 0 … 255.
 * @param crops A crop a picture.
 * @param size S.
 * @returns In 0 … 1, `[M, S, S, 3]`, one after the other.
 */
export function naiveCutCrops(pictures: Pictures, crops: Crop[], size: number): number[] {
  const [, height, width] = pictures.shape;
  const result: number[] = [];
  crops.forEach((crop, view) => {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const column = crop.flip ? size - 1 - x : x;
        const rows = weightsOf(y, { start: crop.top, extent: crop.height, length: height, size });
        const columns = weightsOf(column, {
          start: crop.left,
          extent: crop.width,
          length: width,
          size,
        });
        for (let colour = 0; colour < 3; colour++) {
          let sum = 0;
          for (const row of rows) {
            for (const column of columns) {
              const at = ((view * height + row.pixel) * width + column.pixel) * 3 + colour;
              sum += row.weight * column.weight * pictures.data[at];
            }
          }
          result.push(sum / 255);
        }
      }
    }
  });
  return result;
}
