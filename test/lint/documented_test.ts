import { assertEquals } from "@std/assert";
import { lint } from "./lint.ts";

const check = (source: string) => lint("documented", "src/model/some.ts", source);

Deno.test("what is exported has a docstring", () => {
  assertEquals(check("export interface Shape { side: number }"), [
    "Shape is exported and must have a docstring.",
  ]);
  assertEquals(check("// not a docstring\nexport const SIDE = 32;"), [
    "SIDE is exported and must have a docstring.",
  ]);
  assertEquals(check("/** The side, in pixels. */\nexport const SIDE = 32;"), []);
  assertEquals(check("interface Shape { side: number }\nfunction make() {}"), []);
  assertEquals(check(`export * from "./shape.ts";\nexport { make } from "./make.ts";`), []);
});

Deno.test("an exported function also says what it takes and returns", () => {
  const signature = "export function area(width: number, { height = 1 }: Shape): number {}";
  assertEquals(check(`/** The area. */\n${signature}`), [
    "area is exported and must have @param width, @returns.",
  ]);
  assertEquals(
    check(`/** The area.\n * @param width In pixels.\n * @returns It. */\n${signature}`),
    [
      "area is exported and must have @param for what it destructures.",
    ],
  );
  const both = "@param width In pixels.\n * @param shape The rest.\n * @returns In pixels.";
  assertEquals(check(`/** The area.\n * ${both} */\n${signature}`), []);
});

Deno.test("a function that returns nothing need not say so", () => {
  assertEquals(check("/** Waits. */\nexport async function wait(): Promise<void> {}"), []);
  assertEquals(check("/** Fails. */\nexport function fail(): never {}"), []);
  assertEquals(check("/** Checks.\n * @param x It. */\nexport function f(x: X): asserts x {}"), []);
  assertEquals(check("/** Says. */\nexport function say(): Promise<string> {}"), [
    "say is exported and must have @returns.",
  ]);
});

Deno.test("tests need no docstrings", () => {
  assertEquals(lint("documented", "test/helper.ts", "export const SIDE = 32;"), []);
});
