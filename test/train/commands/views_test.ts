import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import sharp from "sharp";
import { LookalikeError } from "../../../src/errors.ts";
import type { Values } from "../../../train/commands/command.ts";
import { viewsCommand } from "../../../train/commands/views.ts";

/** Runs the command on drawings in a folder of its own; gives the sheet, and what was said. */
async function views(values: Values): Promise<{ sheet: Uint8Array; said: string }> {
  const home = await Deno.makeTempDir();
  const out = join(home, "sheets", "views.png");
  let said = "";
  try {
    await viewsCommand.run({ data: "shapes", out, device: "cpu", "image-size": "16", ...values }, {
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

const CELL = 6 * 16 + 8; // 16 pixels enlarged six times, and a gap on both sides

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
  Deno.test(`views with ${JSON.stringify(values)} are refused by name`, async () => {
    const error = await assertRejects(() => views(values), LookalikeError);
    assertEquals(error.code, "invalid_input");
    assertStringIncludes(error.message, says);
  });
}
