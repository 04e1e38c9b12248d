import { init } from "echarts";
import type { Panel } from "../panel.ts";
import { chartOf } from "./chart_options.ts";

/**
 * Draws a panel.
 *
 * @param panel The figures.
 * @returns An SVG element that takes its text's colour from the page around it; null where nothing is
 * measured.
 */
export function drawPanel(panel: Panel): string | null {
  if (panel.series.every(({ points }) => points.every(({ here }) => here === null))) return null;
  const { width, height, option } = chartOf(panel);
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(option);
    // Without what it says of a pointer above it, whose names would clash with another drawing's.
    return chart.renderToSVGString({ useViewBox: true }).replace(/<style.*?<\/style>\s*/s, "");
  } finally {
    chart.dispose(); // else it keeps the process alive
  }
}

/**
 * A drawing as a file of its own: dark text on white, as there is no page around it.
 *
 * @param svg What {@linkcode drawPanel} gave.
 * @returns The file's text.
 */
export function standalone(svg: string): string {
  return svg.replace("<svg ", '<svg style="color:#222;background:#fff" ') + "\n";
}
