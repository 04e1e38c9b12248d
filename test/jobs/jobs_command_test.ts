import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { runJobsCommand } from "../../src/jobs/run_jobs_command.ts";
import { openJobStore } from "../../src/jobs/sqlite_job_store.ts";
import { addJob, PRETRAINING, progress, PROMOTED, RESULT } from "./some_jobs.ts";

/** Runs commands in a home that is not there yet. */
async function commandLine() {
  const folder = await Deno.makeTempDir();
  const home = join(folder, "home");
  return {
    home,
    open() {
      Deno.mkdirSync(home, { recursive: true });
      return openJobStore(home);
    },
    async run(line: string, { isTerminal = false, columns = 80 } = {}) {
      let text = "";
      const screen = { write: (more: string) => void (text += more), isTerminal, columns };
      const args = line.split(" ").filter((arg) => arg !== "");
      const code = await runJobsCommand(args, { home, screen });
      return { code, text };
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("jobs command: lists them, the newest first, with what there is to say of each", async () => {
  await using cli = await commandLine();
  assertEquals(await cli.run(""), { code: 0, text: "There are no jobs.\n" });
  const store = cli.open();
  const [running, failed] = [addJob(store, null), addJob(store, "key")];
  store.claim();
  store.addEvent(running, progress(40));
  store.fail(failed, { code: "invalid_input", message: "There is one class only.", param: null });
  const queued = addJob(store, null, PRETRAINING);
  const { code, text } = await cli.run("list");
  const lines = text.split("\n");
  assertEquals([code, lines.length], [0, 6]);
  assertMatch(lines[0], new RegExp(`^${queued}  queued  pretraining of birds; made 2\\S+Z$`));
  assertMatch(lines[1], new RegExp(`^${failed}  failed  probe .*, ended 2\\S+Z$`));
  assertEquals(lines[2], "    There is one class only.");
  assertMatch(lines[3], new RegExp(`^${running}  running  probe fine-tuning of garden-birds;`));
  assertEquals(lines[4], "    ██████████░░░░░░░░░░░░░░ step 40/100  loss 0.025  1:00 left");
  for (let job = 0; job < 25; job++) store.cancel(addJob(store, null));
  const all = (await cli.run("list")).text;
  assertStringIncludes(all, running); // as it is not over, however old
  assert(!all.includes(failed));
  store.close();
});

Deno.test("jobs command: follows one to its end, on a line that moves on a terminal", async () => {
  await using cli = await commandLine();
  const store = cli.open();
  const id = addJob(store, null, PROMOTED);
  const [file, terminal] = [
    cli.run(`follow ${id}`),
    cli.run(`follow ${id}`, { isTerminal: true, columns: 30 }),
  ];
  const pause = () => new Promise((resolve) => setTimeout(resolve, 250));
  await pause();
  store.claim();
  for (const step of [10, 20, 100]) {
    store.addEvent(id, progress(step));
    await pause();
  }
  store.succeed(id, RESULT);
  await pause();
  store.settlePromotion(id, { status: "kept", reason: "It is no better." });
  const [{ code, text }, moving] = await Promise.all([file, terminal]);
  assertEquals(code, 0);
  assertEquals(text.split("\n").map((line) => line.replace(/.*step/, "step")), [
    "The job waits in the queue.",
    "The job is running.",
    "step 10/100  loss 0.100  1:30 left",
    "step 100/100  loss 0.010  0:00 left", // 20 was too soon for a file
    "The job has succeeded.",
    "It is no better.",
    "",
  ]);
  assertStringIncludes(moving.text, "\r\x1b[2K██░░░░░░░░░░░░░░░░░░░░░░ step\r\x1b[2K█████");
  assertStringIncludes(moving.text, "\nThe job has succeeded.\n");
  store.close();
});

Deno.test("jobs command: following one that ends badly, or is over, ends at once with 1", async () => {
  await using cli = await commandLine();
  const store = cli.open();
  const id = addJob(store, null);
  store.cancel(id);
  const { code, text } = await cli.run(`follow ${id}`);
  assertEquals([code, text], [1, "The job waits in the queue.\nThe job was cancelled.\n"]);
  store.close();
});

Deno.test("jobs command: cancels what waits or runs, and says why not otherwise", async () => {
  await using cli = await commandLine();
  const store = cli.open();
  const [running, queued] = [addJob(store, null), addJob(store, null)];
  store.claim();
  for (const id of [running, queued]) {
    assertEquals(await cli.run(`cancel ${id}`), { code: 0, text: `Cancelled job ${id}.\n` });
    assertEquals(store.get(id).status, "cancelled");
  }
  const failed = addJob(store, null);
  store.fail(failed, { code: "internal", message: "It crashed.", param: null });
  const { code, text } = await cli.run(`cancel ${failed}`);
  assertEquals(code, 1);
  assertMatch(
    text,
    /^Cannot cancel job ftjob-\w+ as it must be queued or running: it has failed\.$/m,
  );
  store.close();
});

Deno.test("jobs command: what is asked wrongly ends with 2 and how to ask, what is not there with 1", async () => {
  await using cli = await commandLine();
  const wrong = ["delete", "toString", "follow", "cancel", "cancel a b", "list --all", "list 1"];
  for (const line of wrong) {
    const { code, text } = await cli.run(line);
    assertEquals([code, text.includes("Usage:")], [2, true], line);
  }
  assertEquals((await cli.run("--help")).code, 0);
  for (const line of ["follow nobody", "cancel nobody"]) {
    assertEquals(await cli.run(line), {
      code: 1,
      text: 'Cannot find job "nobody": there is none of that id.\n',
    });
  }
});
