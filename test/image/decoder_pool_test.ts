import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { LookalikeError } from "../../src/errors.ts";
import {
  createLocalDecoder,
  DEFAULT_IMAGE_LIMITS,
  type ImageDecoder,
  type ImageDecoderOptions,
  openImageDecoder,
} from "../../src/image/mod.ts";
import { random } from "../../src/random.ts";
import { realImages } from "../real_images.ts";
import { extractPhotographs } from "../some_photographs.ts";
import { heavyAvif } from "./heavy_avif.ts";
import { gradient, handwrittenPng, picture } from "./pictures.ts";

const LIMITS = DEFAULT_IMAGE_LIMITS;
const OPTIONS = { processes: 2, seconds: 30, memoryBytes: 2 ** 30, limits: LIMITS };
const tile = await picture(gradient(16, 16)).png().toBuffer();

Deno.test("every format comes out of a process as it does here, with its thumbnail", async () => {
  const base = picture(gradient(16, 12)).resize(160, 120);
  const files = await Promise.all([
    ...(["jpeg", "png", "webp", "gif", "tiff", "avif"] as const).map((format) =>
      base.clone().toFormat(format).toBuffer()
    ),
    base.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    base.clone().ensureAlpha(0.3).png().toBuffer(),
  ]);
  await withPool(OPTIONS, async (pool) => {
    const local = createLocalDecoder(LIMITS);
    for (const file of files) {
      const wanted = { side: 32, thumbnail: 48 };
      const apart = await pool.decode(file, wanted);
      assertEquals(apart, await local.decode(file, wanted));
      assertEquals(apart.pixels.buffer.byteLength, 32 * 32 * 3); // an array of its own
    }
    assertEquals((await pool.decode(tile, { side: 8 })).thumbnail, null);
    const decoded = files.length + 1;
    assertEquals(pool.stats(), { processes: 2, busy: 0, decoded, killed: 0, restarts: 0 });
  });
});

const photographs = await realImages();
Deno.test({
  name: "skip" in photographs
    ? `photographs come out of a process bit for bit (skipped: ${photographs.skip})`
    : "photographs come out of a process bit for bit",
  ignore: "skip" in photographs,
  fn: async () => {
    if ("skip" in photographs) return;
    const folder = await Deno.makeTempDir();
    await extractPhotographs(photographs.path, { folder, perClass: 5 });
    const files: Uint8Array[] = [];
    for (const split of ["train", "test"]) {
      for (const { name } of Deno.readDirSync(join(folder, split))) {
        for (const file of Deno.readDirSync(join(folder, split, name))) {
          files.push(await Deno.readFile(join(folder, split, name, file.name)));
        }
      }
    }
    await Deno.remove(folder, { recursive: true });
    assertEquals(files.length, 100);
    await withPool(OPTIONS, async (pool) => {
      const local = createLocalDecoder(LIMITS);
      for (const side of [32, 40]) {
        const wanted = { side, thumbnail: 16 };
        const [apart, here] = await Promise.all(
          [pool, local].map((decoder) =>
            Promise.all(files.map((file) => decoder.decode(file, wanted)))
          ),
        );
        assertEquals(apart, here);
      }
    });
  },
});

Deno.test("files longer than a pipe holds, and many at once, keep apart", async () => {
  const source = random(1);
  const noise = Uint8Array.from({ length: 600 * 600 * 3 }, () => source.below(256));
  const long = await picture({ data: noise, width: 600, height: 600 }).png().toBuffer();
  assert(long.length > 2 ** 20);
  await withPool(OPTIONS, async (pool) => {
    const local = createLocalDecoder(LIMITS);
    const expected = await Promise.all(
      [long, tile].map((file) => local.decode(file, { side: 300 })),
    );
    const all = await Promise.all(
      Array.from({ length: 60 }, (_, at) => pool.decode(at % 7 ? tile : long, { side: 300 })),
    );
    all.forEach((one, at) => assertEquals(one, expected[at % 7 ? 1 : 0]));
  });
});

Deno.test("what a process refuses it refuses with the words used here", async () => {
  const files = [
    new TextEncoder().encode("<svg/>"),
    new Uint8Array(),
    tile.subarray(0, 60),
    tile.subarray(0, 20),
    handwrittenPng(30_000, 30_000),
    handwrittenPng(2_000_000, 1),
    new Uint8Array(LIMITS.maxBytes + 1).fill(0xff),
  ];
  files[6].set([0xff, 0xd8, 0xff, 0xe0]);
  await withPool(OPTIONS, async (pool) => {
    const local = createLocalDecoder(LIMITS);
    for (const file of files) {
      const [apart, here] = await Promise.all(
        [pool, local].map((decoder) =>
          assertRejects(() => decoder.decode(file, { side: 8 }), LookalikeError)
        ),
      );
      assertEquals([apart.code, apart.message], [here.code, here.message]);
    }
    await pool.decode(tile, { side: 8 });
    assertEquals(pool.stats().killed, 0);
  });
});

Deno.test("an image that takes too long costs its process, and no other image anything", async () => {
  await withPool({ ...OPTIONS, seconds: 1, memoryBytes: 4 * 2 ** 30 }, async (pool) => {
    const slow = assertRejects(() => pool.decode(heavyAvif, { side: 8 }), LookalikeError);
    await Promise.all(Array.from({ length: 50 }, () => pool.decode(tile, { side: 8 })));
    const error = await slow;
    assertEquals(error.code, "unsupported_image");
    assertMatch(error.message, /it took more than 1 s\.$/);
    await until(() => pool.stats().processes === 2);
    assertEquals(pool.stats(), { processes: 2, busy: 0, decoded: 50, killed: 1, restarts: 1 });
  });
});

Deno.test("close ends what waits and what is under way", async () => {
  const pool = await openImageDecoder({ ...OPTIONS, processes: 1 });
  const refused = (file: Uint8Array): Promise<LookalikeError> =>
    assertRejects(() => pool.decode(file, { side: 8 }), LookalikeError);
  const open = [refused(heavyAvif), refused(tile)];
  await until(() => pool.stats().busy === 1);
  await pool.close();
  for (const { code } of await Promise.all([...open, refused(tile)])) {
    assertEquals(code, "unavailable");
  }
  assertEquals(pool.stats().processes, 0);
  await pool.close();
});

async function withPool(
  options: ImageDecoderOptions,
  use: (pool: ImageDecoder) => Promise<void>,
): Promise<void> {
  const pool = await openImageDecoder(options);
  try {
    await use(pool);
  } finally {
    await pool.close();
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 10));
}
