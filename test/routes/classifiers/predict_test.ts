import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { MEAN_COLOURS } from "../../embed/mean_colour_runner.ts";
import { picture, picture64 } from "../pictures.ts";
import { startService, type TestService } from "../service.ts";
import { addVectors } from "./colour_vectors.ts";

await startTensorFlow({ device: "cpu" });

const PATH = "/v1/classifiers/colours/predict";

/** What the answer has of each input. */
interface Said {
  index: number;
  id: string | null;
  label: string | null;
  probability: number;
  probabilities: { label: string; probability: number }[];
}

/** A service with a classifier of colours. */
async function start(kind = "linear"): Promise<TestService> {
  const service = await startService();
  await addVectors(service);
  const { status } = await service.json("POST", "/v1/classifiers", {
    ...{ name: "colours", collection: "pictures", kind },
  });
  assertEquals(status, 200);
  return service;
}

const labels = (data: Said[]) => data.map(({ label }) => label);

for (const kind of ["linear", "knn"]) {
  Deno.test(`predict: images, vectors and items are the same to a ${kind} classifier`, async () => {
    await using service = await start(kind);
    const { json, ask, collections } = service;
    const files = [[255, 80, 80], [70, 200, 60], [0, 0, 90]] as const;
    const images = await Promise.all(files.map(([r, g, b]) => picture64([r, g, b])));
    const response = await ask(PATH, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ images }),
    });
    const byImage = await response.json();
    assertStringIncludes(response.headers.get("Server-Timing")!, "inference;dur=");
    assertEquals([byImage.object, byImage.classifier], ["list", "colours@1"]);
    assertEquals(labels(byImage.data), ["red", "green", "blue"]);
    byImage.data.forEach(({ index, id, label, probability, probabilities }: Said, at: number) => {
      assertEquals([index, id, probabilities[0]], [at, null, { label: label!, probability }]);
      assertEquals(probabilities.length, 3);
      assertAlmostEquals(probabilities.reduce((sum, { probability: p }) => sum + p, 0), 1, 1e-5);
      assert(probabilities[0].probability >= probabilities[1].probability);
    });

    const byVector = await json("POST", PATH, { vectors: files });
    const ids = ["r", "g", "b"];
    await collections.upsert("pictures", {
      encoder: "colours@2",
      items: files.map((vector, at) => ({ id: ids[at], vector: Float32Array.from(vector) })),
    });
    const byItem = await json("POST", PATH, { collection: "pictures", ids });
    assertEquals(byItem.body.data.map(({ id }: Said) => id), ids);
    for (const { body } of [byVector, byItem]) {
      body.data.forEach((said: Said, at: number) => {
        assertEquals(said.label, byImage.data[at].label);
        assertAlmostEquals(said.probability, byImage.data[at].probability, 1e-5);
      });
    }
  });
}

Deno.test("predict: the best few, and unknown below a threshold", async () => {
  await using service = await start();
  const vectors = [[1, 0.3, 0.3], [1, 1, 1.02]];
  const { body } = await service.json("POST", PATH, { vectors, top: 2, unknown_below: 0.9 });
  const [sure, unsure]: Said[] = body.data;
  assertEquals([sure.label, sure.probabilities.length], ["red", 2]);
  assertEquals(unsure.label, null);
  assert(unsure.probability < 0.9 && unsure.probabilities[0].probability === unsure.probability);
  const all = await service.json("POST", PATH, { vectors, top: 1000 });
  assertEquals(all.body.data[1].probabilities.length, 3);
  assert(labels(all.body.data).every((label) => label !== null));
});

Deno.test("predict: items whose vectors are of another model are embedded from their originals", async () => {
  await using service = await start();
  const { json, collections } = service;
  const images = { red: [255, 0, 0], blue: [0, 0, 255] } as const;
  // Vectors that say the opposite: it is the images that must count.
  await collections.create("others", { encoder: "colours@1", dimension: 3 });
  const items = await Promise.all(
    Object.entries(images).map(async ([id, [r, g, b]]) => ({
      ...{ id, vector: Float32Array.of(b, g, r) },
      image: { bytes: await picture([r, g, b]), type: "image/png" },
    })),
  );
  await collections.upsert("others", { encoder: "colours@1", items });
  const asked = { collection: "others", ids: ["red", "blue", "red"] };
  const { status, body } = await json("POST", PATH, asked);
  assertEquals([status, labels(body.data)], [200, ["red", "blue", "red"]]);

  await collections.upsert("others", {
    encoder: "colours@1",
    items: [{ id: "bare", vector: Float32Array.of(1, 0, 0) }],
  });
  const bare = await json("POST", PATH, { collection: "others", ids: ["red", "bare"] });
  assertEquals([bare.status, bare.body.error.param], [404, "ids[1]"]);
});

Deno.test("predict: a classifier of a layer of the head sees what that layer makes", async () => {
  await using service = await startService();
  const { json, store } = service;
  const manifest = { ...MEAN_COLOURS, head: { input: 3, layers: [3] } };
  await store.save({ name: "headed", tensors: new Map(), manifest });
  const examples = [[1, 0, 0], [0.9, 0.1, 0], [0, 1, 0], [0, 0.9, 0.1]].map((vector, at) => ({
    vector,
    label: at < 2 ? "red" : "green",
  }));
  const fitting = { name: "colours", model: "headed", layer: 1, l2: 0.01, examples };
  assertEquals((await json("POST", "/v1/classifiers", fitting)).status, 200);
  const images = [await picture64([0, 255, 0])];
  const { status, body } = await json("POST", PATH, { images });
  assertEquals([status, labels(body.data)], [200, ["green"]]);
  const layers = service.encoders.loaded().map(({ reference, layer }) => `${reference} ${layer}`);
  assertEquals(layers, ["headed@1 1"]);
});

Deno.test("predict: what cannot be asked is refused, and the field is named", async () => {
  await using service = await start();
  const { json } = service;
  const vectors = [[1, 0, 0]];
  const image = await picture64([255, 0, 0]);
  const many = Array.from({ length: 9 }, () => [1, 0, 0]);
  const wrong: [body: object, status: number, param: string | null][] = [
    [{}, 400, null],
    [{ vectors, images: [image] }, 400, null],
    [{ vectors, collection: "pictures" }, 400, "collection"],
    [{ ids: ["0"] }, 400, "collection"],
    [{ collection: "nowhere", ids: ["0"] }, 404, "collection"],
    [{ collection: "pictures", ids: ["0", "gone"] }, 404, "ids"],
    [{ vectors: [] }, 400, "vectors"],
    [{ vectors: many }, 400, "vectors"],
    [{ vectors: [[1, 0, 0], [1, 0]] }, 400, "vectors[1]"],
    [{ vectors: [[0, 0, 0]] }, 400, "vectors[0]"],
    [{ vectors: [[1, 0, "x"]] }, 400, "vectors[0][2]"],
    [{ images: ["AAAA"] }, 400, "images[0]"],
    [{ images: [image, "https://a.example/x.png"] }, 400, "images[1]"],
    [{ vectors, top: 0 }, 400, "top"],
    [{ vectors, unknown_below: 1.5 }, 400, "unknown_below"],
    [{ vectors, more: 1 }, 400, "more"],
  ];
  for (const [body, status, param] of wrong) {
    const answer = await json("POST", PATH, body);
    assertEquals([answer.status, answer.body.error.param], [status, param], JSON.stringify(body));
  }
  const absent = await json("POST", "/v1/classifiers/dogs/predict", { vectors });
  assertEquals([absent.status, absent.body.error.param], [404, "classifier"]);
});
