import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { ManifestInput } from "../../src/encoders/manifest.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import type { NamedTensors } from "../../src/encoders/safetensors.ts";
import { LookalikeError } from "../../src/errors.ts";

const INPUT: ManifestInput = {
  architecture: { family: "resnet18", stem: "cifar", widthMultiplier: 0.25 },
  inputSize: 32,
  preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
  dimension: 128,
  configuration: { epochs: 20, optimizer: { momentum: 0.9 } },
  metrics: { loss: 4.25 },
  lookalikeVersion: "0.1.0",
};

function tensors(first = 1): NamedTensors {
  return new Map([
    ["stem.kernel", { dtype: "float32", shape: [2, 2], data: Float32Array.of(first, -0, NaN, 4) }],
    ["steps", { dtype: "int32", shape: [], data: Int32Array.of(7) }],
  ]);
}

/** Runs a test in a home of its own. */
function test(name: string, body: (home: string) => Promise<void>) {
  Deno.test(`encoder store: ${name}`, async () => {
    const home = await Deno.makeTempDir();
    try {
      await body(home);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
}

async function code(promise: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => promise, LookalikeError)).code;
}

test("an encoder comes back as it was saved, from a newly opened store too", async (home) => {
  const saved = await openEncoderStore(home).save({
    name: "flowers",
    tensors: tensors(),
    manifest: INPUT,
  });
  assertEquals([saved.name, saved.version, saved.formatVersion], ["flowers", "1", 1]);
  const loaded = await openEncoderStore(home).load("flowers");
  assertEquals(loaded.manifest, saved);
  assertEquals(loaded.manifest.configuration, INPUT.configuration);
  assertEquals(loaded.tensors, tensors());
  assertEquals(await openEncoderStore(home).manifest("flowers@1"), saved);
});

test("a kept head lies beside its encoder: its shape in the manifest, its tensors among the others", async (home) => {
  const store = openEncoderStore(home);
  const head = { input: 2, layers: [2, 3] };
  const weight = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
  const both = tensors().set("head.0.weight", { dtype: "float32", ...weight });
  await store.save({ name: "a", tensors: both, manifest: { ...INPUT, head } });
  const loaded = await store.load("a");
  assertEquals([loaded.manifest.head, loaded.tensors], [head, both]);
  const wrong = { ...INPUT, head: { ...head, layers: [0] } };
  assertEquals(
    await code(store.save({ name: "a", tensors: both, manifest: wrong })),
    "invalid_input",
  );
});

test("a name alone means its newest version, by number and not by letter", async (home) => {
  const store = openEncoderStore(home);
  for (let version = 1; version <= 11; version++) {
    await store.save({ name: "a", tensors: tensors(version), manifest: INPUT });
  }
  assertEquals((await store.load("a")).tensors, tensors(11));
  assertEquals((await store.load("a@2")).tensors, tensors(2));
  const listed = (await store.list()).manifests.map(({ version }) => Number(version));
  assertEquals(listed, Array.from({ length: 11 }, (_, index) => index + 1));
});

test("a version is exactly its two files", async (home) => {
  await openEncoderStore(home).save({ name: "a", tensors: tensors(), manifest: INPUT });
  const names = async (path: string) =>
    (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
  assertEquals(await names(join(home, "encoders", "a")), ["1"]);
  const files = await names(join(home, "encoders", "a", "1"));
  assertEquals(files, ["manifest.json", "weights.safetensors"]);
});

test("writers at once all succeed, each with a number of its own", async (home) => {
  const saves = Array.from(
    { length: 8 },
    (_, index) =>
      openEncoderStore(home).save({ name: "a", tensors: tensors(index), manifest: INPUT }),
  );
  const versions = (await Promise.all(saves)).map(({ version }) => Number(version));
  assertEquals(versions.toSorted((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8]);
  for (const [index, version] of versions.entries()) {
    assertEquals((await openEncoderStore(home).load(`a@${version}`)).tensors, tensors(index));
  }
});

test("names that could be paths are refused", async (home) => {
  const store = openEncoderStore(home);
  const names = ["", ".", "..", "../a", "a/b", "a\\b", ".a", "-a", "a b", "a\0", "ä", "a@1"];
  for (const name of [...names, "a".repeat(65), "a\n"]) {
    assertEquals(
      await code(store.save({ name, tensors: tensors(), manifest: INPUT })),
      "invalid_input",
    );
    if (name !== "a@1") assertEquals(await code(store.load(name)), "invalid_input");
  }
  for (const version of ["", "0", "01", "1.0", "-1", "1@1", "..", "1/../2", "9999999999"]) {
    assertEquals(await code(store.load(`a@${version}`)), "invalid_input");
  }
  assertEquals(await Array.fromAsync(Deno.readDir(home)), []);
});

test("what is not there is not found, and the sentence says what is", async (home) => {
  const store = openEncoderStore(home);
  assertEquals(await code(store.load("a")), "not_found");
  assertEquals(await store.list(), { manifests: [], damaged: [] });
  await store.save({ name: "a", tensors: tensors(), manifest: INPUT });
  const other = await assertRejects(() => store.load("b"), LookalikeError);
  assertStringIncludes(other.message, "there are a.");
  const version = await assertRejects(() => store.manifest("a@2"), LookalikeError);
  assertStringIncludes(version.message, "there are a@1.");
});

test("a manifest that cannot be is refused, by field, and nothing is written", async (home) => {
  const manifest = { ...INPUT, dimension: 0 };
  const save = () => openEncoderStore(home).save({ name: "a", tensors: tensors(), manifest });
  const error = await assertRejects(save, LookalikeError, "dimension");
  assertEquals(error.code, "invalid_input");
  assertEquals(await Array.fromAsync(Deno.readDir(home)), []);
});

test("another version's whole manifest serves as input to the next", async (home) => {
  const store = openEncoderStore(home);
  const first = await store.save({ name: "a", tensors: tensors(), manifest: INPUT });
  const lineage = { parent: "a@1" };
  const input = { ...first, lineage };
  const second = await store.save({ name: "b", tensors: tensors(2), manifest: input });
  assertEquals([second.name, second.version, second.lineage], ["b", "1", lineage]);
  assertEquals((await store.load("b")).tensors, tensors(2));
});

const DAMAGE: Record<string, [file: string, (path: string) => Promise<void>]> = {
  "a flipped bit in the weights": ["weights.safetensors", flip(-1)],
  "a flipped bit in the weights' header": ["weights.safetensors", flip(9)],
  "cut-off weights": ["weights.safetensors", (path) => Deno.truncate(path, 50)],
  "missing weights": ["weights.safetensors", (path) => Deno.remove(path)],
  "a cut-off manifest": ["manifest.json", (path) => Deno.truncate(path, 100)],
  "a missing manifest": ["manifest.json", (path) => Deno.remove(path)],
  "an empty manifest": ["manifest.json", (path) => Deno.truncate(path, 0)],
  "a manifest with another figure": ["manifest.json", async (path) => {
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace("4.25", "4.26"));
  }],
  "a manifest without its weights' hash": ["manifest.json", async (path) => {
    const { weights: _, ...rest } = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, JSON.stringify(rest));
  }],
};

function flip(at: number) {
  return async (path: string) => {
    const bytes = await Deno.readFile(path);
    bytes[at < 0 ? bytes.length + at : at] ^= 1;
    await Deno.writeFile(path, bytes);
  };
}

for (const [what, [file, damage]] of Object.entries(DAMAGE)) {
  test(`refused by name: ${what}`, async (home) => {
    const store = openEncoderStore(home);
    await store.save({ name: "a", tensors: tensors(1), manifest: INPUT });
    await store.save({ name: "a", tensors: tensors(2), manifest: INPUT });
    await damage(join(home, "encoders", "a", "2", file));
    const error = await assertRejects(() => store.load("a"), LookalikeError);
    assertEquals(error.code, "damaged");
    assertStringIncludes(error.message, `encoders/a/2/${file}`);
    assertEquals((await store.load("a@1")).tensors, tensors(1));

    const { manifests, damaged } = await store.list();
    assertEquals(manifests[0].version, "1");
    // A flipped bit in the weights is what list does not look for.
    if (!what.startsWith("a flipped bit")) {
      assertEquals(damaged.map(({ name, version }) => [name, version]), [["a", "2"]]);
      assertStringIncludes(damaged[0].reason, file);
    }
    const next = await store.save({ name: "a", tensors: tensors(3), manifest: INPUT });
    assertEquals(next.version, "3");
  });
}

test("a version in another's folder is refused", async (home) => {
  const store = openEncoderStore(home);
  await store.save({ name: "a", tensors: tensors(), manifest: INPUT });
  await Deno.mkdir(join(home, "encoders", "b"));
  await Deno.rename(join(home, "encoders", "a", "1"), join(home, "encoders", "b", "4"));
  const error = await assertRejects(() => store.load("b"), LookalikeError, "a@1");
  assertEquals(error.code, "damaged");
});

test("what a crash leaves is not seen, and goes at a later save", async (home) => {
  const store = openEncoderStore(home);
  await store.save({ name: "a", tensors: tensors(), manifest: INPUT });
  const leave = async (name: string, age: number) => {
    const path = join(home, "encoders", "a", name);
    await Deno.mkdir(path);
    await Deno.writeTextFile(join(path, "weights.safetensors"), "half");
    const time = new Date(Date.now() - age);
    await Deno.utime(path, time, time);
  };
  await leave(".old.tmp", 2 * 60 * 60 * 1000);
  await leave(".being-written.tmp", 0);
  await Deno.writeTextFile(join(home, "encoders", "notes.txt"), "a file of a person's own");
  assertEquals((await store.load("a")).manifest.version, "1");
  const { manifests, damaged } = await store.list();
  assertEquals([manifests.length, damaged.length], [1, 0]);

  const next = await store.save({ name: "a", tensors: tensors(), manifest: INPUT });
  assertEquals(next.version, "2");
  const names = (await Array.fromAsync(Deno.readDir(join(home, "encoders", "a")))).map((entry) =>
    entry.name
  );
  assert(!names.includes(".old.tmp"));
  assert(names.includes(".being-written.tmp"));
});

test("an empty folder of a name is no encoder", async (home) => {
  await Deno.mkdir(join(home, "encoders", "a"), { recursive: true });
  assertEquals(await code(openEncoderStore(home).load("a")), "not_found");
});

test("a removed version is gone, the others stay, and its number is never given again", async (home) => {
  const store = openEncoderStore(home);
  for (const first of [1, 2, 3]) {
    await store.save({ name: "a", tensors: tensors(first), manifest: INPUT });
  }
  await store.remove("a@3");
  assertEquals(await store.versions("a"), ["1", "2"]);
  assertEquals((await store.load("a")).tensors, tensors(2));
  assertEquals(await code(store.load("a@3")), "not_found");
  assertEquals(await code(store.remove("a@3")), "not_found");
  const named = await assertRejects(() => store.remove("a"), LookalikeError);
  assertEquals(named.message, "Cannot remove encoder a as its version must be told: a@2.");
  const next = await store.save({ name: "a", tensors: tensors(4), manifest: INPUT });
  assertEquals(next.version, "4");
  for (const version of [1, 2, 4]) await store.remove(`a@${version}`);
  assertEquals(await store.list(), { manifests: [], damaged: [] });
  const absent = await assertRejects(() => store.load("b"), LookalikeError);
  assertStringIncludes(absent.message, "there are none yet");
});

test("a damaged version can be removed, and a crash while it goes leaves nothing for long", async (home) => {
  const store = openEncoderStore(home);
  await store.save({ name: "a", tensors: tensors(), manifest: INPUT });
  await store.save({ name: "a", tensors: tensors(2), manifest: INPUT });
  await Deno.truncate(join(home, "encoders", "a", "1", "manifest.json"), 9);
  await store.remove("a@1");
  // What a crash leaves between the rename and the end of the deletion.
  await Deno.rename(join(home, "encoders", "a", "2"), join(home, "encoders", "a", ".2.removed"));
  assertEquals(await store.versions("a"), []);
  await store.sweep();
  const left = await Array.fromAsync(Deno.readDir(join(home, "encoders", "a", ".2.removed")));
  assertEquals(left, []);
  const next = await store.save({ name: "a", tensors: tensors(), manifest: INPUT });
  assertEquals(next.version, "3");
});

test("large weights are read in pieces, and others have their turn meanwhile", async (home) => {
  const store = openEncoderStore(home);
  const data = new Float32Array(4 << 20).fill(0.5); // 16 MiB
  const large: NamedTensors = new Map([["w", { dtype: "float32", shape: [data.length], data }]]);
  await store.save({ name: "a", tensors: large, manifest: INPUT });
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const loaded = await store.load("a").finally(() => clearInterval(timer));
  assertEquals(loaded.tensors.get("w")!.data, data);
  assert(turns > 1, `${turns} turns`);
});
