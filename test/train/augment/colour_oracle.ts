/** Changes of colour as a textbook does them, image by image and pixel by pixel in float64. */

/** Red, green and blue, or hue, saturation and value, each in 0 … 1. */
type Triple = [number, number, number];

/** What happens to one view. */
export interface Jitter {
  /** Its four operations by number, in order: 0 brightness, 1 contrast, 2 saturation, 3 hue. */
  order: number[];
  /** The amount of each operation, by its number. */
  amounts: number[];
  /** 1 if anything happens at all. */
  applied: number;
}

/**
 * Brightness, contrast, saturation and hue in the view's order, cut to 0 … 1 after each.
 *
 * @param pixels One image, `[H · W · 3]`, in 0 … 1.
 * @param jitter What happens to it.
 * @returns The changed image.
 */
export function naiveColourJitter(pixels: ArrayLike<number>, jitter: Jitter): number[] {
  let image: Triple[] = Array.from({ length: pixels.length / 3 }, (_, at) => [
    pixels[3 * at],
    pixels[3 * at + 1],
    pixels[3 * at + 2],
  ]);
  if (jitter.applied === 0) return image.flat();
  for (const operation of jitter.order) {
    image = change(image, operation, jitter.amounts[operation]).map((pixel) =>
      pixel.map(clip) as Triple
    );
  }
  return image.flat();
}

/**
 * One image without its colours, by the luminance of ITU-R BT.601.
 *
 * @param pixels One image, `[H · W · 3]`.
 * @returns The gray image, `[H · W · 3]`.
 */
export function naiveGrayscale(pixels: ArrayLike<number>): number[] {
  return Array.from({ length: pixels.length / 3 }, (_, at) => {
    const [red, green, blue] = [pixels[3 * at], pixels[3 * at + 1], pixels[3 * at + 2]];
    const gray = 0.2989 * red + 0.587 * green + 0.114 * blue;
    return [gray, gray, gray];
  }).flat();
}

function change(image: Triple[], operation: number, amount: number): Triple[] {
  if (operation === 0) return image.map((pixel) => pixel.map((value) => value * amount) as Triple);
  if (operation === 1) {
    const mean = [0, 1, 2].map((colour) =>
      image.reduce((sum, pixel) => sum + pixel[colour], 0) / image.length
    );
    return image.map((pixel) =>
      pixel.map((value, colour) => mean[colour] + amount * (value - mean[colour])) as Triple
    );
  }
  return image.map((pixel) => {
    const [hue, saturation, value] = toHsv(pixel);
    return operation === 2
      ? toRgb([hue, clip(saturation * amount), value])
      : toRgb([((hue + amount) % 1 + 1) % 1, saturation, value]);
  });
}

function toHsv([red, green, blue]: Triple): Triple {
  const value = Math.max(red, green, blue);
  const chroma = value - Math.min(red, green, blue);
  if (chroma === 0) return [0, 0, value];
  const sixth = value === red
    ? (green - blue) / chroma
    : value === green
    ? 2 + (blue - red) / chroma
    : 4 + (red - green) / chroma;
  return [(sixth / 6 + 1) % 1, chroma / value, value];
}

function toRgb([hue, saturation, value]: Triple): Triple {
  const sixth = Math.floor(6 * hue) % 6;
  const rest = 6 * hue - Math.floor(6 * hue);
  const low = value * (1 - saturation);
  const falling = value * (1 - rest * saturation);
  const rising = value * (1 - (1 - rest) * saturation);
  const colours: Triple[] = [
    [value, rising, low],
    [falling, value, low],
    [low, value, rising],
    [low, falling, value],
    [rising, low, value],
    [value, low, falling],
  ];
  return colours[sixth];
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
