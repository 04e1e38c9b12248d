import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { join } from "node:path";
import { LookalikeError } from "../../src/errors.ts";
import { installLibrary } from "../../src/tensorflow/install.ts";
import { findLibrary, libraryNames } from "../../src/tensorflow/library.ts";
import { findPython } from "../../src/tensorflow/python.ts";
import { type Platform, targetOf } from "../../src/tensorflow/target.ts";

const INSTALL = new URL("../../src/tensorflow/install.ts", import.meta.url).href;
const EXTRACT = new URL("../../src/tensorflow/extract.py", import.meta.url).pathname;

Deno.test("each platform's wheels are pinned by hash, and all to one TensorFlow", () => {
  const platforms: [build: "cpu" | "cuda", Platform][] = [
    ["cpu", { os: "linux", arch: "x86_64", target: "x86_64-unknown-linux-gnu" }],
    ["cpu", { os: "linux", arch: "aarch64", target: "aarch64-unknown-linux-gnu" }],
    ["cpu", { os: "darwin", arch: "aarch64", target: "aarch64-apple-darwin" }],
    ["cuda", { os: "linux", arch: "x86_64", target: "x86_64-unknown-linux-gnu" }],
  ];
  const targets = platforms.map(([build, platform]) => targetOf(build, platform));
  for (const target of targets) {
    const text = Deno.readTextFileSync(target.requirements);
    const pins = text.match(/^[\w-]+==\S+ \\\n {4}--hash=sha256:[0-9a-f]{64}$/gm) ?? [];
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    assertEquals(lines.length, 2 * pins.length, target.requirements);
  }
  assertEquals(new Set(targets.map((target) => target.version)).size, 1);
  assertEquals(new Set(targets.map((target) => target.hash)).size, targets.length);
});

Deno.test("a platform without a wheel is refused by name, and Windows is shown the way", () => {
  const refused = (build: "cpu" | "cuda", os: Platform["os"], arch: Platform["arch"], rest = "") =>
    assertThrows(
      () => targetOf(build, { os, arch, target: `${arch}-${os}${rest}` }),
      LookalikeError,
    );
  assertStringIncludes(refused("cpu", "windows", "x86_64").message, "use WSL2");
  assertStringIncludes(refused("cpu", "darwin", "x86_64").message, "it is x86_64-darwin.");
  assertStringIncludes(refused("cpu", "linux", "x86_64", "-musl").message, "with glibc");
  assertEquals(refused("cuda", "linux", "aarch64").code, "device_unavailable");
});

