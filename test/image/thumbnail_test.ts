import { assert, assertEquals } from "@std/assert";
import sharp from "sharp";
import { makeThumbnail } from "../../src/image/mod.ts";
import { gradient, picture } from "./pictures.ts";

Deno.test("a thumbnail is whole, upright and no longer than asked, and tells nothing else", async () => {
  const turned = await picture(gradient(16, 12)).resize(160, 120)
    .withExif({ IFD0: { Copyright: "somebody" }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } })
    .withMetadata({ orientation: 6 }).jpeg().toBuffer();
  assert((await sharp(turned).metadata()).exif !== undefined);
  const found = await sharp(await makeThumbnail(turned, { longest: 48 })).metadata();
  assertEquals([found.format, found.width, found.height], ["webp", 36, 48]);
  assertEquals([found.orientation, found.exif, found.icc], [undefined, undefined, undefined]);
});

Deno.test("a thumbnail of a small image is not enlarged, and what is transparent is white", async () => {
  const background = { r: 200, g: 0, b: 0, alpha: 0 };
  const clear = await sharp({ create: { width: 9, height: 5, channels: 4, background } })
    .png().toBuffer();
  const thumbnail = sharp(await makeThumbnail(clear, { longest: 48 }));
  const { data, info } = await thumbnail.raw().toBuffer({ resolveWithObject: true });
  assertEquals([info.width, info.height, info.channels], [9, 5, 3]);
  assert(data.every((value) => value >= 253), `${data.subarray(0, 9)}`);
});

Deno.test("a line becomes a thumbnail one pixel thin", async () => {
  const line = await picture({ data: new Uint8Array(2000 * 3), width: 2000, height: 1 }).png()
    .toBuffer();
  const { width, height } = await sharp(await makeThumbnail(line, { longest: 64 })).metadata();
  assertEquals([width, height], [64, 1]);
});
