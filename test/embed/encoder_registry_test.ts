import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { createEncoderRegistry } from "../../src/embed/encoder_registry.ts";
import type { ServedEncoder } from "../../src/embed/served_encoder.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { LookalikeError } from "../../src/errors.ts";
import { createLocalDecoder } from "../../src/image/mod.ts";
import { createLog } from "../../src/log.ts";
import { picture } from "../routes/pictures.ts";
import {
  createMeanColourRunner,
  MEAN_COLOURS,
  type MeanColourRunner,
} from "./mean_colour_runner.ts";

/** The bytes of an encoder's weights here, a bit more than their 250 floats. */
const BYTES = 1100;

interface Options {
  /** How many versions of each name are saved. */
  versions: Record<string, number>;
  /** How many encoders have room. */
  room?: number;
  /** What happens before each batch of a version, warming included. */
  before?: (reference: string) => Promise<void>;
  /** What happens before a version is put on the device. */
  onCreate?: (reference: string) => void;
}

/** A registry of mean colours on a store of real files. */
async function registryWith(
  { versions, room = 100, before = () => Promise.resolve(), onCreate }: Options,
) {
  const home = await Deno.makeTempDir();
  const store = openEncoderStore(home);
  const data = new Float32Array(250);
  const save = (name: string) =>
    store.save({
      name,
      tensors: new Map([["w", { dtype: "float32", shape: [250], data }]]),
      manifest: { ...MEAN_COLOURS, head: { input: 3, layers: [3, 3] } },
    });
  for (const [name, count] of Object.entries(versions)) {
    for (let version = 0; version < count; version++) await save(name);
  }
  const runners: { of: string; runner: MeanColourRunner }[] = [];
  const events: string[] = [];
  const decoder = createLocalDecoder({ maxBytes: 1e6, maxPixels: 1e6 });
  const registry = createEncoderRegistry(store, {
    createRunner({ manifest: { name, version } }, { layer }) {
      const reference = `${name}@${version}`;
      onCreate?.(reference);
      const runner = createMeanColourRunner({
        sizes: [1],
        before: () => before(reference),
      });
      runners.push({ of: layer === 0 ? reference : `${reference}/${layer}`, runner });
      return runner;
    },
    decoder,
    engine: { maxBatch: 4, maxWaitMs: 0, maxQueue: 16 },
    maxBytes: room * BYTES,
    log: createLog("debug", (line) => events.push(JSON.parse(line).event)),
    lookMs: 0,
  });
  return {
    home,
    store,
    save,
    registry,
    runners,
    events,
    /** The versions on the device, by the order of loading. */
    live: () => runners.filter(({ runner }) => !runner.disposed()).map(({ of }) => of),
    fileOf: (reference: string, file = "weights.safetensors") =>
      join(home, "encoders", ...reference.split("@"), file),
    async [Symbol.asyncDispose]() {
      await registry.close();
      assertEquals(runners.filter(({ runner }) => !runner.disposed()), []);
      await Deno.remove(home, { recursive: true });
    },
  };
}

const named = (encoder: ServedEncoder) => Promise.resolve(encoder.reference);

async function failure(promise: Promise<unknown>): Promise<LookalikeError> {
  return await assertRejects(() => promise, LookalikeError) as LookalikeError;
}

