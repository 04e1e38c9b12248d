import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { runKeysCommand } from "../../src/keys/command.ts";
import { openKeyStore } from "../../src/keys/sqlite_key_store.ts";

/** Runs commands in a home that is not there yet. */
async function commandLine() {
  const folder = await Deno.makeTempDir();
  const home = join(folder, "home");
  return {
    home,
    run(...args: string[]) {
      const lines: string[] = [];
      const code = runKeysCommand(args, { home, print: (line) => lines.push(line) });
      return { code, lines };
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("keys command: makes one whose token is the last line, lists it, revokes it", async () => {
  await using cli = await commandLine();
  const made = cli.run(
    ..."create --name ci --scopes write,read --requests-per-minute 60 --expires 2999-01-31".split(
      " ",
    ),
  );
  assertEquals(made.code, 0);
  const token = made.lines.at(-1)!;
  const keys = openKeyStore(cli.home);
  const key = keys.find(token)!;
  assertEquals([key.name, key.scopes, key.requestsPerMinute], ["ci", ["read", "write"], 60]);
  assertEquals(key.expiresAt, "2999-01-31T00:00:00.000Z");
  const listed = cli.run("list");
  assertMatch(
    listed.lines[0],
    /^\w{12} {2}ci: read, write, 60 requests a minute, until 2999-01-31T/,
  );
  assert(!listed.lines.join().includes(token.slice(16)));
  assertEquals(cli.run("revoke", key.id), { code: 0, lines: [`Revoked key ${key.id}.`] });
  assertEquals(keys.find(token), null); // in the process that had it in memory
  assertEquals(cli.run("list"), { code: 0, lines: [] });
  keys.close();
});

Deno.test("keys command: what is asked wrongly ends with 2 and how to ask", async () => {
  await using cli = await commandLine();
  const wrong = [
    "",
    "delete",
    "create",
    "create --name ci",
    "create --name ci --scopes root",
    "create --name ci --scopes read --requests-per-minute many",
    "create --name ci --scopes read --expires yesterday",
    "create --name ci --scopes read --colour red",
    "list everything",
  ];
  for (const line of wrong) {
    const { code, lines } = cli.run(...line.split(" "));
    assertEquals([code, lines.at(-1)?.startsWith("Usage:")], [2, true], line);
  }
  assertEquals(cli.run("list").lines, []);
  assertEquals(cli.run("--help").code, 0);
});

Deno.test("keys command: what cannot be done ends with 1 and why", async () => {
  await using cli = await commandLine();
  assertEquals(cli.run("revoke", "nobody"), {
    code: 1,
    lines: ["Cannot find key nobody: it is none of the keys."],
  });
  await Deno.remove(cli.home, { recursive: true });
  await Deno.writeTextFile(cli.home, "a file");
  assertEquals(cli.run("list").code, 1);
});
