const BAR = 24;

/**
 * A duration for people.
 *
 * @param seconds How long.
 * @returns Such as `4:05` or `1:02:03`.
 */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/**
 * A share for people.
 *
 * @param share From 0 to 1.
 * @returns Such as `43.3 %`.
 */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/**
 * A share as a bar of 24 characters.
 *
 * @param share From 0 to 1; what is beyond counts as either.
 * @returns The bar.
 */
export function bar(share: number): string {
  const full = Math.round(BAR * Math.min(1, Math.max(0, share)));
  return "█".repeat(full) + "░".repeat(BAR - full);
}
