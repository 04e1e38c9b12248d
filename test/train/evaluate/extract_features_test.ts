import { assertEquals, assertRejects } from "@std/assert";
import { extractFeatures } from "../../../train/evaluate/mod.ts";
import { openDataset } from "../../../train/dataset/mod.ts";
import { createMeanColourRunner, meanColours } from "../../embed/mean_colour_runner.ts";

async function withShapes(
  run: (dataset: Awaited<ReturnType<typeof openDataset>>) => Promise<void>,
) {
  const cacheFolder = await Deno.makeTempDir();
  try {
    using dataset = await openDataset("shapes", { side: 8, imagesPerClass: 2, cacheFolder });
    await run(dataset);
  } finally {
    await Deno.remove(cacheFolder, { recursive: true });
  }
}

Deno.test("features are those of each image, in order, in batches as large as the runner takes", async () => {
  await withShapes(async (dataset) => {
    const expected = meanColours(await dataset.all(), dataset.count);
    for (const maxBatch of [dataset.count, 7, 1]) {
      const runner = createMeanColourRunner({ side: 8, maxBatch });
      const progress: number[] = [];
      const features = await extractFeatures(runner, dataset, {
        onProgress: (done, total) => progress.push(done, total),
      });
      assertEquals(features, expected);
      const batches = Math.ceil(dataset.count / maxBatch);
      assertEquals(runner.batches.length, batches);
      assertEquals(runner.batches.slice(0, -1), Array(batches - 1).fill(maxBatch));
      assertEquals(progress.slice(-2), [dataset.count, dataset.count]);
    }
  });
});

Deno.test("the next images are read while the encoder computes", async () => {
  await withShapes(async (dataset) => {
    const events: string[] = [];
    const runner = createMeanColourRunner({
      side: 8,
      maxBatch: 10,
      before: async () => {
        events.push("compute");
        await new Promise((resolve) => setTimeout(resolve, 20));
        events.push("computed");
      },
    });
    const rows = (indices: ArrayLike<number>) => {
      events.push(`read ${indices[0]}`);
      return dataset.rows(indices);
    };
    await extractFeatures(runner, { ...dataset, rows });
    assertEquals(events.slice(0, 4), ["read 0", "compute", "read 10", "computed"]);
  });
});

Deno.test("an encoder's failure comes through", async () => {
  await withShapes(async (dataset) => {
    const before = () => Promise.reject(new Error("out of memory"));
    const runner = createMeanColourRunner({ side: 8, before });
    await assertRejects(() => extractFeatures(runner, dataset), Error, "out of memory");
  });
});
