import { assert, assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { shapeOf } from "../../../train/ablate/costs.ts";
import { fitBudget, type FitOptions, makespan } from "../../../train/ablate/fit_budget.ts";
import { resolveCells } from "../../../train/ablate/resolve_cells.ts";
import { STUDIES } from "../../../train/ablate/studies/mod.ts";
import { madeUpCosts } from "./made_up.ts";

const scale = { quick: true, seeds: 3, precision: "float32", classes: 10 } as const;
const studies = STUDIES.filter(({ name }) =>
  ["losses", "batch-and-epochs", "few-labels"].includes(name)
);
const some = resolveCells(studies, { ...scale, epochs: 10, imagesPerClass: 500 }).cells;
const options: FitOptions = {
  studies,
  scale,
  images: { available: 5000, most: 500, testPerClass: 200 },
  costs: madeUpCosts(some, shapeOf),
  workers: 2,
  seconds: 3600,
};

Deno.test("a plan uses its budget and keeps it", () => {
  for (const hours of [0.25, 1, 4]) {
    const seconds = 3600 * hours;
    const { cells, epochs, imagesPerClass, seconds: planned } = fitBudget({ ...options, seconds });
    assert(planned <= seconds && planned > 0.9 * seconds, `${planned} of ${seconds}`);
    const sum = cells.reduce((sum, cell) => sum + cell.seconds, 0);
    assert(Math.abs(sum / 2 - planned) < 0.05 * planned);
    assert(epochs >= 6 && imagesPerClass <= 500);
  }
});

Deno.test("more time goes into images first, then into epochs", () => {
  const fits = [300, 900, 1800, 7200].map((seconds) => fitBudget({ ...options, seconds }));
  const sizes = fits.map(({ imagesPerClass, epochs }) => [imagesPerClass, epochs]);
  for (let i = 1; i < sizes.length; i++) {
    assert(sizes[i][0] > sizes[i - 1][0] || sizes[i][1] > sizes[i - 1][1], JSON.stringify(sizes));
  }
  // Nearly all images wherever more than the least epochs fit.
  for (const [images, epochs] of sizes) assert(images > 420 || epochs === 6, JSON.stringify(sizes));
  assert(sizes.at(-1)![0] > 480);
});

Deno.test("no time at all is refused with what to do", () => {
  const error = assertThrows(() => fitBudget({ ...options, seconds: 20 }), LookalikeError);
  assertEquals(error.code, "invalid_input");
  assert(error.message.includes("--budget") && error.message.includes("--seeds"), error.message);
});

Deno.test("images that do not fill a batch cut its cells, or all", () => {
  const images = { available: 30, most: 500, testPerClass: 10 };
  const { cells, cut } = fitBudget({ ...options, images, scale: { ...scale, classes: 8 } });
  assert(cells.length > 0 && cells.every(({ config }) => config.batchSize <= 240));
  assert(cut.some((line) => line.includes("batch 256") && line.includes("240 images")), cut.join());
  const few = { ...options, images: { ...images, available: 5 } };
  const error = assertThrows(() => fitBudget(few), LookalikeError);
  assert(error.message.includes("50 training images"), error.message);
});

Deno.test("few images are all taken", () => {
  const images = { available: 30, most: 500, testPerClass: 10 };
  const { imagesPerClass, epochs } = fitBudget({ ...options, images });
  assert(imagesPerClass > 27 && imagesPerClass <= 30);
  assert(epochs > 20);
});

Deno.test("tasks go to the worker that is free first", () => {
  assertEquals(makespan([3, 1, 1, 1], 2), 3);
  assertEquals(makespan([1, 1, 1, 3], 2), 4);
  assertEquals(makespan([2, 2], 1), 4);
  assertEquals(makespan([], 2), 0);
});
