import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { configSchema, configTable, readConfig } from "../src/config.ts";

Deno.test("config: nothing set gives every default, and a value its type", () => {
  const { config, problems, warnings } = readConfig({ PATH: "/bin", LOOKALIKE_THREADS: "3" });
  assertEquals([problems, warnings], [[], []]);
  assertEquals([config?.host, config?.port, config?.threads], ["127.0.0.1", 8080, 3]);
});

Deno.test("config: every wrong value is refused by name, all at once", () => {
  const { config, problems } = readConfig({
    LOOKALIKE_PORT: "http",
    LOOKALIKE_DEVICE: "gpu",
    LOOKALIKE_MAX_BATCH: "0",
  });
  assertEquals(config, null);
  assertEquals(problems, [
    'Cannot use LOOKALIKE_PORT as it must be a whole number from 0 to 65535 (a TCP port): it is "http".',
    'Cannot use LOOKALIKE_DEVICE as it must be auto, cpu or cuda: it is "gpu".',
    'Cannot use LOOKALIKE_MAX_BATCH as it must be a whole number from 1 to 4096 (images): it is "0".',
  ]);
});

Deno.test("config: settings that contradict each other are refused", () => {
  const { problems } = readConfig({ LOOKALIKE_QUEUE_LIMIT: "4" });
  assertEquals(problems, [
    "Cannot use LOOKALIKE_MAX_IMAGES as it must be at most LOOKALIKE_QUEUE_LIMIT, 4: it is 128.",
  ]);
});

Deno.test("config: a name that is no setting is a warning, an empty value is unset", () => {
  const { config, warnings } = readConfig({
    LOOKALIKE_MAX_BODY_BYTE: "1",
    LOOKALIKE_toString: "1",
    LOOKALIKE_PORT: "",
  });
  assertEquals(config?.port, 8080);
  assertEquals(warnings, [
    "LOOKALIKE_MAX_BODY_BYTE is not a setting of Lookalike: it changes nothing.",
    "LOOKALIKE_toString is not a setting of Lookalike: it changes nothing.",
  ]);
});

Deno.test("config: whatever a number's text is, it is read exactly or refused", () => {
  const texts = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String));
  fc.assert(fc.property(texts, (text) => {
    const { config, problems } = readConfig({ LOOKALIKE_PORT: text });
    if (text === "") return;
    if (config === null) assertMatch(problems[0], /^Cannot use LOOKALIKE_PORT as it must be/);
    else assertEquals(String(config.port), text.replace(/^0+(?=\d)/, ""));
  }));
});

Deno.test("config: the table has a row for every setting, none without its meaning", () => {
  const rows = configTable().trimEnd().split("\n").slice(2);
  assertEquals(rows.length, Object.keys(configSchema.shape).length);
  for (const row of rows) {
    assertMatch(row, /^\| `LOOKALIKE_[A-Z_]+` \| (`[^`]+`)? \| [A-Z].*\. \|$/);
  }
  assert(rows.some((row) => row.startsWith("| `LOOKALIKE_MAX_BODY_BYTES` | `67108864` |")));
});

Deno.test("config: the admin key is never shown, and is given in one way", () => {
  const { problems } = readConfig({ LOOKALIKE_ADMIN_KEY: "open sesame, all of you" });
  assertEquals(problems, [
    "Cannot use LOOKALIKE_ADMIN_KEY as it must be 20 to 200 characters without spaces: it is not.",
  ]);
  const both = { LOOKALIKE_ADMIN_KEY: "x".repeat(20), LOOKALIKE_ADMIN_KEY_FILE: "key" };
  assertMatch(
    readConfig(both).problems[0],
    /^Cannot use LOOKALIKE_ADMIN_KEY_FILE as there must be one/,
  );
});
