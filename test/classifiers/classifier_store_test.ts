import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { openClassifierStore } from "../../src/classifiers/classifier_store.ts";
import type { KnnParameters } from "../../src/classifiers/classifiers.ts";
import { LookalikeError } from "../../src/errors.ts";
import { CAT_OR_DOG, catOrDog } from "./linear_classifier.ts";

/** Runs a test in a home of its own. */
function test(name: string, body: (home: string) => Promise<void>) {
  Deno.test(`classifier store: ${name}`, async () => {
    const home = await Deno.makeTempDir();
    try {
      await body(home);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
}

async function fault(promise: Promise<unknown>): Promise<[code: string, param?: string]> {
  const { code, param } = await assertRejects(() => promise, LookalikeError);
  return [code, param];
}

const NEAREST: KnnParameters = {
  kind: "knn",
  examples: Float32Array.of(1, 0, 0, 1, 0.6, 0.8),
  labels: Int32Array.of(0, 1, 1),
  k: 2,
  temperature: 0.125,
};

const saved = (name: string, strength = 4) => ({
  name,
  classifier: CAT_OR_DOG,
  parameters: catOrDog(strength),
});

test("a classifier comes back as it was saved, from a newly opened store too", async (home) => {
  const manifest = await openClassifierStore(home).save(saved("pets"));
  assertEquals([manifest.name, manifest.version, manifest.kind], ["pets", "1", "linear"]);
  const loaded = await openClassifierStore(home).load("pets");
  assertEquals(loaded, { manifest, parameters: catOrDog() });
  const { name: _, version: __, ...rest } = loaded.manifest;
  assertEquals({ ...rest, ...CAT_OR_DOG }, rest);
  const files = await Array.fromAsync(Deno.readDir(join(home, "classifiers", "pets", "1")));
  const names = files.map((file) => file.name).sort();
  assertEquals(names, ["manifest.json", "parameters.safetensors"]);
});

test("one that votes comes back too, its temperature as float32", async (home) => {
  const classifier = { ...CAT_OR_DOG, l2: null };
  await openClassifierStore(home).save({ name: "pets", classifier, parameters: NEAREST });
  const { manifest, parameters } = await openClassifierStore(home).load("pets@1");
  assertEquals([manifest.kind, parameters], ["knn", NEAREST]);
});

test("a name means its newest version, an alias the one it was given", async (home) => {
  const store = openClassifierStore(home);
  for (const strength of [1, 2]) await store.save(saved("pets", strength));
  assertEquals(await store.resolve("pets"), "pets@2");
  assertEquals(await store.resolve("pets@1"), "pets@1");
  const set = await store.setAlias("production", "pets@1");
  assertEquals([set.alias, set.reference], ["production", "pets@1"]);
  assertEquals((await store.load("production")).parameters, catOrDog(1));
  await store.setAlias("production", "pets");
  assertEquals((await store.load("production")).parameters, catOrDog(2));
  assertEquals(await store.aliases(), await openClassifierStore(home).aliases());
  await store.removeAlias("production");
  assertEquals(await fault(store.resolve("production")), ["not_found", "classifier"]);
  assertEquals(await fault(store.removeAlias("production")), ["not_found", "alias"]);
});

test("aliases and versions do not take each other's ground away", async (home) => {
  const store = openClassifierStore(home);
  await store.save(saved("pets"));
  assertEquals(await fault(store.setAlias("pets", "pets@1")), ["conflict", "alias"]);
  assertEquals(await fault(store.setAlias("a/b", "pets@1")), ["invalid_input", "alias"]);
  assertEquals(await fault(store.setAlias("a", "pets@2")), ["not_found", "classifier"]);
  await store.setAlias("production", "pets");
  const pointed = await assertRejects(() => store.remove("pets@1"), LookalikeError, "production");
  assertEquals([pointed.code, pointed.param], ["conflict", "classifier"]);
  await store.removeAlias("production");
  assertEquals(await fault(store.remove("pets")), ["invalid_input", "classifier"]);
  await store.remove("pets@1");
  assertEquals(await fault(store.remove("pets@1")), ["not_found", "classifier"]);
  assertEquals((await store.save(saved("pets"))).version, "2");
});

test("what another process removes is gone here too, though it was in memory", async (home) => {
  const store = openClassifierStore(home);
  await store.save(saved("pets"));
  await store.load("pets");
  await openClassifierStore(home).remove("pets@1");
  assertEquals(await fault(store.load("pets@1")), ["not_found", "classifier"]);
});

test("names and numbers that cannot be are refused, and nothing is written", async (home) => {
  const store = openClassifierStore(home);
  const wrong: [input: Parameters<typeof store.save>[0], param: string, says: string][] = [
    [{ ...saved("../pets") }, "name", "1 to 64"],
    [{ ...saved("pets"), parameters: catOrDog(NaN) }, "parameters", "weights must be 4 finite"],
    [
      { ...saved("pets"), parameters: { ...catOrDog(), bias: Float32Array.of(1) } },
      "parameters",
      "bias must be 2 finite",
    ],
    [
      { ...saved("pets"), parameters: { ...catOrDog(), std: new Float32Array(2) } },
      "parameters",
      "std must be above 0",
    ],
    [
      { ...saved("pets"), parameters: { ...NEAREST, labels: Int32Array.of(0, 1, 2) } },
      "parameters",
      "labels must be from 0 to 1",
    ],
    [
      { ...saved("pets"), parameters: { ...NEAREST, k: 0 } },
      "parameters",
      "k must be 1 or more",
    ],
    [
      { ...saved("pets"), classifier: { ...CAT_OR_DOG, classes: ["cat", "cat"] } },
      "manifest",
      "once",
    ],
    [
      { ...saved("pets"), classifier: { ...CAT_OR_DOG, examples: [5] } },
      "manifest",
      "as long as the classes",
    ],
    [
      { ...saved("pets"), classifier: { ...CAT_OR_DOG, temperature: 0 } },
      "manifest",
      "temperature",
    ],
  ];
  for (const [input, param, says] of wrong) {
    const error = await assertRejects(() => store.save(input), LookalikeError, says);
    assertEquals([error.code, error.param], ["invalid_input", param], says);
  }
  assertEquals(await Array.fromAsync(Deno.readDir(home)), []);
});

test("what cannot be a name is one that is not there", async (home) => {
  const store = openClassifierStore(home);
  for (const name of ["", "..", "a/b", "a@0", "a@1@1", "é", "x".repeat(65)]) {
    assertEquals(await fault(store.resolve(name)), ["not_found", "classifier"]);
    assertEquals(await fault(store.load(name)), ["not_found", "classifier"]);
    assertEquals(await fault(store.remove(name)), ["not_found", "classifier"]);
  }
});

test("a damaged version is named, listed apart, given no alias, and can be removed", async (home) => {
  await openClassifierStore(home).save(saved("pets"));
  await openClassifierStore(home).save(saved("pets", 2));
  const path = join(home, "classifiers", "pets", "2", "parameters.safetensors");
  const bytes = await Deno.readFile(path);
  bytes[bytes.length - 1] ^= 1;
  await Deno.writeFile(path, bytes);
  const store = openClassifierStore(home);
  const error = await assertRejects(() => store.load("pets"), LookalikeError);
  assertEquals([error.code, error.param], ["damaged", "classifier"]);
  assertStringIncludes(error.message, "classifiers/pets/2/parameters.safetensors");
  assertEquals(await fault(store.setAlias("production", "pets")), ["damaged", "classifier"]);
  await Deno.truncate(path, 9);
  const { manifests, damaged } = await store.list();
  assertEquals(manifests.map(({ version }) => version), ["1"]);
  assertEquals(damaged.map(({ reference }) => reference), ["pets@2"]);
  assertStringIncludes(damaged[0].reason, "parameters.safetensors");
  await store.remove("pets@2");
  assertEquals(await store.resolve("pets"), "pets@1");
});

test("tensors of another classifier are damage", async (home) => {
  const store = openClassifierStore(home);
  await store.save(saved("pets"));
  await store.save({ name: "votes", classifier: CAT_OR_DOG, parameters: NEAREST });
  const folder = (name: string) => join(home, "classifiers", name, "1");
  // Under a manifest that is sound in itself: that of the vote, which says it is linear.
  const { checksum: _, ...rest } = JSON.parse(
    await Deno.readTextFile(join(folder("votes"), "manifest.json")),
  );
  const text = JSON.stringify({ ...rest, kind: "linear" });
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const checksum = new Uint8Array(digest).toHex();
  await Deno.writeTextFile(
    join(folder("votes"), "manifest.json"),
    JSON.stringify({ ...JSON.parse(text), checksum }),
  );
  const error = await assertRejects(() => store.load("votes"), LookalikeError, "std must be 2");
  assertEquals(error.code, "damaged");
});

test("damaged aliases are said where they are meant, and names answer on", async (home) => {
  const store = openClassifierStore(home);
  await store.save(saved("pets"));
  await store.setAlias("production", "pets");
  await Deno.writeTextFile(join(home, "classifiers", "aliases.json"), "{");
  const error = await assertRejects(() => store.load("production"), LookalikeError);
  assertEquals([error.code, error.param], ["damaged", "classifier"]);
  assertStringIncludes(error.message, "classifiers/aliases.json");
  assertStringIncludes(error.message, "classifiers answer by their own names");
  assertEquals(await store.resolve("pets"), "pets@1");
  assertEquals(await fault(store.remove("pets@1")), ["damaged", "classifier"]); // it may have an alias
});

test("a disk that cannot be written is said, and writers at once all succeed", async (home) => {
  await Deno.writeTextFile(join(home, "file"), "");
  const nowhere = openClassifierStore(join(home, "file"));
  assertEquals(await fault(nowhere.save(saved("pets"))), ["unavailable", undefined]);
  const saves = [1, 2, 3, 4].map(() => openClassifierStore(home).save(saved("pets")));
  const versions = (await Promise.all(saves)).map(({ version }) => version).sort();
  assertEquals(versions, ["1", "2", "3", "4"]);
});

test("what crashes left is swept", async (home) => {
  const store = openClassifierStore(home);
  await store.save(saved("pets"));
  const folder = join(home, "classifiers", "pets");
  await Deno.rename(join(folder, "1"), join(folder, ".1.removed"));
  await store.sweep();
  assertEquals(await Array.fromAsync(Deno.readDir(join(folder, ".1.removed"))), []);
  assert((await store.list()).manifests.length === 0);
});
