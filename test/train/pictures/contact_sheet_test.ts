import { assertEquals } from "@std/assert";
import sharp from "sharp";
import { contactSheet, encodePng, type Tile } from "../../../train/pictures/contact_sheet.ts";

const SIDE = 3;

/** A picture in which every pixel differs. */
function tile(number: number, frame?: Tile["frame"]): Tile {
  const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => 30 * number + at);
  return { pixels, frame };
}

/** A PNG's size and its colours by place. */
async function decode(png: Uint8Array) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  assertEquals(info.channels, 3);
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)];
  return { width: info.width, height: info.height, at };
}

Deno.test("a sheet shows each picture enlarged at its place, within its frame, on white", async () => {
  const scale = 2;
  const [gap, inner, apart] = [4, SIDE * scale, 12];
  const [cell, green] = [inner + 2 * gap, [0, 200, 0] as [number, number, number]];
  const rows = [[tile(0), tile(1, green), tile(2)], [tile(3), tile(4)]];
  const { width, height, at } = await decode(await contactSheet(rows, { side: SIDE, scale }));
  assertEquals([width, height], [3 * cell + apart, 2 * cell]);

  // Where every pixel of the sheet comes from, the other way round: first all is white
  const expected = Array.from({ length: height }, () => Array(width).fill([255, 255, 255]));
  rows.forEach((row, r) =>
    row.forEach(({ pixels, frame }, column) => {
      const left = column * cell + gap + (column > 0 ? apart : 0);
      const top = r * cell + gap;
      for (let y = -2; frame && y < inner + 2; y++) {
        for (let x = -2; x < inner + 2; x++) expected[top + y][left + x] = frame;
      }
      for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
        const [px, py] = [pixel % SIDE, Math.floor(pixel / SIDE)];
        const colour = [...pixels.subarray(3 * pixel, 3 * pixel + 3)];
        for (const dy of [0, 1]) {
          for (const dx of [0, 1]) expected[top + 2 * py + dy][left + 2 * px + dx] = colour;
        }
      }
    })
  );
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) assertEquals(at(x, y), expected[y][x], `at ${x}, ${y}`);
  }
});

Deno.test("columns stand apart where they are told to", async () => {
  const rows = [[tile(0), tile(1), tile(2), tile(3)]];
  const [gap, cell, apart] = [4, SIDE + 8, 12];
  for (const columns of [[], [2], [1, 3]]) {
    const sheet = await decode(await contactSheet(rows, { side: SIDE, scale: 1, apart: columns }));
    assertEquals(sheet.width, 4 * cell + columns.length * apart);
    for (let column = 0; column < 4; column++) {
      const before = columns.filter((first) => first <= column).length;
      const first = [0, 1, 2].map((colour) => 30 * column + colour);
      assertEquals(sheet.at(column * cell + before * apart + gap, gap), first);
    }
  }
});

Deno.test("pixels come back from a PNG as they were, from a part of a larger array too", async () => {
  const bytes = Uint8Array.from({ length: 5 + 4 * 2 * 3 }, (_, at) => 7 * at);
  const png = await encodePng(bytes.subarray(5), { width: 4, height: 2 });
  const { width, height, at } = await decode(png);
  assertEquals([width, height], [4, 2]);
  for (let pixel = 0; pixel < 8; pixel++) {
    const from = 5 + 3 * pixel;
    assertEquals(at(pixel % 4, Math.floor(pixel / 4)), [...bytes.subarray(from, from + 3)]);
  }
});
