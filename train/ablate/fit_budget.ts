import { LookalikeError } from "../../src/errors.ts";
import { type Counts, secondsOf } from "./costs.ts";
import type { Costs } from "./plan.ts";
import type { Cell } from "./cell.ts";
import { type CellScale, resolveCells } from "./resolve_cells.ts";
import type { Study } from "./study.ts";

/** What must be fitted into what. */
export interface FitOptions {
  studies: Study[];
  scale: Omit<CellScale, "epochs" | "imagesPerClass">;
  /** Images that there are of each class, and that cells see at most; test images of each class. */
  images: { available: number; most: number; testPerClass: number };
  costs: Costs;
  workers: number;
  /** For all cells together (seconds). */
  seconds: number;
}

/** The cells that fit, and how large they are. */
export interface Fit {
  epochs: number;
  imagesPerClass: number;
  cells: Cell[];
  cut: string[];
  /** How long all of them take on all workers (seconds). */
  seconds: number;
}

/** Fewer epochs teach little; more are taken once all images are. */
const LEAST_EPOCHS = 6;
const MOST_EPOCHS = 1000;
/** A plan that uses less than so much of its time is filled up. */
const WELL_USED = 0.95;
/** Fewer images of a class measure nothing. */
const LEAST_IMAGES = 20;

/**
 * Finds how many images and epochs the budget allows each cell: as many images as there may be, and
 * then as many epochs; fewer images where not even {@linkcode LEAST_EPOCHS} fit, or somewhat fewer
 * where that lets the time be used.
 *
 * @param options The studies, the costs and the time.
 * @returns The cells with the seconds that each should take.
 * @throws {LookalikeError} `invalid_input` if the time does not suffice for anything.
 */
export function fitBudget(options: FitOptions): Fit {
  const { images, seconds } = options;
  const most = Math.min(images.available, images.most);
  const fits = (imagesPerClass: number, epochs: number) =>
    fitOf(options, { imagesPerClass, epochs }).seconds <= seconds;
  if (fitOf(options, { imagesPerClass: most, epochs: LEAST_EPOCHS }).cells.length === 0) {
    throw tooFewImages(most * options.scale.classes);
  }
  const mostFor = (epochs: number) =>
    largest(0, most, (count) => count === 0 || fits(count, epochs));
  if (!fits(most, LEAST_EPOCHS)) {
    const imagesPerClass = mostFor(LEAST_EPOCHS);
    if (imagesPerClass < Math.min(LEAST_IMAGES, most)) throw tooShort(options);
    return fitOf(options, { imagesPerClass, epochs: LEAST_EPOCHS });
  }
  const epochs = largest(LEAST_EPOCHS, MOST_EPOCHS, (count) => fits(most, count));
  const whole = fitOf(options, { imagesPerClass: most, epochs });
  if (whole.seconds > WELL_USED * seconds || epochs === MOST_EPOCHS) return whole;
  // Another epoch is too much for all images, but not for somewhat fewer.
  return fitOf(options, { imagesPerClass: mostFor(epochs + 1), epochs: epochs + 1 });
}

function fitOf(
  options: FitOptions,
  size: { imagesPerClass: number; epochs: number },
): Fit {
  const { studies, scale, images, costs, workers } = options;
  const { cells, cut } = resolveCells(studies, { ...scale, ...size });
  const { classes } = scale;
  const counts: Counts = {
    train: size.imagesPerClass * classes,
    test: images.testPerClass * classes,
    classes,
  };
  for (const cell of cells) cell.seconds = secondsOf(cell, { counts, costs });
  // Of one seed the longest first, so that workers end at about the same time.
  cells.sort((a, b) => a.config.seed - b.config.seed || b.seconds - a.seconds);
  return { ...size, cells, cut, seconds: makespan(cells.map(({ seconds }) => seconds), workers) };
}

/**
 * How long tasks take when each next one goes to the worker that is free first.
 *
 * @param tasks How long each takes, in order.
 * @param workers How many there are.
 * @returns When the last one ends, in the same unit.
 */
export function makespan(tasks: number[], workers: number): number {
  const busyUntil = new Array(workers).fill(0);
  for (const task of tasks) {
    const first = busyUntil.indexOf(Math.min(...busyUntil));
    busyUntil[first] += task;
  }
  return Math.max(...busyUntil);
}

/** The largest whole number between two bounds for which a condition holds that later ones break. */
function largest(low: number, high: number, holds: (count: number) => boolean): number {
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function tooFewImages(count: number): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot run studies on ${count} training images as they must fill a batch.`,
    { param: "--data" },
  );
}

function tooShort({ seconds, scale, images }: FitOptions): LookalikeError {
  const minutes = Math.round(seconds / 60);
  return new LookalikeError(
    "invalid_input",
    `Cannot plan the studies as each network must see ${
      Math.min(LEAST_IMAGES, images.available)
    } ` +
      `images of each class for ${LEAST_EPOCHS} epochs: ${minutes} minutes for all with ` +
      `${scale.seeds} seeds do not suffice. Raise --budget, lower --seeds, or choose fewer studies.`,
    { param: "--budget" },
  );
}
