import { percent } from "../../src/readable.ts";
import type { Progress } from "../report.ts";

const WIDTH = 720;
const HEIGHT = 260;
const MARGIN = { left: 76, right: 64, top: 28, bottom: 40 };
const LOSS = "#3b6fd4";
const KNN = "#22a05a";
const INK = "#555";

/**
 * Draws how a run went: NT-Xent on the left axis, kNN on held-out images on the right one.
 *
 * @param history What was reported, in order.
 * @param title Written above.
 * @returns An SVG file.
 */
export function trainingCurve(history: Progress[], title: string): string {
  const { totalSteps, epochs } = history[history.length - 1];
  const losses = history.map(({ loss }) => loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const x = (step: number) =>
    MARGIN.left + (WIDTH - MARGIN.left - MARGIN.right) * step / totalSteps;
  const y = (share: number) =>
    HEIGHT - MARGIN.bottom - (HEIGHT - MARGIN.top - MARGIN.bottom) * share;
  const line = (points: [number, number][], colour: string) => {
    const path = points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(" ");
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${path}"/>`;
  };
  const text = (content: string, at: { x: number; y: number; colour?: string; anchor?: string }) =>
    `<text x="${at.x}" y="${at.y}" fill="${at.colour ?? INK}" text-anchor="${
      at.anchor ?? "middle"
    }">${escaped(content)}</text>`;

  const measured = history.filter((progress, index) =>
    progress.knn !== null && progress.knn !== history[index - 1]?.knn
  );
  const best = Math.max(0.1, ...measured.map(({ knn }) => knn!));
  const top = Math.ceil(best * 10) / 10;
  const lossAt = (loss: number) => y(high === low ? 0.5 : (loss - low) / (high - low));
  const parts = [
    text(title, { x: WIDTH / 2, y: 18 }),
    line([[x(0), y(0)], [x(totalSteps), y(0)]], "#ccc"),
    line(history.map(({ step, loss }) => [x(step), lossAt(loss)]), LOSS),
    text(`loss ${high.toFixed(2)}`, {
      x: MARGIN.left - 4,
      y: y(1) + 4,
      colour: LOSS,
      anchor: "end",
    }),
    text(low.toFixed(2), { x: MARGIN.left - 4, y: y(0) + 4, colour: LOSS, anchor: "end" }),
    text("epoch 0", { x: x(0), y: HEIGHT - 18 }),
    text(String(epochs), { x: x(totalSteps), y: HEIGHT - 18 }),
  ];
  if (measured.length > 0) {
    const last = measured[measured.length - 1];
    parts.push(
      line(measured.map(({ step, knn }) => [x(step), y(knn! / top)]), KNN),
      text(`kNN ${percent(last.knn!)}`, {
        x: x(totalSteps) + 4,
        y: y(last.knn! / top) - 8,
        colour: KNN,
      }),
    );
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `font-family="system-ui, sans-serif" font-size="12"><rect width="100%" height="100%" ` +
    `fill="white"/>${parts.join("")}</svg>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
