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
 * @param rows The pictures; rows may differ in length, the first column stands a little apart.
 * @param options The side of each in pixels, and by how many times it is enlarged.
 * @returns A PNG file.
 */
export async function contactSheet(
  rows: Tile[][],
  options: { side: number; scale: number },
): Promise<Uint8Array> {
  const { side, scale } = options;
  const cell = side * scale + 2 * GAP;
  const apart = 3 * GAP;
  const width = Math.max(...rows.map((row) => row.length)) * cell + apart;
  const height = rows.length * cell;
  const sheet = new Uint8Array(width * height * 3).fill(PAPER);
  const put = (x: number, y: number, colour: ArrayLike<number>, from = 0) => {
    for (let c = 0; c < 3; c++) sheet[(y * width + x) * 3 + c] = colour[from + c];
  };
  rows.forEach((row, r) =>
    row.forEach(({ pixels, frame }, column) => {
      const left = column * cell + (column > 0 ? apart : 0);
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
