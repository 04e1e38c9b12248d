import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { addVectors, CLASSES } from "../classifiers/colour_vectors.ts";
import { startService } from "../service.ts";

await startTensorFlow({ device: "cpu" });

const PATH = "/v1/collections/pictures/label-mistakes";

Deno.test("label mistakes: wrong labels are found, the right ones said, and no other listed", async () => {
  await using service = await startService();
  const { json, collections } = service;
  await addVectors(service, { count: 120, labelled: 90 });
  const clean = await json("GET", PATH);
  assertEquals([clean.status, clean.body], [200, { object: "list", judged: 90, data: [] }]);
  const wrong = new Map([["6", "blue"], ["31", "red"], ["50", "green"]]);
  for (const [id, label] of wrong) await collections.patch("pictures", id, { label });
  const { body } = await json("GET", PATH);
  assertEquals(body.judged, 90);
  const ids = body.data.map(({ id }: { id: string }) => id);
  assertEquals(ids.toSorted(), [...wrong.keys()].toSorted());
  let before = 1;
  for (const { object, id, label, suggested_label, probability, score } of body.data) {
    assertEquals([object, label], ["collection.label_mistake", wrong.get(id)]);
    assertEquals(suggested_label, CLASSES[Number(id) % 3]);
    assert(probability > 0.5 && probability <= 1);
    assert(score >= 0.9 && score <= before);
    before = score;
  }
  const first = await json("GET", `${PATH}?limit=1`);
  assertEquals([first.body.judged, first.body.data], [90, [body.data[0]]]);
});

Deno.test("label mistakes: where no class has two labels nothing is judged", async () => {
  await using service = await startService();
  await addVectors(service, { labelled: 3 });
  const { status, body } = await service.json("GET", PATH);
  assertEquals([status, body.judged, body.data], [200, 0, []]);
});

Deno.test("label mistakes: what cannot be is refused by name", async () => {
  await using service = await startService();
  const { json, collections } = service;
  await addVectors(service, { labelled: 0 });
  const none = await json("GET", PATH);
  assertEquals([none.status, none.body.error.param], [400, "name"]);
  assertStringIncludes(none.body.error.message, "there are none");
  await collections.patch("pictures", "0", { label: "red" });
  await collections.patch("pictures", "3", { label: "red" });
  const one = await json("GET", PATH);
  assertEquals(one.status, 400);
  assertStringIncludes(one.body.error.message, 'all are "red"');
  for (const query of ["limit=0", "limit=101", "seed=-1", "seed=x"]) {
    const { status, body } = await json("GET", `${PATH}?${query}`);
    assertEquals([status, body.error.param], [400, query.split("=")[0]], query);
  }
  const absent = await json("GET", "/v1/collections/none/label-mistakes");
  assertEquals([absent.status, absent.body.error.param], [404, "name"]);
});

Deno.test("label mistakes: labels that are all different are refused, not learnt", async () => {
  await using service = await startService();
  const { json, collections } = service;
  await collections.create("pictures", { encoder: null, dimension: 2 });
  const items = Array.from({ length: 1001 }, (_, at) => ({
    id: `${at}`,
    vector: Float32Array.of(1, at),
    label: `class ${at}`,
  }));
  await collections.upsert("pictures", { encoder: null, items });
  const { status, body } = await json("GET", PATH);
  assertEquals([status, body.error.code, body.error.param], [413, "too_large", "name"]);
  const suggestions = "/v1/collections/pictures/suggestions";
  assertEquals((await json("POST", suggestions, { count: 1 })).status, 413);
  assertEquals((await json("POST", suggestions, { count: 1, strategy: "diversity" })).status, 200);
});
