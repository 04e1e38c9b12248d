import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { openAliases } from "../../src/encoders/aliases.ts";
import { LookalikeError } from "../../src/errors.ts";

/** Runs a test in a folder of its own. */
function test(name: string, body: (root: string) => Promise<void>) {
  Deno.test(`aliases: ${name}`, async () => {
    const root = await Deno.makeTempDir();
    try {
      await body(root);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

async function code(promise: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => promise, LookalikeError)).code;
}

async function pairs(root: string): Promise<string[]> {
  const aliases = await openAliases(root).list();
  return aliases.map(({ alias, reference }) => `${alias} → ${reference}`);
}

test("they come back as they were set, by name, until they are removed", async (root) => {
  const aliases = openAliases(join(root, "encoders"));
  assertEquals(await aliases.list(), []);
  const set = await aliases.set("production", "flowers@1");
  assert(Math.abs(Date.parse(set.updatedAt) - Date.now()) < 5000);
  assertEquals(await aliases.list(), [set]);
  await aliases.set("canary", "flowers@2");
  await aliases.set("production", "flowers@2");
  assertEquals(await pairs(join(root, "encoders")), [
    "canary → flowers@2",
    "production → flowers@2",
  ]);
  await aliases.remove("canary");
  assertEquals(await pairs(join(root, "encoders")), ["production → flowers@2"]);
  const gone = await assertRejects(() => aliases.remove("canary"), LookalikeError);
  assertEquals([gone.code, gone.param], ["not_found", "alias"]);
  assertStringIncludes(gone.message, "there are production.");
});

test("changes at once all count", async (root) => {
  const aliases = openAliases(root);
  await Promise.all(
    Array.from({ length: 12 }, (_, at) => aliases.set(`a${10 + at}`, `flowers@${1 + at}`)),
  );
  assertEquals((await aliases.list()).length, 12);
});

test("what cannot be a name or a version is refused", async (root) => {
  const aliases = openAliases(root);
  for (const name of ["", "../a", "a/b", "a@1", ".a", "a".repeat(65)]) {
    const error = await assertRejects(() => aliases.set(name, "flowers@1"), LookalikeError);
    assertEquals([error.code, error.param], ["invalid_input", "alias"]);
  }
  for (const reference of ["flowers", "flowers@0", "flowers@x", "/@1"]) {
    assertEquals(await code(aliases.set("a", reference)), "invalid_input");
  }
  assertEquals(await Array.fromAsync(Deno.readDir(root)), []);
});

const DAMAGE: Record<string, (text: string) => string> = {
  "cut off": (text) => text.slice(0, 40),
  "empty": () => "",
  "another version": (text) => text.replace("flowers@1", "flowers@2"),
  "no list": (text) => text.replace(/\[[^\]]*\]/, "7"),
};

for (const [what, damage] of Object.entries(DAMAGE)) {
  test(`a damaged file is named and never written over: ${what}`, async (root) => {
    const aliases = openAliases(root);
    await aliases.set("production", "flowers@1");
    const path = join(root, "aliases.json");
    const text = damage(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, text);
    for (
      const call of [
        aliases.list,
        () => aliases.set("b", "c@1"),
        () => aliases.remove("production"),
      ]
    ) {
      const error = await assertRejects(call, LookalikeError);
      assertEquals(error.code, "damaged");
      assertStringIncludes(error.message, "encoders/aliases.json");
    }
    assertEquals(await Deno.readTextFile(path), text);
    await Deno.remove(path);
    await aliases.set("b", "c@1"); // a failed change does not hold up the next one
  });
}

test("killed at any moment of a switch, the file is whole and says one or the other", async (root) => {
  const script = new URL("alias_switcher.ts", import.meta.url).pathname;
  for (let kill = 0; kill < 10; kill++) {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", script, root],
      stdout: "piped",
    });
    const child = command.spawn();
    const reader = child.stdout.getReader();
    await reader.read(); // it has begun
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    const found = await pairs(root);
    assert(
      ["production → flowers@1", "production → flowers@2"].includes(found.join()),
      `${found}`,
    );
  }
  await openAliases(root).set("production", "flowers@3"); // what the kills left is in nobody's way
  assertEquals(await pairs(root), ["production → flowers@3"]);
});
