import { assert, assertEquals, assertRejects } from "@std/assert";
import sharp from "sharp";
import { LookalikeError } from "../../src/errors.ts";
import { decodeImage } from "../../src/image/mod.ts";
import { gradient, handwrittenPng, largestDifference, picture, type Pixels } from "./pictures.ts";

const SIDE = 16;
const square = gradient(SIDE, SIDE);

Deno.test("an image that has its size already comes through lossless formats bit for bit", async () => {
  const files = {
    png: await picture(square).png().toBuffer(),
    interlaced: await picture(square).png({ progressive: true }).toBuffer(),
    webp: await picture(square).webp({ lossless: true }).toBuffer(),
    tiff: await picture(square).tiff({ compression: "lzw" }).toBuffer(),
    bigTiff: await picture(square).tiff({ compression: "none", bigtiff: true }).toBuffer(),
  };
  for (const [name, file] of Object.entries(files)) {
    assertEquals(await decodeImage(file, { side: SIDE }), square.data, name);
  }
});

Deno.test("lossy formats come through nearly", async () => {
  const flat = fill(SIDE, [180, 60, 20]);
  const files = {
    jpeg: await picture(flat).jpeg({ quality: 95 }).toBuffer(),
    progressive: await picture(flat).jpeg({ progressive: true, quality: 95 }).toBuffer(),
    webp: await picture(flat).webp({ quality: 95 }).toBuffer(),
    gif: await picture(flat).gif().toBuffer(),
    avif: await picture(flat).avif({ quality: 90 }).toBuffer(),
  };
  for (const [name, file] of Object.entries(files)) {
    const pixels = await decodeImage(file, { side: SIDE });
    assert(largestDifference(pixels, flat.data) <= 4, `${name}: ${pixels.subarray(0, 3)}`);
  }
});

// What a viewer makes of the stored picture, by the EXIF standard's own table (4.6.4 A, tag 274):
// where the pixel shown at (x, y) lies in a stored square of side n.
const STORED: Record<number, (x: number, y: number, last: number) => [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, last) => [last - x, y],
  3: (x, y, last) => [last - x, last - y],
  4: (x, y, last) => [x, last - y],
  5: (x, y) => [y, x],
  6: (x, y, last) => [y, last - x],
  7: (x, y, last) => [last - y, last - x],
  8: (x, y, last) => [last - y, x],
};

for (const [orientation, stored] of Object.entries(STORED)) {
  Deno.test(`EXIF orientation ${orientation} is applied`, async () => {
    const shown = new Uint8Array(square.data.length);
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const [fromX, fromY] = stored(x, y, SIDE - 1);
        const from = (fromY * SIDE + fromX) * 3;
        shown.set(square.data.subarray(from, from + 3), (y * SIDE + x) * 3);
      }
    }
    const tagged = picture(square).withMetadata({ orientation: Number(orientation) });
    for (
      const file of [
        await tagged.clone().png().toBuffer(),
        await tagged.tiff({ compression: "lzw" }).toBuffer(),
      ]
    ) {
      assertEquals(await decodeImage(file, { side: SIDE }), shown);
    }
    const smooth = picture(square).withMetadata({ orientation: Number(orientation) });
    const jpeg = await smooth.jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
    assert(largestDifference(await decodeImage(jpeg, { side: SIDE }), shown) <= 6);
  });
}

Deno.test("a wide image is scaled to cover the square and its centre is kept", async () => {
  const wide = { ...gradient(1, 1), width: 96, height: 32, data: new Uint8Array(96 * 32 * 3) };
  for (let pixel = 0; pixel < 96 * 32; pixel++) {
    const third = Math.floor((pixel % 96) / 32);
    wide.data[pixel * 3 + third] = 255; // red, green, blue, side by side
  }
  const pixels = await decodeImage(await picture(wide).png().toBuffer(), { side: SIDE });
  const middle = (8 * SIDE + 8) * 3;
  assertEquals([...pixels.subarray(middle, middle + 3)], [0, 255, 0]);
  const turned = await picture(wide).withMetadata({ orientation: 6 }).png().toBuffer();
  const upright = await decodeImage(turned, { side: SIDE });
  assertEquals([...upright.subarray(middle, middle + 3)], [0, 255, 0]);
});

