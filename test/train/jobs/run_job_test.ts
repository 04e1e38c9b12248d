import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { predict } from "../../../src/classifiers/predict.ts";
import { lockJob } from "../../../src/jobs/job_lock.ts";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { readJobExamples } from "../../../train/jobs/job_files.ts";
import { holdOut } from "../../../train/jobs/hold_out.ts";
import { openJobImages } from "../../../train/jobs/job_images.ts";
import { unitVectors } from "../../../train/jobs/unit_vectors.ts";
import { FULL, jobHome, PRETRAINING } from "./job_home.ts";

await startTensorFlow({ device: "cpu", threads: 1 });

type World = Awaited<ReturnType<typeof jobHome>>;

/** Runs a job to its end, which must be a good one. */
async function succeed(world: World, id: string) {
  assertEquals(await world.run(id), "ended");
  const { status, error, result } = world.jobs.get(id);
  assertEquals([status, error], ["succeeded", null]);
  return result!;
}

/** Share of a job's held-out labels that a classifier has right, as the service would ask it. */
async function servedAccuracy(world: World, id: string, classifier: string): Promise<number> {
  const loaded = await world.classifiers.load(classifier);
  const encoder = await world.encoders.load(loaded.manifest.encoder);
  const folder = world.jobs.folder(id);
  const known = (await readJobExamples(folder))!;
  const { judge } = holdOut(known.examples, FULL.heldOut);
  const examples = judge.map((row) => known.examples[row]);
  using images = await openJobImages(folder, { known: { ...known, examples }, side: 8 });
  const { layer, classes } = loaded.manifest;
  const { vectors } = await unitVectors(images.dataset, { encoder, layer });
  const { predictions } = await predict(loaded, vectors);
  const right = examples.filter(({ label }, row) =>
    known.classes[label!] === classes[predictions[row]]
  );
  return right.length / examples.length;
}

Deno.test("a full fine-tune: an encoder, a classifier that says what was measured, a comparison", async () => {
  await using world = await jobHome();
  const id = await world.add({
    ...FULL,
    hyperparameters: { ...FULL.hyperparameters, leastSteps: 80 },
  });
  const { classifier, model, metrics, comparisons, warnings } = await succeed(world, id);
  assertEquals([classifier, model], ["tuned@1", "tuned@1"]);
  const { manifest } = await world.classifiers.load(classifier!);
  assertEquals({ ...manifest.metrics }, metrics);
  const { by, count, accuracy } = manifest.metrics;
  assertEquals([by, count], ["held-out", 15]);
  assert(accuracy! > 0.5, `${accuracy} of coloured noise`);
  assertAlmostEquals(await servedAccuracy(world, id, classifier!), accuracy!, 1e-9);
  assertEquals([manifest.encoder, manifest.layer, manifest.classes], [
    "tuned@1",
    0,
    ["blue", "green", "red"],
  ]);
  assertEquals(manifest.examples.reduce((sum, one) => sum + one), 45);
  assertEquals(comparisons.length, 1);
  assertEquals([comparisons[0].with, comparisons[0].count], ["probe of tiny@1", 15]);
  assertAlmostEquals(comparisons[0].after, accuracy!, 1e-9);
  assertEquals(comparisons[0].isBetter, comparisons[0].after > comparisons[0].before);
  assertEquals(warnings.length, 1);
  assertMatch(warnings[0], /rest on 15 examples/);
  const encoder = await world.encoders.manifest(model!);
  assertEquals([encoder.lineage!.job, encoder.lineage!.startedFrom], [id, "tiny@1"]);
  assertEquals(encoder.head, undefined); // no classifier stands on it
  assertEquals(manifest.lineage.job, id);
});

Deno.test("from a layer of the head: that head stays with the encoder, and the classifier stands on it", async () => {
  await using world = await jobHome();
  const id = await world.add({ ...FULL, method: "head_layer", layer: 1, name: "deep" });
  const { classifier, model, metrics } = await succeed(world, id);
  const before = await world.encoders.manifest("tiny@1");
  const { head } = await world.encoders.manifest(model!);
  assertEquals(head, before.head);
  const { manifest } = await world.classifiers.load(classifier!);
  assertEquals([manifest.layer, manifest.dimension], [1, head!.layers[0]]);
  assertAlmostEquals(await servedAccuracy(world, id, classifier!), Number(metrics.accuracy), 1e-9);
});

