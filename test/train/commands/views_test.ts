import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import sharp from "sharp";
import { LookalikeError } from "../../../src/errors.ts";
import type { Values } from "../../../train/commands/command.ts";
import { viewsCommand } from "../../../train/commands/views.ts";
import { encodePng } from "../../../train/pictures/contact_sheet.ts";
import { noise, viewsIn } from "../augment/pictures.ts";

const SIDE = 16;
const PICTURES = noise([12, SIDE, SIDE, 3], { largest: 255, seed: 1 });

/** Runs the command on twelve pictures of noise in a folder; gives the sheet, and what was said. */
async function views(values: Values): Promise<{ sheet: Uint8Array; said: string }> {
  const home = await Deno.makeTempDir();
  const [data, out] = [join(home, "images"), join(home, "sheets", "views.png")];
  let said = "";
  try {
    await Deno.mkdir(data);
    const pictures = viewsIn(PICTURES.data, 12).map(async (pixels, index) => {
      const png = await encodePng(Uint8Array.from(pixels), { width: SIDE, height: SIDE });
      await Deno.writeFile(join(data, `${index}.png`), png);
    });
    await Promise.all(pictures);
    await viewsCommand.run({ data, out, device: "cpu", "image-size": String(SIDE), ...values }, {
      home,
      signal: new AbortController().signal,
      out: (text) => said += text,
      isTerminal: false,
      columns: 80,
    });
    return { sheet: await Deno.readFile(out), said };
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function sizeOf(png: Uint8Array): Promise<[width: number | undefined, height?: number]> {
  const { width, height } = await sharp(png).metadata();
  return [width, height];
}

const CELL = 6 * SIDE + 8; // enlarged six times, and a gap on both sides

Deno.test("ten images and five draws of each view are drawn unless more or fewer are wanted", async () => {
  const { sheet, said } = await views({});
  assertEquals(await sizeOf(sheet), [11 * CELL + 12, 10 * CELL]);
  assertStringIncludes(said, "views.png");
  const few = await views({ images: "2", draws: "1" });
  assertEquals(await sizeOf(few.sheet), [3 * CELL + 12, 2 * CELL]);
  const apart = await views({ images: "2", draws: "1", "second-augmentation": "none" });
  assertEquals(await sizeOf(apart.sheet), [3 * CELL + 24, 2 * CELL]);
});

Deno.test("the options of augmentation, the preset and the seed decide what is drawn", async () => {
  const small = { images: "3", draws: "2", augmentation: "crop,noise" };
  const { sheet } = await views(small);
  assertEquals((await views(small)).sheet, sheet);
  const others: Values[] = [
    { seed: "1" },
    { augmentation: "crop" },
    { "second-augmentation": "crop" },
    { "crop-area": "0.9" },
    { "noise-deviation": "0.5" },
    { "stored-size": "24" },
    { preset: "quickstart" }, // its crops are larger
  ];
  for (const other of others) {
    const { sheet: changed } = await views({ ...small, ...other });
    assertNotEquals(changed, sheet, JSON.stringify(other));
  }
});

const WRONG: [Values, string][] = [
  [{ data: undefined }, "--data is missing"],
  [{ data: "/nowhere" }, "/nowhere"],
  [{ images: "0" }, "--images must be from 1 to 100: it is 0"],
  [{ draws: "101" }, "--draws"],
  [{ augmentation: "crop,blurr" }, "blurr"],
  [{ preset: "nope" }, "nope"],
];

for (const [values, says] of WRONG) {
  Deno.test(`views that cannot be drawn are refused: ${says}`, async () => {
    const error = await assertRejects(() => views(values), LookalikeError);
    assertEquals(error.code, "invalid_input");
    assertStringIncludes(error.message, says);
  });
}
