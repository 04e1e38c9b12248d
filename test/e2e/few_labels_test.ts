import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { delay } from "../faults/noting.ts";
import { realImages } from "../real_images.ts";
import { extractPhotographs } from "../some_photographs.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { createApi } from "./api.ts";
import { homeWithEncoders } from "./home.ts";
import { ingest, type Photograph, readPhotographs } from "./photographs.ts";
import { startServer } from "./server.ts";

await startTensorFlow({ device: "cpu" }); // it draws the first encoder's weights

const PER_CLASS = 100; // of each split: 2,000 altogether
const LABELS = 10; // of each class, to begin with
const CHANCE = 0.1;

const archive = await realImages();
const missing = "skip" in archive ? archive.skip : null;

Deno.test({
  name: "few labels, over HTTP alone: pretrained, fitted, predicted, labelled where it helps, " +
    "fine-tuned and promoted" + (missing ? ` (skipped: ${missing})` : ""),
  ignore: missing !== null,
  async fn() {
    if ("skip" in archive) return;
    await using folder = await temporaryFolder();
    await extractPhotographs(archive.path, { folder: folder.path, perClass: PER_CLASS });
    const photographs = await readPhotographs(folder.path);
    const ofTraining = photographs.filter(({ metadata }) => metadata.split === "train");
    const ofTest = photographs.filter(({ metadata }) => metadata.split === "test");
    await using data = await homeWithEncoders("tiny", { side: 32 });
    await using server = await startServer({ LOOKALIKE_HOME: data.home, LOOKALIKE_THREADS: "1" });
    const api = createApi(server.url);

    await api.ok("POST", "/v1/collections", { name: "album", model: "tiny@1" });
    await ingest(api, "album", photographs.map(({ label: _, ...rest }) => rest));

    // An encoder from the collection's own images, without any label
    const learnt = await endOf(
      api,
      await api.ok("POST", "/v1/pretraining/jobs", {
        collection: "album",
        name: "learnt",
        preset: "quickstart",
        hyperparameters: { epochs: 6, batch_size: 64, width_multiplier: 0.125 },
      }),
    );
    assertEquals([learnt.status, learnt.model], ["succeeded", "learnt@1"]);
    await api.ok("PUT", "/v1/collections/album/reembedding", { model: "learnt@1" });
    await until(async () => (await api.ok("GET", "/v1/collections/album")).model === "learnt@1");

    // Ten labels a class: a classifier at once
    const known = ofTraining.filter(({ metadata }) => metadata.number < LABELS);
    for (const { id, label } of known) await setLabel(api, id, label);
    const fitted = await api.ok("POST", "/v1/classifiers", { name: "kinds", collection: "album" });
    assertEquals([fitted.id, fitted.metrics.by], ["kinds@1", "cross-validation"]);
    assertEquals(fitted.metrics.count, known.length);
    const first = await accuracyOf(api, "kinds", ofTest);
    assert(first > 1.5 * CHANCE, `${first}`);
    await api.ok("PUT", "/v1/classifier-aliases/production", { classifier: "kinds@1" });

    // What to label next, and that is done
    const { data: suggested } = await api.ok("POST", "/v1/collections/album/suggestions", {
      count: 10,
      exclude: ofTest.map(({ id }) => id).slice(0, 500),
    });
    assertEquals(new Set(suggested.map(({ id }: { id: string }) => id)).size, 10);
    const byId = new Map(photographs.map((photograph) => [photograph.id, photograph]));
    for (const { id } of suggested) {
      assert(!known.some((one) => one.id === id), `${id} has a label already`);
      await setLabel(api, id, byId.get(id)!.label);
    }

    // When that is not enough: everything fine-tuned, and put into service if it is better
    const tuned = await endOf(
      api,
      await api.ok("POST", "/v1/fine_tuning/jobs", {
        model: "learnt@1",
        collection: "album",
        method: { type: "full" },
        hyperparameters: { n_epochs: 10, least_steps: 40, batch_size: 32 },
        suffix: "kinds",
        seed: 1,
        promote: { alias: "production", when: "always" },
      }),
    );
    assertEquals([tuned.status, tuned.error], ["succeeded", null]);
    assertEquals(tuned.fine_tuned_model, "learnt-kinds@1");
    assertEquals(tuned.comparisons.length, 2); // with the probe it came from, and with the alias's
    const settled = await until(async () => {
      const job = await api.ok("GET", `/v1/fine_tuning/jobs/${tuned.id}`);
      return job.promotion.status === "pending" ? null : job;
    });
    assertEquals(settled.promotion.status, "promoted");
    const { data: events } = await api.ok("GET", `/v1/fine_tuning/jobs/${tuned.id}/events`);
    assert(events.some(({ type }: { type: string }) => type === "progress"));

    const second = await accuracyOf(api, "production", ofTest);
    assert(second > 1.5 * CHANCE, `${second}`);
    const predictions = await api.ok("POST", "/v1/classifiers/production/predict", {
      collection: "album",
      ids: [ofTest[0].id],
    });
    const [prediction] = predictions.data;
    assertEquals(predictions.classifier, "learnt-kinds@1");
    const sum = prediction.probabilities.reduce(
      (sum: number, { probability }: { probability: number }) => sum + probability,
      0,
    );
    assertAlmostEquals(sum, 1, 1e-4);

    // All of the collection, as metadata
    let written = 0;
    for (let after: string | undefined = undefined;;) {
      const page = await api.ok("POST", "/v1/collections/album/predictions", {
        ...{ classifier: "kinds@1", only: "unlabelled", after },
      });
      written += page.written;
      if (page.next === null) break;
      after = page.next;
    }
    assertEquals(written, photographs.length - known.length - suggested.length);
    const item = await api.ok("GET", `/v1/collections/album/items/${encode(ofTest[0].id)}`);
    assertEquals(item.metadata.prediction.classifier, "kinds@1");
  },
});

type Api = ReturnType<typeof createApi>;

async function setLabel(api: Api, id: string, label: string): Promise<void> {
  await api.ok("PATCH", `/v1/collections/album/items/${encode(id)}`, { label });
}

/** The share of photographs whose label a classifier says, asked as a stranger would: by the file. */
async function accuracyOf(api: Api, classifier: string, photographs: Photograph[]) {
  let right = 0;
  for (let from = 0; from < photographs.length; from += 100) {
    const some = photographs.slice(from, from + 100);
    const { data } = await api.ok("POST", `/v1/classifiers/${classifier}/predict`, {
      images: some.map(({ bytes }) => bytes.toBase64()),
    });
    right += data.filter((one: { label: string }, at: number) => one.label === some[at].label)
      .length;
  }
  return right / photographs.length;
}

/** A job once it has ended. */
async function endOf(api: Api, job: { id: string; object: string }) {
  const path = `/v1/${job.object.replace(".job", "")}/jobs/${job.id}`;
  return await until(async () => {
    const now = await api.ok("GET", path);
    return now.status === "queued" || now.status === "running" ? null : now;
  });
}

/** What a question gives once it gives something. */
// deno-lint-ignore no-explicit-any -- a test says what it expects of the answer
async function until(ask: () => Promise<any>): Promise<any> {
  for (const deadline = performance.now() + 180_000;;) {
    const answer = await ask();
    if (answer) return answer;
    assert(performance.now() < deadline, "it takes more than three minutes");
    await delay(100);
  }
}

function encode(id: string): string {
  return encodeURIComponent(id);
}

async function temporaryFolder() {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