Deno.test("an image smaller than the square is enlarged", async () => {
  const pixels = await decodeImage(await picture(fill(3, [9, 99, 199])).png().toBuffer(), {
    side: 8,
  });
  assertEquals(pixels, fill(8, [9, 99, 199]).data);
});

Deno.test("CMYK, gray, palette and 16-bit images become 8-bit sRGB", async () => {
  const red = fill(SIDE, [200, 30, 40]);
  const cmyk = await picture(red).toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer();
  assertEquals((await sharp(cmyk).metadata()).space, "cmyk");
  const [r, g, b] = await decodeImage(cmyk, { side: SIDE });
  assert(r > 150 && g < 70 && b < 80, `CMYK red came out as ${r},${g},${b}`);

  const deep = await picture(red).toColourspace("rgb16").png().toBuffer();
  assertEquals((await sharp(deep).metadata()).depth, "ushort");
  assert(largestDifference(await decodeImage(deep, { side: SIDE }), red.data) <= 1);

  const gray = await picture(fill(SIDE, [77, 77, 77])).toColourspace("b-w").png().toBuffer();
  assertEquals((await sharp(gray).metadata()).channels, 1);
  assertEquals(await decodeImage(gray, { side: SIDE }), fill(SIDE, [77, 77, 77]).data);

  const palette = await picture(red).png({ palette: true }).toBuffer();
  assert((await sharp(palette).metadata()).isPalette);
  assertEquals(await decodeImage(palette, { side: SIDE }), red.data);
});

Deno.test("a colour profile is honoured", async () => {
  const wideRed = await picture(fill(SIDE, [200, 30, 40])).withIccProfile("p3").png().toBuffer();
  const [r, g, b] = await decodeImage(wideRed, { side: SIDE });
  assert(
    Math.abs(r - 200) <= 2 && Math.abs(g - 30) <= 2 && Math.abs(b - 40) <= 2,
    `${r},${g},${b}`,
  );
});

