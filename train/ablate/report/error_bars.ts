import type { CustomSeriesOption } from "echarts";
import type { Point } from "../panel.ts";

const CAP = 4;

/** Where error bars stand. */
export interface ErrorBarOptions {
  /** Whether values go to the right, as in rows of dots, or upwards. */
  horizontal: boolean;
  colour: string;
  /** How far from its category's middle the series stands (pixels). */
  offset: number;
}

/**
 * Bars of one standard deviation to each side of a series' means.
 *
 * @param points The series.
 * @param options Direction and place.
 * @returns A series for echarts; a point of one seed has no bar.
 */
export function errorBars(points: Point[], options: ErrorBarOptions): CustomSeriesOption {
  const { horizontal, colour, offset } = options;
  return {
    type: "custom",
    silent: true,
    z: 3,
    encode: horizontal ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    data: points.flatMap(({ here }, index) =>
      here === null || here.deviation === null
        ? []
        : [[index, 100 * (here.mean - here.deviation), 100 * (here.mean + here.deviation)]]
    ),
    renderItem(_, api) {
      const at = (which: number) => {
        const [index, value] = [api.value(0), api.value(which)];
        const [x, y] = api.coord(horizontal ? [value, index] : [index, value]);
        return horizontal ? [x, y + offset] : [x + offset, y];
      };
      const [[x1, y1], [x2, y2]] = [at(1), at(2)];
      const line = (from: [number, number], to: [number, number]) => ({
        type: "line" as const,
        shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
        style: { stroke: colour, lineWidth: 1.5 },
      });
      const [dx, dy] = horizontal ? [0, CAP] : [CAP, 0];
      return {
        type: "group",
        children: [
          line([x1, y1], [x2, y2]),
          line([x1 - dx, y1 - dy], [x1 + dx, y1 + dy]),
          line([x2 - dx, y2 - dy], [x2 + dx, y2 + dy]),
        ],
      };
    },
  };
}
