import { LookalikeError } from "../../src/errors.ts";
import { IMAGE_FORMATS } from "../../src/image/mod.ts";
import { type CachedImages, cachedImages } from "./cache.ts";
import { type Choice, choose } from "./choose.ts";
import { type Dataset, type DatasetOptions, describeSkipped, OWN_IMAGE_LIMITS } from "./dataset.ts";
import { layOut } from "./layout.ts";
import { openFiles } from "./open_files.ts";
import { SHAPES, shapesSource } from "./shapes_source.ts";
import type { ImageSource } from "./source.ts";

/**
 * Opens a set of images as squares of one size. The first time, all images of the source are decoded
 * into the cache, which every split and every number of images a class then shares; a second call
 * finds them there.
 *
 * Below `train/` and `test/`, where the source has both, or else right below the source, a folder a
 * class gives labels (see {@link choose} for the rules, and for the division where there is none).
 * Files that cannot be used are skipped and named; hidden files, and files that neither by name nor by
 * content are images, are passed over.
 *
 * @param source A folder, a tar archive of one (gzipped or not), or `shapes`.
 * @param options The side, which images, and where the cache is.
 * @returns The images; the caller closes them.
 * @throws {LookalikeError} `invalid_input` if the source is not there, is of another kind, or holds no
 * image that can be used; `damaged` if an archive ends too early.
 */
export async function openDataset(source: string, options: DatasetOptions): Promise<Dataset> {
  const { side, split, imagesPerClass, cacheFolder, seed = 0, onProgress } = options;
  const limits = options.limits ?? OWN_IMAGE_LIMITS;
  const concurrency = options.concurrency ?? 2 * navigator.hardwareConcurrency;
  checkWhole({ side, imagesPerClass, concurrency });

  const images = await openSource(source, { seed, split, imagesPerClass });
  const cached = await cachedImages(images, {
    form: { side, limits },
    cacheFolder,
    concurrency,
    onProgress,
  });
  const present = cached.names.filter((name) => name !== null);
  const choice = choose(present, { split, imagesPerClass, seed });
  if (choice.names.length === 0) {
    cached.pixels[Symbol.dispose]();
    throw noImages(source, cached, split);
  }
  return datasetOf(cached, choice, side);
}

/**
 * Whether a source says itself which images are for training and which for testing.
 *
 * @param source What {@link openDataset} takes.
 * @returns True if it has `train/` and `test/` at its top.
 * @throws {LookalikeError} As {@link openDataset} does.
 */
export async function hasSplits(source: string): Promise<boolean> {
  const images = await openSource(source, { seed: 0 });
  return layOut(await images.names()).splits;
}

async function openSource(
  source: string,
  options: Parameters<typeof shapesSource>[0],
): Promise<ImageSource> {
  if (source === SHAPES) return shapesSource(options);
  return await openFiles(source, {
    wanted: `a folder of images, a tar archive of one or "${SHAPES}"`,
  });
}

function datasetOf(cached: CachedImages, choice: Choice, side: number): Dataset {
  const { pixels, decoded } = cached;
  const rowOf = new Map(cached.names.map((name, row) => [name, row]));
  const rows = Int32Array.from(choice.names, (name) => rowOf.get(name)!);
  const count = rows.length;
  const stray = choice.stray.map((name) => ({ name, reason: "It lies outside train/ and test/." }));
  return {
    count,
    side,
    decoded,
    labels: choice.labels,
    whyUnlabelled: choice.whyUnlabelled,
    classes: choice.classes,
    names: choice.names,
    skipped: [...cached.skipped.filter(({ name }) => choice.concerns(name)), ...stray],
    bytes: count * pixels.rowBytes,
    all: () => pixels.read(rows),
    rows: async (indices) => {
      const outside = Array.from(indices).find((index) => !(index in rows));
      if (outside !== undefined) {
        throw new RangeError(
          `Cannot read image ${outside} as it must be a whole number from 0 to ${count - 1}.`,
        );
      }
      return await pixels.read(Int32Array.from(indices, (index) => rows[index]));
    },
    close: () => pixels[Symbol.dispose](),
    [Symbol.dispose]: () => pixels[Symbol.dispose](),
  };
}

function noImages(source: string, { skipped, names }: CachedImages, split?: string) {
  if (names.length > 0) {
    return new LookalikeError(
      "invalid_input",
      `Cannot use ${source} as its ${split} part is empty.`,
    );
  }
  const why = describeSkipped(skipped) ?? "No file in it is an image.";
  return new LookalikeError(
    "invalid_input",
    `Cannot use ${source} as it must hold an image that can be read (${IMAGE_FORMATS}), in it or in ` +
      `its folders: there is none. ${why}`,
  );
}

function checkWhole(numbers: Record<string, number | undefined>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value === undefined || (Number.isInteger(value) && value > 0)) continue;
    throw new LookalikeError(
      "invalid_input",
      `Cannot open the dataset as ${name} must be a whole number of at least 1: it is ${value}.`,
      { param: name },
    );
  }
}
