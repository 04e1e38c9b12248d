import sharp from "sharp";

/** One picture of a sheet. */
export interface Tile {
  /** uint8 `[side, side, 3]`, sRGB. */
  pixels: Uint8Array;
  /** Colour of its frame, sRGB; none unless given. */
  frame?: [r: number, g: number, b: number];
}

const GAP = 4;
const PAPER = 255;

/**
 * Lays pictures out in rows.
 *
 * @param rows The pictures; rows may differ in length.
 * @param options The side of each in pixels, by how many times it is enlarged, and which columns stand a
 * little apart from the one before: the second unless told.
 * @returns A PNG file.
 */
export async function contactSheet(
  rows: Tile[][],
  options: { side: number; scale: number; apart?: number[] },
): Promise<Uint8Array> {
  const { side, scale, apart = [1] } = options;
  const cell = side * scale + 2 * GAP;
  const leftOf = (column: number) =>
    column * cell + apart.filter((first) => first <= column).length * 3 * GAP;
  const width = leftOf(Math.max(...rows.map((row) => row.length)) - 1) + cell;
  const height = rows.length * cell;
  const sheet = new Uint8Array(width * height * 3).fill(PAPER);
  const put = (x: number, y: number, colour: ArrayLike<number>, from = 0) => {
    for (let c = 0; c < 3; c++) sheet[(y * width + x) * 3 + c] = colour[from + c];
  };
  rows.forEach((row, r) =>
    row.forEach(({ pixels, frame }, column) => {
      const left = leftOf(column);
      const inner = side * scale;
      for (let y = -GAP / 2; y < inner + GAP / 2; y++) {
        for (let x = -GAP / 2; x < inner + GAP / 2; x++) {
          const [px, py] = [left + GAP + x, r * cell + GAP + y];
          const inside = x >= 0 && y >= 0 && x < inner && y < inner;
          if (inside) {
            put(px, py, pixels, (Math.floor(y / scale) * side + Math.floor(x / scale)) * 3);
          } else if (frame) put(px, py, frame);
        }
      }
    })
  );
  return await encodePng(sheet, { width, height });
}

/**
 * Pixels as a PNG file.
 *
 * @param pixels uint8 `[height, width, 3]`, sRGB.
 * @param size Of the picture.
 * @returns The file's content.
 */
export async function encodePng(
  pixels: Uint8Array,
  size: { width: number; height: number },
): Promise<Uint8Array> {
  return await sharp(pixels, { raw: { ...size, channels: 3 } }).png().toBuffer();
}
