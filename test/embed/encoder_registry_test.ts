import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createEncoderRegistry } from "../../src/embed/encoder_registry.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { LookalikeError } from "../../src/errors.ts";
import { MEAN_COLOURS } from "../routes/service.ts";
import { createMeanColourRunner, type MeanColourRunner } from "./mean_colour_runner.ts";

async function registryWith(versions: Record<string, number>) {
  const home = await Deno.makeTempDir();
  const store = openEncoderStore(home);
  for (const [name, count] of Object.entries(versions)) {
    for (let version = 0; version < count; version++) {
      await store.save({ name, tensors: new Map(), manifest: MEAN_COLOURS });
    }
  }
  const runners: MeanColourRunner[] = [];
  const registry = createEncoderRegistry(store, {
    createRunner: () => {
      const runner = createMeanColourRunner();
      runners.push(runner);
      return runner;
    },
    limits: { maxBytes: 1e6, maxPixels: 1e6 },
    engine: { maxBatch: 4, maxWaitMs: 0, maxQueue: 16 },
  });
  return {
    registry,
    runners,
    weightsOf: (reference: string) =>
      `${home}/encoders/${reference.replace("@", "/")}/weights.safetensors`,
    [Symbol.asyncDispose]: () => Deno.remove(home, { recursive: true }),
  };
}

const found = (error: LookalikeError) => [error.code, error.param];

Deno.test("registry: a name is its newest version that is served, by number", async () => {
  await using home = await registryWith({ cats: 10, cat: 1 });
  const { registry } = home;
  for (const reference of ["cats@9", "cats@10", "cats@2", "cat"]) await registry.load(reference);
  assertEquals(registry.find("cats").reference, "cats@10");
  assertEquals(registry.find("cats@9").reference, "cats@9");
  assertEquals(registry.list().map(({ reference }) => reference), [
    "cat@1",
    "cats@2",
    "cats@9",
    "cats@10",
  ]);
  for (const absent of ["cats@3", "ca", "", "@", "cats@", "cats@9@1", "__proto__"]) {
    const error = assertThrows(() => registry.find(absent), LookalikeError) as LookalikeError;
    assertEquals(found(error), ["not_found", "model"], absent);
  }
});

Deno.test("registry: a version is loaded once, and all are closed", async () => {
  await using home = await registryWith({ cats: 2 });
  const { registry, runners } = home;
  assertEquals(await registry.load("cats"), await registry.load("cats@2"));
  await registry.load("cats@1");
  assertEquals(runners.length, 2);
  await registry.close();
  assert(runners.every((runner) => runner.disposed()));
});

Deno.test("registry: a damaged newest version is said, never replaced by an older one", async () => {
  await using home = await registryWith({ cats: 2 });
  const { registry } = home;
  await registry.load("cats@1");
  await Deno.truncate(home.weightsOf("cats@2"), 3);
  const error = await assertRejects(() => registry.load("cats"), LookalikeError) as LookalikeError;
  assertEquals(error.code, "damaged");
  const asked = assertThrows(() => registry.find("cats"), LookalikeError) as LookalikeError;
  assertEquals([...found(asked), asked.message], ["damaged", "model", error.message]);
  assertEquals(registry.find("cats@1").reference, "cats@1");
  assertEquals(registry.list().length, 1);
});
