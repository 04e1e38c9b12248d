import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { LookalikeError } from "../../../src/errors.ts";
import type { Plan } from "../../../train/ablate/plan.ts";
import { runAblation } from "../../../train/ablate/run_ablation.ts";
import { openRunFolder, type RunFolder } from "../../../train/ablate/run_folder.ts";
import { tinyCell, tinyPlan } from "./tiny_plan.ts";

const KILLED = fileURLToPath(new URL("./run_to_be_killed.ts", import.meta.url));

async function withFolder(body: (folder: RunFolder, home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await body(openRunFolder(home, "tiny"), home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function run(
  plan: Plan,
  options: { folder: RunFolder; home: string; signal?: AbortSignal; onSay?: () => void },
): Promise<string[]> {
  const { folder, home, signal = new AbortController().signal, onSay = () => {} } = options;
  const said: string[] = [];
  const say = (sentence: string) => {
    said.push(sentence);
    onSay();
  };
  await runAblation(plan, {
    folder,
    cacheFolder: `${home}/cache`,
    report: { progress: () => {}, activity: () => {}, say },
    signal,
    startedAt: performance.now(),
  });
  return said;
}

/** Waits until a condition holds, for a minute at most. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("It did not happen within a minute.");
}

Deno.test("killed in the middle, a run goes on with what is not done; a cell that fails is named", async () => {
  await withFolder(async (folder, home) => {
    const first = tinyCell("first", {
      cell: { kept: true, measures: ["projection", "transformations"] },
    });
    const failing = tinyCell("failing", { changes: { batchSize: 1000 } });
    // Long enough to be killed in, and its checkpoint comes at once.
    const last = tinyCell("last", {
      changes: { epochs: 120, checkpointEvery: 0.2, reportEvery: 50 },
    });
    const tuned = tinyCell("tuned", {
      cell: { fineTuning: { from: first.id, perClass: 2, epochs: 2 } },
    });
    const plan = tinyPlan([first, failing, last, tuned]);
    await folder.writePlan(plan);

    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", KILLED],
      stdin: "piped",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    const input = child.stdin.getWriter();
    await input.write(new TextEncoder().encode(JSON.stringify(home)));
    await input.close();
    const checkpoint = `${folder.layout.work(last.id)}/checkpoint.json`;
    const written = () => Deno.stat(checkpoint).then(({ mtime }) => mtime!.getTime(), () => 0);
    await until(async () => await written() > 0);
    child.kill("SIGKILL");
    await child.status;
    // The cell's own process ends with the one that waits for it: no more checkpoints.
    let before = -1;
    await until(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const now = await written();
      return before === (before = now);
    });
    const step = JSON.parse(await Deno.readTextFile(checkpoint)).step;
    assert(step > 0 && step < 120 * 3, `killed at step ${step}`);

    const kept = await folder.results(plan);
    assertEquals([...kept.keys()], [first.id]);
    assertEquals(
      Object.keys(kept.get(first.id)!.figures).sort(),
      [
        "grayscale-h",
        "grayscale-z",
        "knn",
        "knn-z",
        "linear",
        "linear-z",
        "rotation-h",
        "rotation-z",
      ],
    );
    const said = await run((await folder.plan())!, { folder, home });
    const results = await folder.results(plan);
    assertEquals([...results.keys()].sort(), [first.id, last.id, tuned.id].sort());
    assertEquals(results.get(first.id), kept.get(first.id)); // it was not trained again
    assert(results.get(tuned.id)!.figures.top1 >= 0);
    const failures = await folder.failures(plan);
    assertEquals([...failures.keys()], [failing.id]);
    assert(
      failures.get(failing.id)!.reason.includes("60 images"),
      failures.get(failing.id)!.reason,
    );
    assert(said.some((line) => line.startsWith("Failed: losses: failing, seed 0: Cannot train")));
    assert(said.some((line) => line.startsWith("3 of 4 cells done")), said.join("\n"));
    await assertRejects(() => Deno.stat(checkpoint), Deno.errors.NotFound);
  });
});

Deno.test("ctrl-C ends a run within seconds, also in the middle of a cell", async () => {
  await withFolder(async (folder, home) => {
    const cell = tinyCell("endless", { changes: { epochs: 100_000, checkpointEvery: 0.01 } });
    const plan = tinyPlan([cell]);
    const stop = new AbortController();
    const ended = run(plan, { folder, home, signal: stop.signal });
    const checkpoint = `${folder.layout.work(cell.id)}/checkpoint.json`;
    await until(() => Deno.stat(checkpoint).then(() => true, () => false));
    const stoppedAt = performance.now();
    stop.abort();
    const error = await assertRejects(() => ended, LookalikeError);
    assertEquals(error.code, "interrupted");
    assert(performance.now() - stoppedAt < 5000);
    assert(error.message.includes("0 of 1 cells are kept"), error.message);
    assertEquals((await folder.failures(plan)).size, 0); // stopped is not failed
  });
});

Deno.test("once the budget is used up no more cells begin", async () => {
  await withFolder(async (folder, home) => {
    const plan = { ...tinyPlan([tinyCell("late")]), budgetMinutes: 1 };
    await folder.writeSpent(70);
    const said = await run(plan, { folder, home });
    assert(said.at(-1)!.includes("1 cells are not trained"), said.join("\n"));
    assertEquals((await folder.results(plan)).size, 0);
  });
});

Deno.test("two processes do not run the same studies", async () => {
  await withFolder(async (folder) => {
    using _lock = await folder.lock();
    const error = await assertRejects(() => folder.lock(), LookalikeError);
    assertEquals(error.code, "conflict");
  });
});
