import { assert, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { createMeanColourRunner } from "../embed/mean_colour_runner.ts";
import { picture64 } from "../routes/pictures.ts";
import { startService, type TestService } from "../routes/service.ts";

await startTensorFlow({ device: "cpu" }); // search runs on it

const RED = [{ id: "red", vector: [1, 0, 0] }];
const TYPE = { "Content-Type": "application/json" };

/** An address of every operation. */
const OPERATIONS: Record<string, [method: string, path: string]> = {
  isAlive: ["GET", "/livez"],
  isReady: ["GET", "/readyz"],
  listModels: ["GET", "/v1/models"],
  getModel: ["GET", "/v1/models/colours"],
  createEmbeddings: ["POST", "/v1/embeddings"],
  listCollections: ["GET", "/v1/collections"],
  getCollection: ["GET", "/v1/collections/c"],
  deleteCollection: ["DELETE", "/v1/collections/c"],
  getItem: ["GET", "/v1/collections/c/items/red"],
  deleteItem: ["DELETE", "/v1/collections/c/items/red"],
  upsertItems: ["PUT", "/v1/collections/c/items"],
  search: ["POST", "/v1/collections/c/search"],
};

/** A body with an image, for each operation that takes one. */
const WITH_IMAGE: Record<string, (image: string) => unknown> = {
  createEmbeddings: (image) => ({ model: "colours", input: image }),
  upsertItems: (image) => ({ items: [{ id: "image", image }] }),
  search: (image) => ({ image }),
};

Deno.test("contract: every status that an operation declares is answered, as declared", async () => {
  const latch = Promise.withResolvers<void>();
  await using service = await startService({
    limits: { maxBytes: 200, bodySeconds: 0.05 },
    engine: { maxQueue: 1, maxWaitMs: 0 },
    createRunner: () =>
      createMeanColourRunner({ before: (batch) => batch > 1 ? latch.promise : Promise.resolve() }),
  });
  await succeed(service);
  await sendWhatIsWrong(service);
  const hanging = await fillQueue(service);
  latch.resolve();
  await Promise.all(hanging);
  await breakWhatIsKept(service);
  for (const phase of ["warming", "draining"] as const) {
    service.phase = phase;
    await Promise.all(
      service.promises.declared().filter((one) => one.endsWith(" 503")).map(
        async (one) => {
          const [method, path] = OPERATIONS[one.split(" ")[0]];
          assertEquals((await service.ask(path, { method })).status, 503);
        },
      ),
    );
  }
  assertEquals(service.promises.seen().sort(), service.promises.declared().sort());
});

async function succeed({ json }: TestService): Promise<void> {
  const input = await picture64([255, 0, 0]);
  const bodies: Record<string, unknown> = {
    createEmbeddings: { model: "colours", input },
    upsertItems: { model: "colours", items: RED },
    search: { vector: [1, 0, 0] },
  };
  const order = ["upsertItems", "search", "createEmbeddings", "isAlive", "isReady", "listModels"];
  order.push(
    "getModel",
    "listCollections",
    "getCollection",
    "getItem",
    "deleteItem",
    "deleteCollection",
  );
  for (const operation of order) {
    assertEquals((await json(...OPERATIONS[operation], bodies[operation])).status, 200, operation);
  }
  await json(...OPERATIONS.upsertItems, bodies.upsertItems);
}

async function sendWhatIsWrong({ ask, json }: TestService): Promise<void> {
  for (const wrong of ["none", "-", "x".repeat(600)]) { // 404, 400, 400
    await json("GET", `/v1/models/${wrong}`);
    await json("GET", `/v1/collections/${wrong}`);
    await json("DELETE", `/v1/collections/${wrong}`);
    await json("POST", `/v1/collections/${wrong}/search`, { vector: [1] });
    await json("GET", `/v1/collections/c/items/${wrong}`);
    await json("DELETE", `/v1/collections/c/items/${wrong}`);
    await json("POST", "/v1/embeddings", { model: wrong, input: "AAAA" });
    await json("PUT", "/v1/collections/d/items", { model: wrong, items: RED });
  }
  await json(...OPERATIONS.upsertItems, { model: "colours@1", items: RED }); // 409
  const large = await picture64([1, 2, 3], 200);
  for (const [operation, withImage] of Object.entries(WITH_IMAGE)) {
    const [method, path] = OPERATIONS[operation];
    await ask(path, { method, headers: TYPE, body: "{" }); // 400
    const stuck = new ReadableStream({ start: (body) => body.enqueue(new Uint8Array(1)) });
    await ask(path, { method, headers: TYPE, body: stuck }); // 408
    await json(method, path, withImage(large)); // 413
    await ask(path, { method, headers: { "Content-Type": "text/csv" }, body: "a,b" }); // 415
  }
}

/** With one image on the device and one in the queue, the next is refused. */
async function fillQueue({ encoders, json }: TestService): Promise<Promise<unknown>[]> {
  const image = await picture64([255, 0, 0]);
  const hanging: Promise<unknown>[] = [];
  for (const waiting of [0, 1]) {
    hanging.push(json(...OPERATIONS.createEmbeddings, WITH_IMAGE.createEmbeddings(image)));
    const { stats } = encoders.find("colours");
    while (stats().queue.count < 2 || stats().waiting < waiting) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  for (const [operation, withImage] of Object.entries(WITH_IMAGE)) {
    const { status, body } = await json(...OPERATIONS[operation], withImage(image));
    assertEquals([status, body.error.code], [429, "overloaded"]);
  }
  return hanging;
}

async function breakWhatIsKept({ encoders, collections, json }: TestService): Promise<void> {
  encoders.addDamaged("broken@1", "Cannot load encoder broken@1 as it is cut short.");
  await json("GET", "/v1/models/broken");
  await json("POST", "/v1/embeddings", { model: "broken", input: "AAAA" });
  await collections.close();
  const bodies: Record<string, unknown> = {
    upsertItems: { items: RED },
    search: { vector: [1, 0, 0] },
  };
  for (const [operation, [method, path]] of Object.entries(OPERATIONS)) {
    if (!path.startsWith("/v1/collections")) continue;
    assertEquals((await json(method, path, bodies[operation])).status, 500, operation);
  }
}

Deno.test("contract: the OpenAPI document is whole, and explains every operation", async () => {
  await using service = await startService();
  const document = await (await service.ask("/openapi.json")).json();
  assertEquals(document.openapi, "3.1.0");
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path as object));
  assertEquals(operations.map((one) => one.operationId).sort(), Object.keys(OPERATIONS).sort());
  for (const { summary, tags, operationId } of operations) {
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
