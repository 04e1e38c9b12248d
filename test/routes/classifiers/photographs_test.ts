import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { readPhotographs } from "../../e2e/photographs.ts";
import { realImages } from "../../real_images.ts";
import { extractPhotographs } from "../../some_photographs.ts";
import { startService } from "../service.ts";

await startTensorFlow({ device: "cpu" });

const archive = await realImages();
const name = "classifiers: photographs of frogs and ships are told apart by their colours";

Deno.test({
  name: "skip" in archive ? `${name} (skipped: ${archive.skip})` : name,
  ignore: "skip" in archive,
  async fn() {
    await using service = await startService({
      limits: { maxImages: 80 },
      engine: { maxQueue: 80 },
    });
    const { json } = service;
    const folder = await Deno.makeTempDir();
    await extractPhotographs((archive as { path: string }).path, { folder, perClass: 20 });
    const all = (await readPhotographs(folder)).filter(({ label }) => /frog|ship/.test(label));
    await Deno.remove(folder, { recursive: true });
    const items = all.map(({ id, label, bytes }) => ({
      ...{ id, image: bytes.toBase64() },
      ...(id.startsWith("train") && { label }),
    }));
    const added = await json("PUT", "/v1/collections/photographs/items", {
      ...{ model: "colours", items },
    });
    assertEquals([added.status, added.body.inserted], [200, 80]);
    const test = items.filter(({ id }) => id.startsWith("test"));
    for (const kind of ["linear", "knn"]) {
      const fitted = await json("POST", "/v1/classifiers", {
        ...{ name: kind, kind, collection: "photographs" },
      });
      assertEquals([fitted.status, fitted.body.examples], [200, [20, 20]]);
      const { accuracy, standard_error: error } = fitted.body.metrics;
      const predict = `/v1/classifiers/${kind}/predict`;
      const byImage = await json("POST", predict, { images: test.map(({ image }) => image) });
      const ids = test.map(({ id }) => id);
      const byItem = await json("POST", predict, { collection: "photographs", ids });
      let right = 0;
      for (const [at, said] of byImage.body.data.entries()) {
        right += ids[at].includes(`/${said.label}/`) ? 1 : 0;
        assertAlmostEquals(said.probability, byItem.body.data[at].probability, 1e-4);
      }
      assert(right >= 28, `${right} of 40`); // by chance 20 ± 3.2
      // What cross-validation promised, within three standard errors of either.
      const of = Math.sqrt(accuracy * (1 - accuracy) / 40);
      assert(Math.abs(right / 40 - accuracy) < 3 * Math.hypot(error, of), `${right}, ${accuracy}`);
    }
  },
});
