import { assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { imageFormat, imageHeader } from "../../src/image/mod.ts";
import { gradient, handwrittenPng, picture } from "./pictures.ts";

Deno.test("the header tells format and size as shown", async () => {
  for (const format of ["jpeg", "png", "webp", "gif", "tiff", "avif"] as const) {
    const file = await picture(gradient(16, 8)).toFormat(format).toBuffer();
    assertEquals(await imageHeader(file), { format, width: 16, height: 8 });
    assertEquals(imageFormat(file.subarray(0, 64)), format);
  }
  const turned = await picture(gradient(16, 8)).withMetadata({ orientation: 8 }).jpeg().toBuffer();
  assertEquals(await imageHeader(turned), { format: "jpeg", width: 8, height: 16 });
});

Deno.test("the header is read even where no pixel could be decoded", async () => {
  const empty = handwrittenPng(7000, 7000, new Uint8Array(1));
  assertEquals(await imageHeader(empty), { format: "png", width: 7000, height: 7000 });
});

Deno.test("an image that is a line is not taken", async () => {
  const error = await assertRejects(() => imageHeader(handwrittenPng(20_000, 1)), LookalikeError);
  assertEquals(error.code, "unsupported_image");
});

Deno.test("a header cut short is damaged", async () => {
  const jpeg = await picture(gradient(16, 8)).jpeg().toBuffer();
  const error = await assertRejects(() => imageHeader(jpeg.subarray(0, 24)), LookalikeError);
  assertEquals(error.code, "damaged");
});