Deno.test("unlabelled images take part by a contrastive loss, or by what a teacher says of them", async () => {
  await using world = await jobHome();
  const weights = new Set<string>();
  for (const unlabelled of ["contrastive", "distillation"] as const) {
    const hyperparameters = { ...FULL.hyperparameters, unlabelled };
    const id = await world.add({ ...FULL, hyperparameters, name: unlabelled });
    const { model } = await succeed(world, id);
    const { weights: { sha256 }, head } = await world.encoders.manifest(model!);
    weights.add(sha256);
    assertEquals(head !== undefined, unlabelled === "contrastive"); // z goes through it
    const steps = world.said(id).filter(({ type }) => type === "progress").length;
    assertEquals(steps, unlabelled === "distillation" ? 16 : 8); // a teacher's, and a student's
  }
  assertEquals(weights.size, 2);
});

Deno.test("a probe of vectors and one of images are compared with kNN on the same folds", async () => {
  await using world = await jobHome();
  const probe = { ...FULL, method: "probe" as const, name: "probe" };
  const ofVectors = await succeed(world, await world.add(probe, { vectors: true }));
  assertEquals([ofVectors.classifier, ofVectors.model], ["probe@1", null]);
  assertEquals([ofVectors.metrics.by, ofVectors.metrics.count], ["cross-validation", 60]);
  assertEquals(ofVectors.comparisons.map((one) => [one.with, one.count]), [["kNN of tiny@1", 60]]);
  const ofImages = await succeed(world, await world.add({ ...probe, layer: 1 }));
  const { manifest } = await world.classifiers.load(ofImages.classifier!);
  assertEquals([manifest.encoder, manifest.layer, manifest.dimension], ["tiny@1", 1, 32]);
  assertEquals(manifest.metrics.count, 60);
});

Deno.test("what an alias has is judged by the same examples, whatever its encoder", async () => {
  await using world = await jobHome();
  const probe = { ...FULL, method: "probe" as const, name: "probe" };
  const promote = { alias: "production", when: "if_better" as const };
  const { comparisons: none } = await succeed(world, await world.add({ ...probe, promote }));
  assertEquals(none.length, 1); // the alias is not there yet
  await world.classifiers.setAlias("production", "probe@1");
  const id = await world.add({ ...FULL, promote });
  const { comparisons } = await succeed(world, id);
  assertEquals(comparisons.map((one) => one.with), ["probe of tiny@1", "probe@1"]);
  assertAlmostEquals(comparisons[1].before, await servedAccuracy(world, id, "probe@1"), 1e-9);
  assertMatch(comparisons[1].reason, /may have learnt from some of these/);
  await world.classifiers.setAlias("production", "tuned@1");
  const again = await succeed(world, await world.add({ ...FULL, promote }));
  assertEquals(again.comparisons[1].before, again.comparisons[1].after); // the same once more
  assertEquals(again.comparisons[1].isBetter, false);
  assert(!again.comparisons[1].reason.includes("may have learnt")); // it held out the same ones
  // Of another encoder: through the images. Gone: the job says so and goes on.
  const other = await succeed(world, await world.add({ ...probe, promote }));
  assertEquals(other.comparisons.map((one) => one.with), ["kNN of tiny@1", "tuned@1"]);
  await world.encoders.remove("tuned@1");
  const without = await succeed(world, await world.add({ ...probe, promote }));
  assertEquals(without.comparisons.length, 1);
  assertMatch(without.warnings.at(-1)!, /^Not compared with what production has: Cannot find/);
});

Deno.test("pretraining on a collection is compared by held-out labels with what it came from", async () => {
  await using world = await jobHome();
  const promote = { alias: "eyes", when: "if_better" as const };
  await world.encoders.aliases.set("eyes", "tiny@1");
  const id = await world.add({ ...PRETRAINING, promote }, { perClass: 50 });
  const { classifier, model, metrics, comparisons, warnings } = await succeed(world, id);
  assertEquals([classifier, model, warnings], [null, "pretrained@1", []]);
  assertEquals(comparisons.map((one) => one.with), ["tiny@1"]); // the alias's is the same one
  assertEquals(comparisons[0].count, metrics.heldOut as number);
  assertEquals(comparisons[0].after, metrics.knn as number);
  const manifest = await world.encoders.manifest(model!);
  assertEquals([manifest.lineage!.job, manifest.lineage!.collection], [id, "colours"]);
  assertEquals(manifest.lineage!.images, 156 - Number(metrics.heldOut));
  assertEquals([manifest.inputSize, manifest.lineage!.startedFrom], [8, "tiny@1"]);
  assertEquals(typeof manifest.metrics.knn, "number"); // the live probe watched it
  const types = world.said(id).map(({ type }) => type);
  assert(types.includes("progress") && types.includes("checkpoint"), types.join());
});

