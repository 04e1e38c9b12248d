import { assert, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { createApp } from "../../routes/app.ts";
import { MEAN_COLOURS } from "../embed/mean_colour_runner.ts";
import { picture64 } from "../routes/pictures.ts";
import { ADMIN_KEY, startService, type TestService } from "../routes/service.ts";
import { type KnownJobs, operations } from "./operations.ts";
import { keepsItsPromises } from "./promises.ts";
import { createProvoker } from "./provoke.ts";

await startTensorFlow({ device: "cpu" }); // search runs on it

Deno.test("contract: every status that an operation declares is answered, as declared", async () => {
  await using service = await startService({
    access: { required: true },
    limits: { maxBodyBytes: 3000, bodySeconds: 0.02 },
  });
  const image = await picture64([255, 0, 0]);
  const { id, token, jobs } = await prepare(service, image);
  const provoke = createProvoker(service, token);
  for (const [name, operation] of Object.entries(operations(image, id, jobs))) {
    for (const status of declaredBy(service, name)) {
      if (name === "isAlive" && status === 503) continue; // two minutes, below
      const answered = await provoke(operation, status);
      assert(answered.length > 0, `nothing provokes ${name} ${status}`);
      assertEquals(answered, answered.map(() => status), `${name} ${status}`);
    }
  }
});

Deno.test("contract: a device that does not come back is told by /livez, as declared", async () => {
  await using service = await startService();
  const stalled = { stats: () => ({ decoded: 1, inference: { count: 0 } }) };
  const encoders = { ...service.encoders, loaded: () => [stalled as never] };
  const promises = keepsItsPromises(createApp({ ...service.services, encoders }));
  const { now } = performance;
  const statuses = [];
  try {
    for (let seconds = 0; seconds <= 120; seconds += 15) {
      performance.now = () => seconds * 1000;
      statuses.push((await promises.ask("/livez")).status);
    }
  } finally {
    performance.now = now;
  }
  assertEquals(statuses, [200, 200, 200, 200, 200, 200, 200, 200, 503]);
});

Deno.test("contract: the OpenAPI document is whole, and explains every operation", async () => {
  await using service = await startService();
  const document = await (await service.ask("/openapi.json")).json();
  assertEquals(document.openapi, "3.1.0");
  const declared = Object.values(document.paths).flatMap((path) => Object.values(path as object));
  const known = Object.keys(operations("", ""));
  assertEquals(declared.map(({ operationId }) => operationId).sort(), known.sort());
  for (const { summary, tags, operationId } of declared) {
    assert(summary, operationId);
    assert(document.tags.some(({ name }: { name: string }) => name === tags[0]), operationId);
  }
  for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    assert(name in document.components.schemas, name);
  }
  const { required, content } = document.paths["/v1/embeddings"].post.requestBody;
  assertEquals([required, ...Object.keys(content)], [
    true,
    "application/json",
    "multipart/form-data",
  ]);
});

/** What {@link operations} expects to be there, and a key that may do everything, once a minute. */
async function prepare(
  { json, jobs, collections, store }: TestService,
  image: string,
): Promise<{ id: string; token: string; jobs: KnownJobs }> {
  const ask = async (method: string, path: string, body?: unknown, token = ADMIN_KEY) => {
    const answer = await json(method, path, body, { token });
    assertEquals(answer.status, 200, path);
    return answer.body;
  };
  await store.save({ name: "spare", tensors: new Map(), manifest: MEAN_COLOURS });
  await ask("PUT", "/v1/aliases/production", { model: "colours@1" });
  const items = [{ id: "kept", image }, { id: "kept too", image }];
  await ask("PUT", "/v1/collections/images/items", { model: "colours@2", items });
  await ask("PUT", "/v1/collections/vectors/items", { items: [{ id: "red", vector: [1, 0, 0] }] });
  await ask("POST", "/v1/collections", { name: "labelled", model: "colours@2" });
  const labelled = ["a", "b"].map((label) => ({ id: label, label, vector: [1, 0, 0] }));
  await ask("PUT", "/v1/collections/labelled/items", { model: "colours@2", items: labelled });
  const many = Array.from({ length: 600 }, (_, at) => ({
    id: `${at}`,
    label: `class ${at}`,
    vector: Float32Array.of(1, 0, 0),
  }));
  const full = {
    id: "full",
    vector: Float32Array.of(1, 0, 0),
    metadata: { x: "x".repeat(65_500) },
  };
  await collections.upsert("full", { encoder: "colours@2", items: [full] });
  await collections.upsert("classes", { encoder: null, items: many });
  const examples = [{ vector: [1, 0, 0], label: "red" }, { vector: [0, 1, 0], label: "green" }];
  for (const name of ["hues", "hues", "hues"]) {
    await ask("POST", "/v1/classifiers", { name, model: "colours@2", examples });
  }
  await ask("PUT", "/v1/classifier-aliases/live", { classifier: "hues@1" });
  const known: Partial<KnownJobs> = {};
  for (
    const [kind, body] of [
      ["fine_tuning", { model: "colours", collection: "labelled" }],
      ["pretraining", { collection: "images", name: "x" }],
    ] as const
  ) {
    const add = async (): Promise<string> => (await ask("POST", `/v1/${kind}/jobs`, body)).id;
    const [over, failed, queued] = [await add(), await add(), await add()];
    await ask("POST", `/v1/${kind}/jobs/${over}/cancel`);
    jobs.store.fail(failed, { code: "internal", message: "It broke.", param: null });
    known[kind] = { over, failed, queued };
  }
  const limits = { name: "limited", scopes: ["admin"], requests_per_minute: 1 };
  const key = await ask("POST", "/v1/keys", limits);
  await ask("GET", "/v1/models", undefined, key.token); // the one of this minute
  return { ...key, jobs: known as KnownJobs };
}

/** The statuses of an operation, success last, as it may delete what the others need. */
function declaredBy({ promises }: TestService, operation: string): number[] {
  return promises.declared().map((one) => one.split(" "))
    .filter(([name]) => name === operation)
    .map(([, status]) => Number(status))
    .sort((one, other) => other - one);
}
