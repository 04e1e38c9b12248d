import { LookalikeError } from "../../src/errors.ts";
import type { PretrainingRequest } from "../../src/jobs/job.ts";
import { type DatasetOptions, selectImages } from "../dataset/mod.ts";
import { type LabelledDataset, selectLabelled } from "../evaluate/mod.ts";
import { openTrainingImages, type TrainingImages } from "../open_training_images.ts";
import { LEAST_COMPARED } from "./comparison.ts";
import { holdOut } from "./hold_out.ts";
import { type JobExamples, jobPaths } from "./job_files.ts";
import { openJobImages } from "./job_images.ts";

/** The share of a collection's labelled images that pretraining does not see, and is watched with. */
const WATCHED = 0.1;

const NO_LABELS = "No item of the collection has a label.";

/** How images are wanted. */
export type ImagesOptions =
  & Pick<DatasetOptions, "side" | "imagesPerClass" | "onProgress">
  & { probedSide?: number };

/** Where a pretraining job's images are. */
export interface PretrainingImages {
  /** What a run remembers as their source. */
  source: string;
  /** How many images it learns from, if they can all be read; null where that is not known yet. */
  count: number | null;
  /** Opens them; they are decoded into the job's cache. */
  open(options: ImagesOptions): Promise<TrainingImages>;
}

/**
 * The images of a pretraining job: the folder that the operator has allowed, or the images of a
 * collection, watched with one in ten of those that have labels, by their ids.
 *
 * @param request Where they are.
 * @param job The job's own folder; what is known of a collection's images; and who is told of those
 * that cannot be read.
 * @returns How to open them.
 * @throws {LookalikeError} `damaged` if nothing is known of a collection's images.
 */
export function pretrainingImages(
  { source }: Pick<PretrainingRequest, "source">,
  job: { folder: string; known: JobExamples | null; onSkipped: (sentence: string) => void },
): PretrainingImages {
  const { folder, known, onSkipped } = job;
  const { images: own, cache } = jobPaths(folder);
  if ("folder" in source) {
    return {
      ...{ source: source.folder, count: null },
      open: (options) => openTrainingImages(source.folder, { ...options, cacheFolder: cache }),
    };
  }
  if (!known) throw new LookalikeError("damaged", "Cannot begin as examples.json is missing.");
  return {
    ...{
      source: own,
      count: known.examples.length - holdOut(known.examples, WATCHED).judge.length,
    },
    open: (options) => openCollection(folder, { ...options, known, onSkipped }),
  };
}

async function openCollection(
  folder: string,
  options: ImagesOptions & { known: JobExamples; onSkipped: (sentence: string) => void },
): Promise<TrainingImages> {
  const { known, side, probedSide = side, imagesPerClass = Infinity, onProgress } = options;
  const images = await openJobImages(folder, { known, side, onProgress });
  if (images.skipped) options.onSkipped(images.skipped);
  const { teach, judge } = holdOut(images.examples, WATCHED);
  const watched = new Set(judge);
  const { labels } = images.dataset;
  const seen = new Map<number, number>(); // images without a label count as one class
  const others = [...images.examples.keys()].filter((row) => {
    if (watched.has(row)) return false;
    const before = seen.get(labels[row]) ?? 0;
    seen.set(labels[row], before + 1);
    return before < imagesPerClass;
  });
  const train = selectImages(images.dataset, others);
  const isWatched = judge.length >= LEAST_COMPARED &&
    new Set(teach.map((row) => labels[row])).size >= 2;
  const hasOtherSide = isWatched && probedSide !== side;
  const probed = hasOtherSide
    ? await openJobImages(folder, { known, side: probedSide, onProgress })
    : images;
  const part = (rows: number[]): LabelledDataset => selectLabelled(probed.dataset, rows);
  return {
    train: teach.length > 0 ? train : { ...train, labels: null, whyUnlabelled: NO_LABELS },
    probed: isWatched ? { examples: part(teach), heldOut: part(judge) } : null,
    [Symbol.dispose]() {
      if (hasOtherSide) probed[Symbol.dispose]();
      images[Symbol.dispose]();
    },
  };
}
