import { LookalikeError } from "../../src/errors.ts";
import { type Dataset, openDataset, selectImages } from "../dataset/mod.ts";
import type { LabelledDataset } from "../evaluate/mod.ts";
import { type JobExamples, jobPaths } from "./job_files.ts";

/** The class of an image of which none is known. */
const UNLABELLED = -1;

/** A job's images as squares of one size, with what is known of each. */
export interface JobImages extends Disposable {
  /** Those that can be read, in the order of the examples; labels are −1 where none is known. */
  readonly dataset: LabelledDataset;
  /** The examples of the same images. */
  readonly examples: JobExamples["examples"];
  /** A sentence on those that cannot be read, or null. */
  readonly skipped: string | null;
}

/** So many images that cannot be read are named. */
const NAMED = 3;

/**
 * Opens the images of a job; they are decoded once into its cache. Labels come from its examples, not
 * from folders.
 *
 * @param folder The job's own.
 * @param options What is known of the images, the side in pixels, and who is told while they are
 * decoded.
 * @returns The images; the caller disposes of them.
 * @throws {LookalikeError} `invalid_input` if none can be read.
 */
export async function openJobImages(
  folder: string,
  options: {
    known: JobExamples;
    side: number;
    onProgress?: (done: number, total: number | null) => void;
  },
): Promise<JobImages> {
  const { known: { classes, examples }, side, onProgress } = options;
  const { images, cache } = jobPaths(folder);
  const opened = await openFolder(images, { side, cacheFolder: cache, onProgress });
  const rowOf = new Map(opened.names.map((name, row) => [name, row]));
  const isRead = ({ file }: JobExamples["examples"][number]) => rowOf.has(file ?? "");
  const read = examples.filter(isRead);
  const dataset = selectImages(opened, read.map(({ file }) => rowOf.get(file!)!));
  const labels = Int32Array.from(read, ({ label }) => label ?? UNLABELLED);
  return {
    dataset: { ...dataset, labels, classes, whyUnlabelled: null },
    examples: read,
    skipped: describe(examples.filter((example) => !isRead(example)), opened),
    [Symbol.dispose]: () => opened.close(),
  };
}

async function openFolder(
  images: string,
  options: Parameters<typeof openDataset>[1],
): Promise<Dataset> {
  try {
    return await openDataset(images, options);
  } catch (cause) {
    if (!(cause instanceof LookalikeError) || cause.code !== "invalid_input") throw cause;
    // The path of the job's folder says nothing to who sent the images.
    const message = "Cannot learn from the images as one at least must be readable: none is.";
    throw new LookalikeError("invalid_input", message, { param: "collection", cause });
  }
}

function describe(missing: JobExamples["examples"], { skipped }: Dataset): string | null {
  if (missing.length === 0) return null;
  const reasons = new Map(skipped.map(({ name, reason }) => [name, reason.replace(/\.$/, "")]));
  const named = missing.slice(0, NAMED).map(({ id, file }) =>
    `${JSON.stringify(id)} (${reasons.get(file ?? "") ?? "it is no image"})`
  );
  const more = missing.length - named.length;
  return `${missing.length} ${missing.length === 1 ? "image was" : "images were"} left out: ${
    named.join(", ")
  }${more > 0 ? ` and ${more} more` : ""}.`;
}
