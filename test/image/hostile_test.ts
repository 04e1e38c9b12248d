import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LookalikeError } from "../../src/errors.ts";
import { DEFAULT_IMAGE_LIMITS, imageFormat, openImageDecoder } from "../../src/image/mod.ts";
import { hostileImages, MAGICS } from "./hostile.ts";
import { gradient, picture } from "./pictures.ts";

const OPTIONS = {
  processes: 2,
  seconds: 20,
  memoryBytes: 256 * 2 ** 20,
  limits: DEFAULT_IMAGE_LIMITS,
};
const tile = await picture(gradient(16, 16)).png().toBuffer();

Deno.test("each hostile image is decoded or refused, in a way that is its own", async () => {
  const images = await hostileImages();
  assertEquals(new Set(images.map(({ name }) => name)).size, images.length);
  const pool = await openImageDecoder(OPTIONS);
  await Promise.all(images.map(async ({ name, bytes, outcomes }) => {
    const outcome = await pool.decode(bytes, { side: 16, thumbnail: 64 }).then(
      () => "decoded",
      (error) => {
        assert(error instanceof LookalikeError, `${name}: ${error}`);
        return error.code;
      },
    );
    assert(outcomes.some((one) => one === outcome), `${name}: ${outcome}`);
  }));
  await pool.decode(tile, { side: 16 });
  await pool.close();
});

Deno.test("whatever follows the magic of a format, the processes go on", async () => {
  const pool = await openImageDecoder(OPTIONS);
  const start = fc.constantFrom(...Object.values(MAGICS));
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 300 }), async (magic, rest) => {
      const bytes = new Uint8Array([...magic, ...rest]);
      assert(imageFormat(bytes) !== null);
      const code = await pool.decode(bytes, { side: 8, thumbnail: 8 }).then(
        () => "decoded",
        (error: LookalikeError) => error.code,
      );
      assert(["decoded", "damaged", "too_large", "unsupported_image"].includes(code), code);
    }),
    { numRuns: 300 },
  );
  assertEquals(pool.stats().processes, 2);
  assertEquals(pool.stats().killed, 0);
  await pool.close();
});
