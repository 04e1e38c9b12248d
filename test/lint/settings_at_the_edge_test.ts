import { assertEquals } from "@std/assert";
import { lint } from "./lint.ts";

const RULE = "settings-at-the-edge";

Deno.test("flags and environment are for main.ts and train/cli.ts alone", () => {
  const source = `const home = Deno.env.get("HOME"), [first] = Deno.args; process.exit(1);`;
  assertEquals(lint(RULE, "src/files.ts", source), [
    "src/*.ts cannot use Deno.env as only main.ts and train/cli.ts may: " +
    "take it as an argument, or throw.",
    "src/*.ts cannot use Deno.args as only main.ts and train/cli.ts may: " +
    "take it as an argument, or throw.",
    "src/*.ts cannot use process.exit as only main.ts and train/cli.ts may: " +
    "take it as an argument, or throw.",
  ]);
  assertEquals(lint(RULE, "train/commands/setup.ts", source).length, 3);
  assertEquals(lint(RULE, "routes/app.ts", "Deno.exitCode = 1;").length, 1);
  for (const path of ["main.ts", "train/cli.ts", "test/cli_test.ts", "bench/step/run.ts"]) {
    assertEquals(lint(RULE, path, source), []);
  }
});

Deno.test("what only looks like them is let be", () => {
  const source = `const { args } = options; child.exit(); Deno.build.os; await Deno.stat("env");`;
  assertEquals(lint(RULE, "src/files.ts", source), []);
});
