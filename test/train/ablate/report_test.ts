import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { writeReport } from "../../../train/ablate/report/write_report.ts";
import { openRunFolder } from "../../../train/ablate/run_folder.ts";
import { STUDIES } from "../../../train/ablate/studies/mod.ts";
import { madeUpPlan, madeUpResults } from "./made_up.ts";

Deno.test("the report names every study and cell, what failed and what is missing, and needs nothing else", async () => {
  const home = await Deno.makeTempDir();
  try {
    const plan = madeUpPlan();
    const folder = openRunFolder(home, "made-up");
    await folder.writePlan(plan);
    assertEquals(await folder.plan(), plan);
    await folder.writeSpent(1234);
    const results = [...madeUpResults(plan.cells).values()];
    const [failed, missing] = plan.cells.filter(({ uses }) =>
      uses[0]?.label.startsWith("supervised")
    );
    for (const result of results) {
      if (result.id !== failed.id && result.id !== missing.id) await folder.writeResult(result);
    }
    await folder.writeFailure({ id: failed.id, reason: "Cannot go on as <the disk> is full." });

    const { page, verdicts } = await writeReport(plan, { folder, name: "made-up" });
    const html = await Deno.readTextFile(page);
    const path = join(folder.layout.folder, "report");
    const markdown = await Deno.readTextFile(join(path, "report.md"));
    const json = JSON.parse(await Deno.readTextFile(join(path, "report.json")));

    for (const study of STUDIES) {
      const judgements = verdicts[study.name];
      assert(judgements.length > 0, study.name);
      for (const text of [html, markdown]) {
        assert(text.includes(study.title) && text.includes(study.section), study.name);
        for (const { claim } of judgements) assert(text.includes(claim), claim);
      }
    }
    const labels = plan.cells.flatMap(({ uses }) => uses);
    for (const { study, label } of labels) {
      const own = json.studies.find(({ name }: { name: string }) => name === study);
      assert(own.cells.some((cell: { label: string }) => cell.label === label), label);
    }
    for (const text of [html, markdown]) {
      assert(text.includes(`${missing.uses[0].label} (2 of 3 seeds)`));
      assert(text.includes(`${failed.uses[0].label}, seed 0, failed`));
      assert(text.includes(`${plan.cells.length - 2} of ${plan.cells.length} trained, 1 failed`));
      assert(text.includes("2 cores of a made-up processor") && text.includes("deno task ablate"));
      assert(text.includes("20:34 of 8:00:00"));
    }
    assert(html.includes("&lt;the disk&gt;") && !html.includes("<the disk>"));

    // Self-contained: nothing is loaded from anywhere.
    const loads = html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, "")
      .match(/https?:|<(link|script|img|iframe)\b|@import|url\((?!#)/g);
    assertEquals(loads, null);
    assertEquals(
      html.match(/<svg /g)!.length,
      json.studies.flatMap((study: { panels: unknown[] }) => study.panels).length,
    );
    const drawings = [...markdown.matchAll(/\((charts\/[^)]+)\)/g)].map(([, file]) => file);
    assertEquals(drawings.length, html.match(/<svg /g)!.length);
    for (const file of drawings) {
      const svg = await Deno.readTextFile(join(path, file));
      assert(svg.startsWith("<svg") && !svg.includes("NaN") && !svg.includes("undefined"), file);
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("a run of which nothing is done has a report that says so", async () => {
  const home = await Deno.makeTempDir();
  try {
    const plan = madeUpPlan({ quick: true });
    const folder = openRunFolder(home, "begun");
    const { page, verdicts } = await writeReport(plan, { folder, name: "begun" });
    const all = Object.values(verdicts).flat();
    assertEquals([...new Set(all.map(({ verdict }) => verdict))], ["not measured"]);
    const html = await Deno.readTextFile(page);
    assert(html.includes(`0 of ${plan.cells.length} trained`) && !html.includes("<svg"));
    assert(html.includes("--quick: fewer networks"));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
