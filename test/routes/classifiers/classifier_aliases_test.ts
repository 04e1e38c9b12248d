import { assert, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { picture64 } from "../pictures.ts";
import { startService } from "../service.ts";
import { addVectors } from "./colour_vectors.ts";

await startTensorFlow({ device: "cpu" });

Deno.test("classifier aliases: one is set, answers, is switched and deleted", async () => {
  await using service = await startService();
  const { json } = service;
  await addVectors(service, { count: 12 });
  const fitting = { name: "pets", collection: "pictures", l2: 1 };
  for (const _ of [1, 2]) await json("POST", "/v1/classifiers", fitting);
  assertEquals((await json("GET", "/v1/classifier-aliases")).body, { object: "list", data: [] });
  const images = [await picture64([255, 0, 0])];
  for (const classifier of ["pets@1", "pets@2"]) {
    const { status, body } = await json("PUT", "/v1/classifier-aliases/live", { classifier });
    assertEquals([status, body.object, body.alias, body.classifier], [
      ...[200, "classifier.alias", "live"],
      classifier,
    ]);
    assert(Math.abs(body.updated_at - Date.now() / 1000) < 60);
    // Its encoder is warm, so that the first image waits for nothing.
    assertEquals(service.encoders.loaded().map(({ reference }) => reference), ["colours@2"]);
    const predicted = await json("POST", "/v1/classifiers/live/predict", { images });
    assertEquals([predicted.status, predicted.body.classifier], [200, classifier]);
    assertEquals((await json("GET", "/v1/classifier-aliases")).body.data, [body]);
  }
  const taken = await json("POST", "/v1/classifiers", { ...fitting, name: "live" });
  assertEquals([taken.status, taken.body.error.param], [409, "name"]);
  const deleted = await json("DELETE", "/v1/classifier-aliases/live");
  assertEquals(deleted.body, { object: "classifier.alias", alias: "live", deleted: true });
  assertEquals((await json("DELETE", "/v1/classifier-aliases/live")).status, 404);
  const gone = await json("POST", "/v1/classifiers/live/predict", { images });
  assertEquals([gone.status, gone.body.error.param], [404, "classifier"]);
});

Deno.test("classifier aliases: names that cannot be and absent classifiers are refused", async () => {
  await using service = await startService();
  const { json } = service;
  await addVectors(service, { count: 12 });
  await json("POST", "/v1/classifiers", { name: "pets", collection: "pictures", l2: 1 });
  const classifier = "pets@1";
  const wrong: [name: string, body: unknown, status: number, param: string][] = [
    ["-x", { classifier }, 400, "alias"],
    ["x".repeat(65), { classifier }, 400, "alias"],
    ["pets", { classifier }, 409, "alias"],
    ["live", { classifier: "pets@9" }, 404, "classifier"],
    ["live", { classifier: "dogs" }, 404, "classifier"],
    ["live", {}, 400, "classifier"],
    ["live", { classifier: 7 }, 400, "classifier"],
  ];
  for (const [name, body, status, param] of wrong) {
    const answer = await json("PUT", `/v1/classifier-aliases/${name}`, body);
    assertEquals([answer.status, answer.body.error.param], [status, param], name);
  }
  assertEquals((await json("DELETE", "/v1/classifier-aliases/-x")).status, 400);
  assertEquals((await json("GET", "/v1/classifier-aliases")).body.data, []);
});
