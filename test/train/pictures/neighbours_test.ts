import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import sharp from "sharp";
import { type Dataset, openDataset } from "../../../train/dataset/mod.ts";
import { encodePng } from "../../../train/pictures/contact_sheet.ts";
import { drawNeighbours } from "../../../train/pictures/neighbours.ts";
import { createMeanColourRunner } from "../../embed/mean_colour_runner.ts";

const SIDE = 4;
type Colour = [r: number, g: number, b: number];

/** Plain pictures; greenish ones are of the class that their folder says, and one lies elsewhere. */
const COLOURS: Record<string, Colour> = {
  "blue/0": [10, 20, 200],
  "blue/1": [30, 10, 250],
  "blue/2": [20, 160, 130], // more green than blue
  "green/0": [10, 250, 20],
  "green/1": [20, 100, 30],
  "red/0": [250, 30, 10],
  "red/1": [90, 15, 20],
};

async function withDataset(
  test: (dataset: Dataset) => Promise<void>,
  nameOf: (name: string) => string = (name) => name,
): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    for (const [name, colour] of Object.entries(COLOURS)) {
      const path = join(home, "images", `${nameOf(name)}.png`);
      await Deno.mkdir(join(path, ".."), { recursive: true });
      const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => colour[at % 3]);
      await Deno.writeFile(path, await encodePng(pixels, { width: SIDE, height: SIDE }));
    }
    const source = join(home, "images");
    using dataset = await openDataset(source, { side: SIDE, cacheFolder: join(home, "cache") });
    await test(dataset);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** The colours of a sheet's pictures and frames, row by row; white where there is none. */
async function readSheet(png: Uint8Array, columns: number) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const cell = 16 * SIDE + 8; // enlarged 16 times, and a gap on both sides
  const at = (x: number, y: number) => {
    const from = (y * info.width + x) * 3;
    return [...data.subarray(from, from + 3)] as Colour;
  };
  return Array.from(
    { length: info.height / cell },
    (_, row) =>
      Array.from({ length: columns }, (_, column) => {
        const left = column * cell + (column > 0 ? 12 : 0);
        return {
          picture: at(left + cell / 2, row * cell + cell / 2),
          frame: at(left + 3, row * cell + 3),
        };
      }),
  );
}

function nearest(query: string): string[] {
  const cosine = (a: Colour, b: Colour) => {
    const dot = (u: Colour, v: Colour) => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  return Object.keys(COLOURS)
    .filter((name) => name !== query)
    .sort((a, b) => cosine(COLOURS[b], COLOURS[query]) - cosine(COLOURS[a], COLOURS[query]));
}

const nameOf = (colour: Colour) =>
  Object.keys(COLOURS).find((name) => COLOURS[name].join() === colour.join())!;

Deno.test("each class has a row: a query, then the others by cosine similarity of h", async () => {
  await withDataset(async (dataset) => {
    const runner = createMeanColourRunner({ side: SIDE, maxBatch: 3 });
    const rows = await readSheet(await drawNeighbours(runner, dataset), 7);
    assertEquals(runner.batches, [3, 3, 1]);
    assertEquals(rows.map(([query]) => nameOf(query.picture).split("/")[0]), [
      "blue",
      "green",
      "red",
    ]);
    for (const [query, ...found] of rows) {
      const name = nameOf(query.picture);
      assertEquals(found.map(({ picture }) => nameOf(picture)), nearest(name));
      assertEquals(query.frame, [255, 255, 255]);
      for (const { picture, frame } of found) {
        const isSame = nameOf(picture).split("/")[0] === name.split("/")[0];
        assert(isSame ? frame[1] > frame[0] : frame[0] > frame[1], `${name}: ${picture} ${frame}`);
      }
    }
  });
});

Deno.test("without classes every image is a query, and nothing is framed", async () => {
  await withDataset(async (dataset) => {
    assertEquals(dataset.labels, null);
    const runner = createMeanColourRunner({ side: SIDE });
    const rows = await readSheet(await drawNeighbours(runner, dataset), 7);
    assertEquals(new Set(rows.map(([query]) => nameOf(query.picture))).size, 7);
    for (const [query, ...found] of rows) {
      assertEquals(found.map(({ picture }) => nameOf(picture)), nearest(nameOf(query.picture)));
    }
    assertEquals(new Set(rows.flat().map(({ frame }) => frame.join())), new Set(["255,255,255"]));
  }, (name) => name.replace("/", "-"));
});