Deno.test("pretraining on a folder of the operator's; without labels nothing says how good it is", async () => {
  await using world = await jobHome();
  const id = await world.add(PRETRAINING, { perClass: 8, unlabelled: 0 });
  const flat = join(world.jobs.folder(id), "images");
  const folder = await world.add({
    ...PRETRAINING,
    source: { folder: flat },
    configuration: { ...PRETRAINING.configuration, widthMultiplier: 0.0625, imageSize: 8 },
    from: null,
    name: "folder",
  }, { perClass: 1 });
  const { model, metrics, comparisons, warnings } = await succeed(world, folder);
  assertEquals([model, metrics.knn, comparisons], ["folder@1", null, []]);
  assertMatch(warnings[0], /too few labels/);
});

Deno.test("an image that cannot be read is left out with a warning; with none left the job fails", async () => {
  await using world = await jobHome();
  const id = await world.add(FULL, { broken: ["item 3", "item 64"] });
  await succeed(world, id);
  const said = world.said(id).map(({ message }) => message);
  assert(
    said.some((one) => /^2 images were left out: "item 3" \(.+\), "item 64"/.test(one)),
    said.join("\n"),
  );
  const broken = Array.from({ length: 5 }, (_, at) => `item ${at}`);
  const none = await world.add(FULL, { perClass: 1, unlabelled: 2, broken });
  assertEquals(await world.run(none), "ended");
  assertEquals(world.jobs.get(none).error, {
    code: "invalid_input",
    message: "Cannot learn from the images as one at least must be readable: none is.",
    param: "collection",
  });
});

Deno.test("what would come out again fails the job with its code; all else is thrown", async () => {
  await using world = await jobHome();
  const failed = async (id: string) => {
    assertEquals(await world.run(id), "ended");
    const { status, error } = world.jobs.get(id);
    assertEquals(status, "failed");
    return [error!.code, error!.param];
  };
  assertEquals(await failed(await world.add(FULL, { classes: 1 })), [
    "invalid_input",
    "collection",
  ]);
  assertEquals(await failed(await world.add({ ...FULL, model: "gone@1" })), ["not_found", "model"]);
  const wild = { ...FULL.hyperparameters, learningRate: 1e30 };
  assertEquals(await failed(await world.add({ ...FULL, hyperparameters: wild })), [
    "not_finite",
    null,
  ]);
  const large = { ...PRETRAINING, configuration: { batchSize: 4096, imageSize: 8 } };
  assertEquals(await failed(await world.add(large)), ["invalid_input", "batchSize"]);
  const long = { ...PRETRAINING, configuration: { ...PRETRAINING.configuration, epochs: 1000 } };
  assertEquals(await failed(await world.add(long)), ["invalid_input", "hyperparameters.epochs"]);
  const torn = await world.add(FULL);
  await Deno.writeTextFile(join(world.jobs.folder(torn), "examples.json"), "{");
  assertEquals(await failed(torn), ["damaged", null]);
  const encoders = {
    ...world.encoders,
    save: () => Promise.reject(new Error("the disk is full")),
  };
  const crashing = await world.add(FULL);
  const thrown = await world.run(crashing, { encoders }).then(() => null, (error) => error.message);
  assertEquals([thrown, world.jobs.get(crashing).status], ["the disk is full", "running"]);
});

Deno.test("a job that another process has is left to it, one that is over is left alone", async () => {
  await using world = await jobHome();
  const id = await world.add(FULL);
  {
    using _lock = await lockJob(world.jobs.folder(id), { seconds: 0 });
    assertEquals(await world.run(id, { patience: 0.2 }), "locked");
  }
  world.jobs.cancel(id);
  const before = world.said(id).length;
  assertEquals(await world.run(id), "ended");
  assertEquals(world.said(id).length, before);
});

Deno.test("stopped, a job keeps a checkpoint; at its next start it ends as if it had not been", async () => {
  await using world = await jobHome();
  const whole = await succeed(world, await world.add({ ...FULL, name: "whole" }));
  const id = await world.add({ ...FULL, name: "stopped" });
  const stopping = new AbortController();
  const jobs = {
    ...world.jobs,
    addEvent: (...[job, event]: Parameters<typeof world.jobs.addEvent>) => {
      if (event.key === "progress:3") stopping.abort();
      return world.jobs.addEvent(job, event);
    },
  };
  assertEquals(await world.run(id, { jobs, signal: stopping.signal }), "stopped");
  assertEquals(world.jobs.get(id).status, "running");
  assertEquals(world.said(id).at(-1)!.message, "Checkpoint after step 3.");
  const gone = await succeed(world, id);
  assertEquals(gone.metrics, whole.metrics);
  const [a, b] = await Promise.all(
    [whole, gone].map(({ model }) => world.encoders.manifest(model!)),
  );
  assertEquals(a.weights.sha256, b.weights.sha256);
});
