import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startService } from "./service.ts";

Deno.test("models: all that are saved are listed, in OpenAI's shape and with where they stand", async () => {
  await using service = await startService();
  await service.encoders.setAlias("production", "colours@1");
  const { status, body } = await service.json("GET", "/v1/models");
  assertEquals([status, body.object, body.damaged], [200, "list", []]);
  const [first, second] = body.data;
  assertEquals(
    [first.id, first.object, first.owned_by, first.status, first.aliases],
    ["colours@1", "model", "lookalike", "ready", ["production"]],
  );
  assert(Math.abs(first.created - Date.now() / 1000) < 60);
  assertEquals([second.id, second.status, second.aliases], ["colours@2", "saved", []]);
});

Deno.test("models: a model is described by its manifest, under each of its names", async () => {
  await using service = await startService();
  const { version: _, ...input } = await service.store.manifest("colours@2");
  const manifest = {
    ...input,
    head: { input: 3, layers: [5, 4] },
    configuration: { epochs: 7 },
    lineage: { from: "colours@2" },
  };
  await service.store.save({ name: "pets", tensors: new Map(), manifest });
  await service.encoders.setAlias("production", "pets");
  for (const model of ["pets", "pets@1", "production"]) {
    const { status, body } = await service.json("GET", `/v1/models/${model}`);
    assertEquals([status, body.id, body.layers], [200, "pets@1", [3, 5, 4]]);
    assertEquals([body.configuration, body.lineage], [manifest.configuration, manifest.lineage]);
    assertEquals([body.metrics, body.weights.bytes > 0], [{ knn: 0.5 }, true]);
  }
  assertEquals((await service.json("GET", "/v1/models/colours")).body.lineage, null);
  const absent = await service.json("GET", "/v1/models/dogs");
  assertEquals([absent.status, absent.body.error.param], [404, "model"]);
});

Deno.test("models: a damaged one is listed apart and named, and the others answer", async () => {
  await using service = await startService();
  await Deno.truncate(`${service.home}/encoders/colours/2/manifest.json`, 9);
  const { body } = await service.json("GET", "/v1/models");
  assertEquals(body.data.map(({ id }: { id: string }) => id), ["colours@1"]);
  assertEquals(body.damaged.map(({ id }: { id: string }) => id), ["colours@2"]);
  assertStringIncludes(body.damaged[0].message, "encoders/colours/2/manifest.json");
  const asked = await service.json("GET", "/v1/models/colours@2");
  assertEquals([asked.status, asked.body.error.code], [500, "damaged"]);
  assertEquals((await service.json("GET", "/v1/models/colours@1")).status, 200);
});

Deno.test("models: a version is deleted for good, but not from under an alias or a collection", async () => {
  await using service = await startService();
  const { json, encoders, collections } = service;
  await encoders.setAlias("production", "colours@1");
  const pointed = await json("DELETE", "/v1/models/colours@1");
  assertEquals([pointed.status, pointed.body.error.code], [409, "conflict"]);
  assertStringIncludes(pointed.body.error.message, "production");
  await encoders.removeAlias("production");
  await collections.create("pictures", { encoder: "colours@1", dimension: 3 });
  const needed = await json("DELETE", "/v1/models/colours@1");
  assertEquals(needed.status, 409);
  assertStringIncludes(needed.body.error.message, "pictures");
  await collections.drop("pictures");
  assertEquals((await json("DELETE", "/v1/models/colours")).status, 400); // which version?
  const { status, body } = await json("DELETE", "/v1/models/colours@1");
  assertEquals([status, body], [200, { id: "colours@1", object: "model", deleted: true }]);
  assertEquals((await json("DELETE", "/v1/models/colours@1")).status, 404);
  assertEquals((await json("GET", "/v1/models")).body.data.length, 1);
});
