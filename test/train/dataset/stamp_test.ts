import { assertEquals, assertNotEquals } from "@std/assert";
import { stampOf } from "../../../train/dataset/stamp.ts";

const NOW = Date.UTC(2026, 0, 2);
const info = { size: 10, mtime: new Date(2020, 1, 1), ctime: new Date(2020, 1, 1) };

Deno.test("a stamp tells names, sizes and both times apart", () => {
  const stamp = stampOf([{ name: "a", info }], NOW);
  assertEquals(stampOf([{ name: "a", info: { ...info } }], NOW + 1000), stamp);
  const later = new Date(2020, 1, 2);
  for (
    const other of [
      { name: "b", info },
      { name: "a", info: { ...info, size: 11 } },
      { name: "a", info: { ...info, mtime: later } },
      { name: "a", info: { ...info, ctime: later } },
      { name: "a", info: null },
    ]
  ) assertNotEquals(stampOf([other], NOW), stamp);
  assertNotEquals(stampOf([{ name: "a", info }, { name: "b", info }], NOW), stamp);
});

Deno.test("a file that has only just changed proves nothing", () => {
  const justNow = { ...info, ctime: new Date(NOW - 1000) };
  assertEquals(stampOf([{ name: "a", info }, { name: "b", info: justNow }], NOW), null);
});
