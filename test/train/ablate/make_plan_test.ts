import { assert, assertEquals, assertRejects } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { makePlan } from "../../../train/ablate/make_plan.ts";
import { openRunFolder } from "../../../train/ablate/run_folder.ts";
import { temperature } from "../../../train/ablate/studies/temperature.ts";

const runtime = await startTensorFlow({ device: "cpu" });

Deno.test("a plan is made from what cells cost here, and written and read as it is", async () => {
  const home = await Deno.makeTempDir();
  try {
    const folder = openRunFolder(home, "tiny");
    const request = {
      studies: [temperature],
      source: "shapes",
      quick: true,
      budgetMinutes: 10,
      seeds: 1,
      workers: 2,
      changes: { imageSize: 8, widthMultiplier: 0.0625, batchSize: 16 },
      runtime,
      cacheFolder: `${home}/cache`,
      workFolder: folder.layout.folder,
      report: { progress: () => {}, activity: () => {}, say: () => {} },
      signal: new AbortController().signal,
    };
    const plan = await makePlan(request);
    const { costs, cells, epochs, imagesPerClass, seconds } = plan;
    assert(costs.start > 0 && costs.measuring > 0);
    assertEquals(Object.keys(costs.visit), ["resnet18 width 0.0625, 8 pixels, batch 16"]);
    assert(Object.values(costs.visit)[0] > 0);
    assertEquals(cells.length, 5);
    for (const { config } of cells) {
      assertEquals([config.epochs, config.imagesPerClass], [epochs, imagesPerClass]);
    }
    assert(seconds <= 600 && seconds > 300, `${seconds} seconds are planned`);
    await folder.writePlan(plan);
    assertEquals(await folder.plan(), plan);
    const left = await Array.fromAsync(Deno.readDir(folder.layout.folder));
    assertEquals(left.map(({ name }) => name), ["plan.json"]); // nothing of the calibration

    await Deno.writeTextFile(folder.layout.plan, "{}");
    await assertRejects(() => folder.plan(), Error, "must be as it was written");
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