/** Waits for something that happens behind. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 500; turn++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error("It did not happen.");
}

Deno.test("registry: a name is its newest version, by number; what is not there is not found", async () => {
  await using home = await registryWith({ versions: { cats: 10, cat: 1 } });
  const { registry } = home;
  for (const [model, reference] of [["cats", "cats@10"], ["cats@9", "cats@9"], ["cat", "cat@1"]]) {
    assertEquals(await registry.resolve(model), reference);
    assertEquals(await registry.use({ model }, named), reference);
  }
  assertEquals(registry.loaded().map(({ reference }) => reference), ["cats@10", "cats@9", "cat@1"]);
  for (const absent of ["cats@11", "ca", "", "@", "cats@", "cats@9@1", "__proto__", "../cats"]) {
    for (const call of [registry.resolve, registry.get]) {
      const { code, param } = await failure(call(absent));
      assertEquals([code, param], ["not_found", "model"], absent);
    }
  }
});

Deno.test("registry: an encoder is loaded once for all who ask, each of its layers on its own", async () => {
  await using home = await registryWith({ versions: { cats: 1 } });
  const { registry, live } = home;
  const uses = ["cats", "cats@1", "cats", "cats"].map((model) => registry.use({ model }, named));
  assertEquals(new Set(await Promise.all(uses)), new Set(["cats@1"]));
  assertEquals(live(), ["cats@1"]);
  const layer = await registry.use(
    { model: "cats", layer: 2 },
    (one) => Promise.resolve(one.layer),
  );
  assertEquals([layer, live()], [2, ["cats@1", "cats@1/2"]]);
  for (const [wrong, says] of [[3, "0 to 2: it is 3"], [-1, "0 to 2: it is -1"], [0.5, "0.5"]]) {
    const error = await failure(registry.use({ model: "cats", layer: Number(wrong) }, named));
    assertEquals([error.code, error.param], ["invalid_input", "layer"]);
    assertStringIncludes(error.message, String(says));
  }
});

Deno.test("registry: files become vectors, with thumbnails where they are asked for, and timings", async () => {
  await using home = await registryWith({ versions: { cats: 1 } });
  const files = [await picture([255, 0, 0]), await picture([0, 0, 255])];
  const { vectors, thumbnails, timings } = await home.registry.use(
    { model: "cats" },
    (encoder) => encoder.embed(files, { thumbnail: 8 }),
  );
  assertEquals(vectors.map((vector) => [...vector]), [[255, 0, 0], [0, 0, 255]]);
  assertEquals(thumbnails.map((one) => new TextDecoder().decode(one!.subarray(8, 12))), [
    "WEBP",
    "WEBP",
  ]);
  assert(timings.decode > 0 && timings.inference > 0);
  const broken = home.registry.use(
    { model: "cats" },
    (encoder) => encoder.embed([files[0], files[1].slice(0, 40)], { fieldOf: (at) => `x[${at}]` }),
  );
  const { code, param } = await failure(broken);
  assertEquals([code, param], ["unsupported_image", "x[1]"]);
});

Deno.test("registry: past its memory what was not used for longest makes room", async () => {
  await using home = await registryWith({ versions: { a: 1, b: 1, c: 1, d: 1 }, room: 2 });
  const { registry, live } = home;
  for (const model of ["a", "b", "a", "c"]) await registry.use({ model }, named);
  assertEquals(live(), ["a@1", "c@1"]);
  const statuses = (await registry.list()).map(({ reference, status }) => `${reference} ${status}`);
  assertEquals(statuses, ["a@1 ready", "b@1 saved", "c@1 ready", "d@1 saved"]);
  await registry.use({ model: "a" }, async () => {
    await registry.use({ model: "b" }, named); // not a, which is being worked with
    assertEquals(live(), ["a@1", "b@1"]);
    await registry.use({ model: "b" }, async () => {
      const error = await failure(registry.use({ model: "c" }, named));
      assertEquals([error.code, error.retryAfter], ["out_of_memory", 1]);
      assertStringIncludes(error.message, "those in use take");
    });
  });
  assertEquals(await registry.use({ model: "c" }, named), "c@1");
});

Deno.test("registry: work with an encoder that goes is refused another one, rather than wait for itself", async () => {
  await using home = await registryWith({ versions: { a: 1, b: 1 }, room: 1 });
  const { registry } = home;
  let removed: Promise<void> | undefined;
  await registry.use({ model: "a" }, async () => {
    removed = registry.remove("a@1");
    await until(async () => await registry.resolve("a").then(() => false, () => true));
    assertEquals((await failure(registry.use({ model: "b" }, named))).code, "out_of_memory");
  });
  await removed;
  assertEquals(await registry.use({ model: "b" }, named), "b@1");
});

Deno.test("registry: an encoder that could never fit is refused, and nothing makes room for it", async () => {
  await using home = await registryWith({ versions: { a: 1 }, room: 1 });
  const { registry, store, live } = home;
  const data = new Float32Array(1000);
  const tensors = new Map([["w", { dtype: "float32" as const, shape: [1000], data }]]);
  await store.save({ name: "large", tensors, manifest: MEAN_COLOURS });
  await registry.use({ model: "a" }, named);
  const error = await failure(registry.use({ model: "large" }, named));
  assertEquals([error.code, live()], ["out_of_memory", ["a@1"]]);
  assertStringIncludes(error.message, "must be at most 1100 bytes");
});

Deno.test("registry: when the device is full, idle encoders make room and the load is tried again", async () => {
  let full = true;
  await using home = await registryWith({
    versions: { a: 1, b: 1 },
    onCreate(reference) {
      if (reference === "b@1" && full) throw new LookalikeError("out_of_memory", "OOM.");
    },
  });
  const { registry, runners } = home;
  await registry.use({ model: "a" }, async () => {
    const error = await failure(registry.use({ model: "b" }, named)); // a stays, so it fails again
    assertEquals(
      error.message,
      "Cannot load encoder b@1 as the device must have memory for it: OOM.",
    );
  });
  const { dispose } = runners[0].runner;
  runners[0].runner.dispose = () => (dispose(), full = false);
  assertEquals(await registry.use({ model: "b" }, named), "b@1");
  assert(runners[0].runner.disposed());
});

Deno.test("registry: a newer version warms behind; the one before answers, then is let go of", async () => {
  const latch = Promise.withResolvers<void>();
  await using home = await registryWith({
    versions: { cats: 1 },
    before: (reference) => reference === "cats@2" ? latch.promise : Promise.resolve(),
  });
  const { registry, save, live } = home;
  await registry.use({ model: "cats" }, named);
  await registry.use({ model: "cats", layer: 1 }, named);
  await save("cats");
  assertEquals(await registry.use({ model: "cats" }, named), "cats@1");
  await until(() => live().length === 3);
  assertEquals(await registry.use({ model: "cats" }, named), "cats@1");
  await registry.use({ model: "cats" }, async (old) => {
    latch.resolve();
    await until(async () => await registry.resolve("cats") === "cats@2");
    assertEquals((await old.embed([await picture([1, 2, 3])])).vectors.length, 1); // not drained yet
  });
  await until(() => live().length === 2);
  assertEquals(live().sort(), ["cats@2", "cats@2/1"]); // the layers that were asked for before
  assertEquals(await registry.use({ model: "cats", layer: 1 }, named), "cats@2");
});

Deno.test("registry: a version that was asked for by number stays when its name moves on", async () => {
  await using home = await registryWith({ versions: { cats: 1 } });
  const { registry, save, live } = home;
  await registry.use({ model: "cats" }, named);
  await registry.use({ model: "cats@1" }, named);
  await save("cats");
  await until(async () => await registry.resolve("cats") === "cats@2");
  await until(() => home.events.includes("model switched"));
  assertEquals(live(), ["cats@1", "cats@2"]);
});

Deno.test("registry: a newer version that cannot be warmed leaves the one before in its place", async () => {
  await using home = await registryWith({
    versions: { cats: 1 },
    before: (reference) =>
      reference === "cats@2" ? Promise.reject(new Error("device lost")) : Promise.resolve(),
  });
  const { registry, save, events } = home;
  await registry.use({ model: "cats" }, named);
  await save("cats");
  assertEquals(await registry.use({ model: "cats" }, named), "cats@1");
  await until(() => events.includes("model not switched"));
  for (let turn = 0; turn < 3; turn++) {
    assertEquals(await registry.use({ model: "cats" }, named), "cats@1");
  }
  assertEquals(events.filter((event) => event === "model not loaded").length, 1); // not at every use
});

Deno.test("registry: a damaged newest version is said, never replaced by an older one", async () => {
  await using home = await registryWith({ versions: { cats: 2, dogs: 1 } });
  const { registry, fileOf } = home;
  await registry.use({ model: "cats@1" }, named);
  const bytes = await Deno.readFile(fileOf("cats@2"));
  bytes[bytes.length - 1] ^= 1; // what a look at sizes does not find
  await Deno.writeFile(fileOf("cats@2"), bytes);
  const error = await failure(registry.use({ model: "cats" }, named));
  assertEquals([error.code, error.param], ["damaged", "model"]);
  assertStringIncludes(error.message, "encoders/cats/2/weights.safetensors");
  for (const call of [registry.resolve, registry.get]) {
    assertEquals((await failure(call("cats"))).message, error.message);
  }
  const [first, second, third] = await registry.list();
  assertEquals([first.reference, second.reference, third.reference], [
    "cats@1",
    "dogs@1",
    "cats@2",
  ]);
  assert(third.status === "damaged" && third.reason === error.message);
  assertEquals(await registry.use({ model: "cats@1" }, named), "cats@1");
  assertEquals(await registry.use({ model: "dogs" }, named), "dogs@1");
  await registry.remove("cats@2");
  assertEquals(await registry.use({ model: "cats" }, named), "cats@1");
});

Deno.test("registry: an alias answers once its version is warm, and the one before is drained", async () => {
  const latch = Promise.withResolvers<void>();
  await using home = await registryWith({
    versions: { cats: 2 },
    before: (reference) => reference === "cats@2" ? latch.promise : Promise.resolve(),
  });
  const { registry, live } = home;
  await registry.setAlias("production", "cats@1");
  assertEquals(live(), ["cats@1"]);
  assertEquals((await registry.get("production")).aliases, ["production"]);
  const work = Promise.withResolvers<void>();
  const old = registry.use({ model: "production" }, async (encoder) => {
    await work.promise;
    return (await encoder.embed([await picture([1, 2, 3])])).vectors.length;
  });
  const switched = registry.setAlias("production", "cats");
  await until(() => live().length === 2);
  assertEquals(await registry.use({ model: "production" }, named), "cats@1");
  latch.resolve();
  assertEquals((await switched).reference, "cats@2");
  assertEquals(await registry.use({ model: "production" }, named), "cats@2");
  assertEquals(live(), ["cats@1", "cats@2"]);
  work.resolve();
  assertEquals(await old, 1);
  await until(() => live().length === 1);
  assertEquals(live(), ["cats@2"]);
  const aliases = await registry.aliases();
  assertEquals(aliases.map(({ alias, reference }) => [alias, reference]), [[
    "production",
    "cats@2",
  ]]);
  await registry.removeAlias("production");
  assertEquals((await failure(registry.resolve("production"))).code, "not_found");
  await until(() => live().length === 0);
});

Deno.test("registry: an alias that cannot be is refused, and stays as it was", async () => {
  await using home = await registryWith({
    versions: { cats: 2, dogs: 1 },
    before: (reference) =>
      reference === "cats@2" ? Promise.reject(new Error("device lost")) : Promise.resolve(),
  });
  const { registry } = home;
  await registry.setAlias("production", "cats@1");
  const taken = await failure(registry.setAlias("dogs", "cats@1"));
  assertEquals([taken.code, taken.param], ["conflict", "alias"]);
  assertEquals((await failure(registry.setAlias("../x", "cats@1"))).code, "invalid_input");
  assertEquals((await failure(registry.setAlias("production", "birds"))).code, "not_found");
  assertEquals((await failure(registry.setAlias("production", "cats@9"))).code, "not_found");
  await assertRejects(() => registry.setAlias("production", "cats@2"), Error, "device lost");
  assertEquals(await registry.use({ model: "production" }, named), "cats@1");
  await registry.setAlias("canary", "production"); // an alias of an alias is one of its version
  assertEquals(await registry.resolve("canary"), "cats@1");
});

Deno.test("registry: an alias that another process switched is followed once it is warm", async () => {
  await using home = await registryWith({ versions: { cats: 2 } });
  const { registry, live } = home;
  await registry.setAlias("production", "cats@1");
  await openEncoderStore(home.home).aliases.set("production", "cats@2");
  assertEquals(await registry.use({ model: "production" }, named), "cats@1");
  await until(async () => await registry.use({ model: "production" }, named) === "cats@2");
  await until(() => live().join() === "cats@2");
});

Deno.test("registry: damaged aliases are named, and models and known aliases serve on", async () => {
  await using home = await registryWith({ versions: { cats: 2 } });
  const { registry } = home;
  await registry.setAlias("production", "cats@1");
  await Deno.writeTextFile(join(home.home, "encoders", "aliases.json"), "{");
  for (const model of ["production", "cats", "cats@1"]) await registry.use({ model }, named);
  assertEquals(await registry.resolve("production"), "cats@1");
  const changes = [
    () => registry.resolve("canary"),
    registry.aliases,
    () => registry.setAlias("canary", "cats@2"),
    () => registry.removeAlias("production"),
    () => registry.remove("cats@1"), // an alias may point to it
  ];
  for (const change of changes) {
    const error = await failure(change());
    assertEquals(error.code, "damaged");
    assertStringIncludes(error.message, "encoders/aliases.json");
  }
  assertEquals((await registry.list()).length, 2);
});

Deno.test("registry: a version is removed once it is drained, and never under an alias", async () => {
  await using home = await registryWith({ versions: { cats: 2 } });
  const { registry, live, save } = home;
  await registry.setAlias("production", "cats@2");
  const refused = await failure(registry.remove("cats@2"));
  assertEquals([refused.code, refused.param], ["conflict", "model"]);
  assertStringIncludes(refused.message, "production");
  await registry.setAlias("production", "cats@1");
  const work = Promise.withResolvers<void>();
  const used = registry.use({ model: "cats@2" }, async (encoder) => {
    await work.promise;
    return (await encoder.embed([await picture([1, 2, 3])])).vectors.length;
  });
  await until(() => live().includes("cats@2"));
  let removed = false;
  const removal = registry.remove("cats@2").then(() => removed = true);
  const asked = () => registry.use({ model: "cats@2" }, named).catch(({ code }) => code);
  await until(async () => await asked() === "not_found");
  assert(!removed && live().includes("cats@2"));
  work.resolve();
  assertEquals(await used, 1);
  await removal;
  assertEquals(live(), ["cats@1"]);
  assertEquals(await registry.resolve("cats"), "cats@1");
  assertEquals((await failure(registry.remove("cats"))).code, "invalid_input");
  assertEquals((await failure(registry.remove("cats@2"))).code, "not_found");
  assertEquals((await save("cats")).version, "3");
});

Deno.test("registry: close finishes what is under way, and takes nothing after", async () => {
  await using home = await registryWith({ versions: { cats: 1 } });
  const { registry, live } = home;
  const begun = Promise.withResolvers<void>();
  const under = registry.use({ model: "cats" }, async (encoder) => {
    begun.resolve();
    await new Promise((resolve) => setTimeout(resolve, 20));
    return (await encoder.embed([await picture([1, 2, 3])])).vectors.length;
  });
  await begun.promise;
  const closed = registry.close();
  assertEquals((await failure(registry.use({ model: "cats" }, named))).code, "unavailable");
  assertEquals(await under, 1);
  await closed;
  assertEquals(live(), []);
});
