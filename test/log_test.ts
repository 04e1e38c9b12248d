import { assert, assertEquals } from "@std/assert";
import { createLog, type LogLevel } from "../src/log.ts";

function collect(level: LogLevel): { lines: string[]; said: () => string[] } {
  const lines: string[] = [];
  const log = createLog(level, (line) => lines.push(line));
  for (const own of ["error", "warn", "info", "debug"] as const) log[own](own);
  return { lines, said: () => lines.map((line) => JSON.parse(line).event) };
}

Deno.test("each level says what those before it say, and its own", () => {
  assertEquals(collect("silent").said(), []);
  assertEquals(collect("error").said(), ["error"]);
  assertEquals(collect("warn").said(), ["error", "warn"]);
  assertEquals(collect("info").said(), ["error", "warn", "info"]);
  assertEquals(collect("debug").said(), ["error", "warn", "info", "debug"]);
});

Deno.test("an event is one line of JSON with its time, its level and its fields", () => {
  const lines: string[] = [];
  const before = Date.now();
  createLog("info", (line) => lines.push(line)).warn("a line\nbreak", { steps: 3, name: "ü" });
  assertEquals(lines.length, 1);
  assert(!lines[0].includes("\n"));
  const { time, ...rest } = JSON.parse(lines[0]);
  assertEquals(rest, { level: "warn", event: "a line\nbreak", steps: 3, name: "ü" });
  const at = Date.parse(time);
  assert(before <= at && at <= Date.now());
  assertEquals(new Date(at).toISOString(), time);
});

Deno.test("lines go to standard error unless told", () => {
  const original = console.error;
  const lines: unknown[] = [];
  console.error = (line: unknown) => lines.push(line);
  try {
    createLog("error").error("late"); // what console.error is when the log is made
  } finally {
    console.error = original;
  }
  assertEquals(JSON.parse(lines[0] as string).event, "late");
});
