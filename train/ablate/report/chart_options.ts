import type { EChartsOption, SeriesOption } from "echarts";
import type { Panel, Point } from "../panel.ts";
import { errorBars } from "./error_bars.ts";
import { INK, RAMP, SERIES_COLOURS } from "./palette.ts";

/** A drawing's size and what echarts is told. */
export interface Chart {
  /** In pixels. */
  width: number;
  height: number;
  option: EChartsOption;
}

const WIDTH = 760;
const TEXT = { color: INK, fontSize: 13 };
const FAINT = { lineStyle: { color: INK, opacity: 0.18 } };
/** A letter's width at most, on average over a label (pixels). */
const LETTER = 7.4;
/** Between two series of one category (pixels). */
const APART = 12;

/**
 * What echarts draws of a panel.
 *
 * @param panel The figures.
 * @returns Its size and options.
 */
export function chartOf(panel: Panel): Chart {
  const { option, height } = { dots, lines, matrix }[panel.kind](panel);
  return {
    width: WIDTH,
    height,
    option: {
      animation: false,
      textStyle: { fontFamily: "system-ui, sans-serif", color: INK },
      ...option,
    },
  };
}

/** The categories that have a figure, in the panel's order. */
function categoriesOf({ series }: Panel): string[] {
  const measured = series.flatMap(({ points }) => points.filter(({ here }) => here !== null));
  const all = [...new Set(series.flatMap(({ points }) => points.map(({ category }) => category)))];
  return all.filter((name) => measured.some(({ category }) => category === name));
}

function inOrder(points: Point[], categories: string[]): Point[] {
  return categories.map((category) =>
    points.find((point) => point.category === category) ?? { category, here: null }
  );
}

const percent = ({ here }: Point) => here === null ? "-" : 100 * here.mean;

/** Room for labels, of which the widest letters take most (pixels). */
function widthOf(labels: string[]): number {
  return 20 + LETTER * Math.max(...labels.map((label) => label.length));
}

function legend({ series }: Panel) {
  return series.length < 2 ? {} : {
    legend: { top: 0, left: 0, textStyle: TEXT, itemGap: 20, icon: "circle", inactiveColor: INK },
  };
}

function dots(panel: Panel) {
  const categories = categoriesOf(panel);
  const { series } = panel;
  const top = series.length > 1 ? 36 : 8;
  const row = Math.max(30, 16 + APART * series.length);
  const drawn = series.flatMap(({ name, points }, at): SeriesOption[] => {
    const colour = SERIES_COLOURS[at % SERIES_COLOURS.length];
    const offset = APART * (at - (series.length - 1) / 2);
    const own = inOrder(points, categories);
    return [{
      name,
      type: "scatter",
      symbolSize: 10,
      symbolOffset: [0, offset],
      itemStyle: { color: colour, opacity: 1 },
      data: own.map((point, index) => [percent(point), index]),
    }, errorBars(own, { horizontal: true, colour, offset })];
  });
  return {
    height: top + row * categories.length + 56,
    option: {
      ...legend(panel),
      grid: { left: widthOf(categories), right: 24, top, bottom: 56 },
      xAxis: {
        type: "value",
        scale: true,
        name: panel.valueName,
        nameLocation: "middle",
        nameGap: 30,
        nameTextStyle: TEXT,
        axisLabel: TEXT,
        axisLine: { show: false },
        splitLine: FAINT,
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: categories,
        axisLabel: TEXT,
        axisTick: { show: false },
        axisLine: FAINT,
        splitLine: { show: true, showMaxLine: false, ...FAINT },
      },
      series: drawn,
    } satisfies EChartsOption,
  };
}

function lines(panel: Panel) {
  const categories = categoriesOf(panel);
  const drawn = panel.series.flatMap(({ name, points }, at): SeriesOption[] => {
    const colour = SERIES_COLOURS[at % SERIES_COLOURS.length];
    const own = inOrder(points, categories);
    return [{
      name,
      type: "line",
      symbol: "circle",
      symbolSize: 9,
      connectNulls: true,
      lineStyle: { color: colour, width: 2 },
      itemStyle: { color: colour },
      data: own.map(percent),
    }, errorBars(own, { horizontal: false, colour, offset: 0 })];
  });
  return {
    height: 360,
    option: {
      ...legend(panel),
      grid: { left: 72, right: 24, top: 44, bottom: 64 },
      xAxis: {
        type: "category",
        data: categories,
        name: panel.categoryName,
        nameLocation: "middle",
        nameGap: 32,
        nameTextStyle: TEXT,
        axisLabel: { ...TEXT, interval: 0 },
        axisLine: FAINT,
        axisTick: { show: false },
      },
      yAxis: {
        type: "value",
        scale: true,
        name: panel.valueName,
        nameLocation: "middle",
        nameGap: 40,
        nameTextStyle: TEXT,
        axisLabel: TEXT,
        splitLine: FAINT,
      },
      series: drawn,
    } satisfies EChartsOption,
  };
}

function matrix(panel: Panel) {
  const columns = categoriesOf(panel);
  const rows = panel.series.map(({ name }) => name);
  const values = panel.series.flatMap(({ points }, row) =>
    inOrder(points, columns).flatMap((point, column) =>
      point.here === null ? [] : [{ row, column, value: 100 * point.here.mean }]
    )
  );
  const [least, greatest] = [Math.min, Math.max].map((pick) =>
    pick(...values.map(({ value }) => value))
  );
  const isDark = (value: number) => value > least + 0.45 * (greatest - least);
  const axis = (data: string[], name: string, gap: number) => ({
    type: "category" as const,
    data,
    name,
    nameLocation: "middle" as const,
    nameGap: gap,
    nameTextStyle: TEXT,
    axisLabel: { ...TEXT, interval: 0 },
    axisLine: { show: false },
    axisTick: { show: false },
  });
  return {
    height: 96 + 52 * rows.length,
    option: {
      grid: { left: 40 + widthOf(rows), right: 24, top: 8, bottom: 64 },
      xAxis: axis(columns, panel.categoryName, 32),
      yAxis: { ...axis(rows, panel.seriesName, 8 + widthOf(rows)), inverse: true },
      visualMap: { show: false, min: least, max: greatest, inRange: { color: RAMP } },
      series: [{
        type: "heatmap",
        itemStyle: { borderColor: "transparent", borderWidth: 2 },
        data: values.map(({ row, column, value }) => ({
          value: [column, row, value],
          label: {
            show: true,
            fontSize: 14,
            color: isDark(value) ? "#fff" : "#16324f",
            formatter: value.toFixed(1),
          },
        })),
      }],
    } satisfies EChartsOption,
  };
}
