import { assert } from "@std/assert";
import { configTable } from "../src/config.ts";

Deno.test("docs/settings.md has every setting as it is", async () => {
  const page = await Deno.readTextFile(new URL("../docs/settings.md", import.meta.url));
  const cells = (text: string) => text.replaceAll(/\s*\|\s*/g, "|").replaceAll(/-{3,}/g, "---");
  const rows = cells(configTable()).trim().split("\n");
  for (const row of rows) assert(cells(page).includes(row), `docs/settings.md lacks: ${row}`);
});
