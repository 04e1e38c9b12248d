/** Channels of the four stages of a ResNet at width 1× (He et al., arXiv 1512.03385, table 1). */
const STAGES = [64, 128, 256, 512];

/**
 * A width multiplier w that gives a network these channels: the ratio that all stages have in common,
 * or else the one with the fewest decimal places that comes to them by rounding.
 *
 * @param channels Of the four stages, before a bottleneck's expansion.
 * @returns w, or null if there is none.
 *
 * @example
 * ```ts
 * import { widthMultiplierOf } from "./width_multiplier.ts";
 * console.assert(widthMultiplierOf([4, 8, 16, 32]) === 0.0625);
 * console.assert(widthMultiplierOf([19, 38, 77, 154]) === 0.3);
 * ```
 */
export function widthMultiplierOf(channels: number[]): number | null {
  const ratios = channels.map((count, stage) => count / STAGES[stage]);
  if (ratios.every((ratio) => ratio === ratios[0])) return ratios[0];
  // A stage has round(usual · w) channels if w is from `least` up to, but not, `most`.
  const least = Math.max(...channels.map((count, stage) => (count - 0.5) / STAGES[stage]));
  const most = Math.min(...channels.map((count, stage) => (count + 0.5) / STAGES[stage]));
  if (least >= most) return null;
  let scale = 1;
  while (Math.ceil(least * scale) / scale >= most) scale *= 10;
  return Math.ceil(least * scale) / scale;
}