Deno.test("what is transparent is laid on white", async () => {
  const half = await sharp({
    create: { width: SIDE, height: SIDE, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  }).png().toBuffer();
  assertEquals(await decodeImage(half, { side: SIDE }), fill(SIDE, [255, 255, 255]).data);
  const veil = await sharp({
    create: {
      width: SIDE,
      height: SIDE,
      channels: 4,
      background: { r: 200, g: 0, b: 0, alpha: 0.5 },
    },
  }).webp({ lossless: true }).toBuffer();
  const [r, g, b] = await decodeImage(veil, { side: SIDE });
  assert(
    Math.abs(r - 227) <= 2 && Math.abs(g - 127) <= 2 && Math.abs(b - 127) <= 2,
    `${r},${g},${b}`,
  );
});

Deno.test("of an animation the first frame counts", async () => {
  const frames = [fill(SIDE, [255, 0, 0]), fill(SIDE, [0, 0, 255])];
  const film = sharp(new Uint8Array(frames.flatMap((frame) => [...frame.data])), {
    raw: { width: SIDE, height: SIDE * 2, channels: 3, pageHeight: SIDE },
  });
  for (
    const file of [
      await film.clone().gif().toBuffer(),
      await film.webp({ lossless: true }).toBuffer(),
    ]
  ) {
    assertEquals((await sharp(file, { animated: true }).metadata()).pages, 2);
    assertEquals(await decodeImage(file, { side: SIDE }), frames[0].data);
  }
});

Deno.test("an image cut short is damaged, in every format", async () => {
  const noise = picture(await noisy(64));
  for (const format of ["jpeg", "png", "webp", "gif", "tiff", "avif"] as const) {
    const whole = await noise.clone().toFormat(format).toBuffer();
    for (const share of [0.1, 0.5, 0.95]) {
      const cut = Uint8Array.from(whole.subarray(0, Math.floor(whole.length * share)));
      const error = await assertRejects(() => decodeImage(cut, { side: SIDE }), LookalikeError);
      assertEquals(error.code, "damaged", `${format} ${share}: ${error.message}`);
      assert(
        error.message.includes(format.toUpperCase()) && error.message.endsWith("."),
        error.message,
      );
    }
  }
});

Deno.test("a PNG whose data is broken is damaged, and one with stray bytes behind it is not", async () => {
  const whole = await picture(await noisy(64)).png().toBuffer();
  const broken = Uint8Array.from(whole);
  broken[whole.length >> 1] ^= 0xff;
  assertEquals(
    (await assertRejects(() => decodeImage(broken, { side: SIDE }), LookalikeError)).code,
    "damaged",
  );
  const longer = new Uint8Array(whole.length + 100);
  longer.set(whole);
  assertEquals(await decodeImage(longer, { side: SIDE }), await decodeImage(whole, { side: SIDE }));
});

Deno.test("other files are refused by what they are", async () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const files: [Uint8Array, string][] = [
    [text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), "it is SVG"],
    [text('\ufeff<?xml version="1.0"?>\n<svg width="9" height="9"/>'), "it is SVG"],
    [text("%PDF-1.7\n"), "it is PDF"],
    [text("\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "it is HEIC"],
    [text("BM12345678"), "it is BMP"],
    [text("P6\n1 1\n255\nabc"), "it is none that is known"],
    [new Uint8Array(5000), "it is none that is known"],
    [new Uint8Array(), "it is empty"],
  ];
  for (const [file, sentence] of files) {
    const error = await assertRejects(() => decodeImage(file, { side: SIDE }), LookalikeError);
    assertEquals(error.code, "unsupported_image");
    assert(error.message.includes(sentence), error.message);
  }
});

Deno.test("sharp itself can no longer open an SVG", async () => {
  const svg = new TextEncoder().encode(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  );
  await assertRejects(() => sharp(svg).png().toBuffer(), Error, "unsupported image format");
});

Deno.test("too many pixels are refused from the header, before any is decoded", async () => {
  const started = performance.now();
  const error = await assertRejects(
    () => decodeImage(handwrittenPng(30_000, 30_000), { side: SIDE }),
    LookalikeError,
  );
  assertEquals(error.code, "too_large");
  assert(error.message.includes("30000 × 30000"), error.message);
  assert(performance.now() - started < 2000); // decoding 900 megapixels takes many seconds
});

Deno.test("limits are the caller's: one pixel or byte more is too large", async () => {
  const file = await picture(square).png().toBuffer();
  const limits = { maxBytes: file.length, maxPixels: SIDE * SIDE };
  assertEquals(await decodeImage(file, { side: SIDE, limits }), square.data);
  for (const less of [{ maxBytes: file.length - 1 }, { maxPixels: SIDE * SIDE - 1 }]) {
    const error = await assertRejects(
      () => decodeImage(file, { side: SIDE, limits: { ...limits, ...less } }),
      LookalikeError,
    );
    assertEquals(error.code, "too_large");
  }
});

Deno.test("a header that promises pixels which are not there is damaged", async () => {
  const error = await assertRejects(
    () => decodeImage(handwrittenPng(32, 3200), { side: 8 }),
    LookalikeError,
  );
  assertEquals(error.code, "damaged");
  for (const [width, height] of [[0, 32], [2 ** 31 - 1, 2 ** 31 - 1]]) {
    const lie = handwrittenPng(width, height);
    assertEquals(
      (await assertRejects(() => decodeImage(lie, { side: 8 }), LookalikeError)).code,
      "damaged",
    );
  }
});

Deno.test("many calls at once give what single calls give", async () => {
  const files = await Promise.all(
    [10, 60, 110, 160, 210].map((value) => picture(fill(SIDE, [value, value, 0])).png().toBuffer()),
  );
  const many = await Promise.all(
    Array.from({ length: 100 }, (_, index) => decodeImage(files[index % 5], { side: SIDE })),
  );
  many.forEach((pixels, index) => assertEquals(pixels[0], 10 + (index % 5) * 50));
  assert(many[0].buffer !== many[5].buffer);
});

function fill(side: number, colour: [number, number, number]): Pixels {
  const data = new Uint8Array(side * side * 3);
  for (let at = 0; at < data.length; at += 3) data.set(colour, at);
  return { data, width: side, height: side };
}

async function noisy(side: number): Promise<Pixels> {
  const noise = { type: "gaussian" as const, mean: 128, sigma: 40 };
  const data = await sharp({
    create: { width: side, height: side, channels: 3, noise, background: "red" },
  })
    .raw().toBuffer();
  return { data, width: side, height: side };
}
