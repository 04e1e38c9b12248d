import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { LookalikeError } from "../../../src/errors.ts";
import { openRunFolder } from "../../../train/ablate/run_folder.ts";
import { ablateCommand } from "../../../train/commands/ablate.ts";
import type { Values } from "../../../train/commands/command.ts";
import { madeUpPlan, madeUpResults } from "../ablate/made_up.ts";

async function withHome(
  body: (run: (values: Values) => Promise<string>, home: string) => Promise<void>,
): Promise<void> {
  const home = await Deno.makeTempDir();
  const run = async (values: Values) => {
    let text = "";
    const { signal } = new AbortController();
    const out = (piece: string) => void (text += piece);
    await ablateCommand.run(values, { home, signal, out, isTerminal: false, columns: 80 });
    return text;
  };
  try {
    await body(run, home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("what cannot be run is refused before anything is trained", async () => {
  await withHome(async (run) => {
    const wrong: [values: Values, says: string][] = [
      [{ study: "losses,colours", data: "shapes" }, "Cannot find the study colours"],
      [{ study: "losses" }, "--data is missing"],
      [{ data: "shapes", seeds: "0" }, "--seeds must be at least 1"],
      [{ data: "shapes", budget: "soon" }, "--budget"],
      [{ "report-only": true }, "no run of that name has begun"],
    ];
    for (const [values, says] of wrong) {
      const error = await assertRejects(() => run(values), LookalikeError);
      assert(error.message.includes(says), error.message);
    }
  });
});

Deno.test("a run that has begun keeps to its plan, and is reported on without training", async () => {
  await withHome(async (run, home) => {
    const plan = madeUpPlan({ quick: true });
    const folder = openRunFolder(home, "studies-quick");
    await folder.writePlan(plan);
    for (const result of madeUpResults(plan.cells).values()) await folder.writeResult(result);

    for (
      const [values, says] of [
        [{ seeds: "5" }, "--seeds 5 as the run was planned with 3"],
        [{ study: "losses" }, "--study losses"],
        [{ data: "others" }, "--data others"],
      ] as [Values, string][]
    ) {
      const error = await assertRejects(() => run({ quick: true, ...values }), LookalikeError);
      assertEquals(error.code, "conflict");
      assert(error.message.includes(says), error.message);
    }
    const lines = (await run({ quick: true, "report-only": true, json: true })).trim().split("\n");
    const { type, report, verdicts } = JSON.parse(lines.at(-1)!);
    assertEquals(type, "result");
    assertEquals(report, join(folder.layout.folder, "report", "report.html"));
    assertEquals(Object.keys(verdicts), plan.studies);
    assert((await Deno.stat(report)).size > 10_000);
  });
});