Deno.test("a library is found only where all of it is, CUDA before the processor's", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertThrows(() => findLibrary({ device: "cpu", folder }), LookalikeError, "deno task setup");
    pretendInstalled(folder, "cpu");
    assertEquals(findLibrary({ device: "auto", folder }).device, "cpu");
    assertThrows(() => findLibrary({ device: "cuda", folder }), LookalikeError, "--device cuda");
    pretendInstalled(folder, "cuda");
    assertEquals(findLibrary({ device: "auto", folder }).device, "cuda");
    assertEquals(findLibrary({ device: "cpu", folder }).device, "cpu");
    const { cc } = findLibrary({ device: "cpu", folder });
    Deno.truncateSync(cc, 3);
    assertEquals(findLibrary({ device: "cpu", folder }).device, "cuda"); // which runs there too
    Deno.removeSync(join(folder, "cuda", "installed.json"));
    assertThrows(() => findLibrary({ device: "auto", folder }), LookalikeError, "cut off");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("set-up does nothing, and says nothing, when all is there", async () => {
  const folder = await Deno.makeTempDir();
  try {
    pretendInstalled(folder, "cpu", targetOf("cpu").hash);
    const said: string[] = [];
    const result = await installLibrary({
      device: "auto",
      folder,
      report: (sentence) => said.push(sentence),
    });
    assertEquals([result.device, said], ["cpu", []]);
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["cpu"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a wheel with another hash is refused, and nothing is left behind", async () => {
  const [root, wheels] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  try {
    const pinned = /^(tensorflow\S*)==/m.exec(Deno.readTextFileSync(targetOf("cpu").requirements))!;
    const { version, tags } = targetOf("cpu");
    const name = `${pinned[1].replace("-", "_")}-${version}-cp312-cp312-${tags[0]}.whl`;
    await zip(join(wheels, name), libraryNames());
    // Pip finds this wheel alone; a process of its own keeps its words out of the test's
    const { stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `const { installLibrary } = await import(${JSON.stringify(INSTALL)});` +
        `await installLibrary({ device: "cpu", folder: ${JSON.stringify(root)} });`,
      ],
      env: { PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels, PIP_CONFIG_FILE: "/dev/null" },
    }).output();
    const words = new TextDecoder().decode(stderr);
    assert(!success);
    assertStringIncludes(words, "DO NOT MATCH THE HASHES");
    assertStringIncludes(words, "Cannot install TensorFlow's library as pip must fetch it");
    assertEquals(Array.from(Deno.readDirSync(root), ({ name }) => name), [".lock"]);
  } finally {
    await Deno.remove(root, { recursive: true });
    await Deno.remove(wheels, { recursive: true });
  }
});

Deno.test("unpacking takes what is asked for, and never leaves its folder", async () => {
  const root = await Deno.makeTempDir();
  try {
    const wheel = join(root, "some.whl");
    await zip(wheel, ["a/lib.so", "a/readme.txt", "../outside.so", "/tmp/absolute.so"]);
    const python = await findPython();
    const into = join(root, "deep", "into");
    const run = new Deno.Command(python, { args: [EXTRACT, wheel, into, "*.so"] });
    assert((await run.output()).success);
    assertEquals(filesIn(root), [
      "deep/into/a/lib.so",
      "deep/into/outside.so",
      "deep/into/tmp/absolute.so",
      "some.whl",
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a Python that is missing, too old or without pip is named, with what to do", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const program = (name: string, script: string) => {
      Deno.writeTextFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return join(folder, name);
    };
    const old = program("old", "echo 3 8");
    const bare = program("bare", "echo 3 12; exit 1");
    const good = program("good", "echo 3 9");
    await assertRejects(() => findPython([join(folder, "none")]), LookalikeError, "is no Python");
    await assertRejects(() => findPython([old]), LookalikeError, "is version 3.8");
    const error = await assertRejects(() => findPython([old, bare]), LookalikeError);
    assertStringIncludes(error.message, `${bare} has no pip`);
    assertStringIncludes(error.message, "Get it with");
    assertEquals(error.code, "not_installed");
    assertEquals(await findPython([old, bare, good]), good);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Leaves what set-up leaves, with libraries of a few bytes. */
function pretendInstalled(folder: string, device: "cpu" | "cuda", requirements = "") {
  const files: Record<string, number> = {};
  for (const path of libraryNames()) {
    Deno.mkdirSync(join(folder, device, "tensorflow"), { recursive: true });
    Deno.writeTextFileSync(join(folder, device, path), "library");
    files[path] = "library".length;
  }
  const installed = { version: "1.2.3", device, requirements, files };
  Deno.writeTextFileSync(join(folder, device, "installed.json"), JSON.stringify(installed));
}

/** Makes a zip file whose members hold their own names, whatever these are. */
async function zip(path: string, members: string[]) {
  const script = "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w') as archive:\n" +
    "  for name in sys.argv[2:]: archive.writestr(name, name)";
  const args = ["-c", script, path, ...members];
  assert((await new Deno.Command(await findPython(), { args }).output()).success);
}

function filesIn(folder: string, prefix = ""): string[] {
  return Array.from(
    Deno.readDirSync(folder),
    (entry) =>
      entry.isDirectory
        ? filesIn(join(folder, entry.name), `${prefix}${entry.name}/`)
        : [prefix + entry.name],
  ).flat().sort();
}
