import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { readCheckpoint } from "../../train/checkpoint.ts";

const CLI = fileURLToPath(new URL("../../train/cli.ts", import.meta.url));

/** 200 short steps on small drawings. */
const RUN = [
  ...["pretrain", "--name", "tiny", "--data", "shapes", "--precision", "float32", "--json"],
  ...["--image-size", "12", "--width-multiplier", "0.0625", "--images-per-class", "4"],
  ...["--batch-size", "8", "--epochs", "40", "--warmup-epochs", "1", "--probe-every", "0"],
  ...["--report-every", "1", "--checkpoint-every", "0.05", "--device", "cpu"],
];
const STEPS = 200;

function start(args: string[], home: string): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLI, ...args],
    env: { LOOKALIKE_HOME: home },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function finish(args: string[], home: string) {
  const { code, stdout, stderr } = await start(args, home).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** Reads reports until one of this step, then sends the signal. */
async function signalAtStep(child: Deno.ChildProcess, step: number, signal: Deno.Signal) {
  let text = "";
  let isSent = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (isSent || !text.includes(`"step":${step},`)) continue;
    child.kill(signal);
    isSent = true;
  }
  const status = await child.status;
  return { status, err: await new Response(child.stderr).text() };
}

async function withHome(body: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await body(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function stateOf(home: string): Promise<string> {
  const checkpoint = await readCheckpoint(join(home, "runs", "tiny"));
  assertEquals([checkpoint!.step, checkpoint!.finished], [STEPS, true]);
  const { tensors } = await openEncoderStore(home).load("tiny");
  return JSON.stringify([...tensors].map(([name, { data }]) => [name, [...data]]));
}

Deno.test("killed or interrupted at any moment, a run goes on to the same encoder", async () => {
  await withHome(async (home) => {
    const undisturbed = await finish(RUN, home);
    assertEquals([undisturbed.code, undisturbed.err], [0, ""]);
    const expected = await stateOf(home);
    const reports = undisturbed.out.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(reports.filter(({ type }) => type === "progress").length, STEPS);
    assertEquals(reports.at(-1).encoder, "tiny@1");
    const curve = await Deno.readTextFile(join(home, "runs", "tiny", "training.svg"));
    assert(curve.startsWith("<svg"), curve.slice(0, 80));

    await withHome(async (other) => {
      const killed = await signalAtStep(start(RUN, other), 12, "SIGKILL");
      assertEquals(killed.status.signal, "SIGKILL");
      const kept = await readCheckpoint(join(other, "runs", "tiny"));
      assert(kept && kept.step > 0 && kept.step < STEPS, `the checkpoint is of step ${kept?.step}`);

      const again = await finish(RUN, other); // without --resume it is not thrown away
      assertEquals(again.code, 1);
      assert(again.err.includes("go on with --resume"), again.err);

      const wrong = await finish([...RUN, "--restart", "--batch-size", "1000"], other);
      assertEquals(wrong.code, 1); // a batch that is too large costs no checkpoint
      const missing = await finish([...RUN, "--restart", "--data", "/nowhere"], other);
      assertEquals(missing.code, 1);
      assertEquals((await readCheckpoint(join(other, "runs", "tiny")))!.step, kept!.step);

      const resume = ["pretrain", "--name", "tiny", "--resume", "--json", "--device", "cpu"];
      const stopped = await signalAtStep(start(resume, other), 60, "SIGINT");
      assertEquals(stopped.status.code, 130);
      assert(stopped.err.includes("--name tiny --resume"), stopped.err);

      const last = await finish(resume, other);
      assertEquals([last.code, last.err], [0, ""]);
      assertEquals(await stateOf(other), expected);
    });
  });
});

Deno.test("two processes do not train the same run", async () => {
  await withHome(async (home) => {
    const folder = join(home, "runs");
    await Deno.mkdir(folder);
    using lock = await Deno.open(join(folder, ".tiny.lock"), { create: true, write: true });
    await lock.lock(true);
    const { code, err } = await finish(RUN, home);
    assertEquals(code, 1);
    assert(err.includes("another process is training it"), err);
  });
});

Deno.test("--help lists every option, and wrong ones are named", async () => {
  await withHome(async (home) => {
    const help = await finish(["pretrain", "--help"], home);
    assertEquals(help.code, 0);
    for (const option of ["--data", "--resume", "--temperature", "--batch-size", "--precision"]) {
      assert(help.out.includes(option), `${option} is missing`);
    }
    const negatives = [["quickstart", "--no-serve"], ["pretrain", "--no-normalize"]];
    for (const [command, flag] of negatives) { // listed as they are given, and taken
      const { code, out } = await finish([command, flag, "--help"], home);
      assertEquals(code, 0);
      assert(out.includes(`  ${flag} `), `${command} does not list ${flag}`);
    }
    const wrong: [args: string[], says: string][] = [
      [["pretrain", "--epoch", "3"], "--epoch"],
      [["pretrain", "--data", "shapes"], "--name is missing"],
      [["pretrain", "--name", "a/b", "--data", "shapes"], "name of the encoder"],
      [["pretrain", "--name", "a"], "--data is missing"],
      [["pretrain", "--name", "a", "--data", "/nowhere"], "/nowhere"],
      [["pretrain", "--name", "a", "--data", "shapes", "--epochs", "0"], "epochs"],
      [["pretrain", "--name", "a", "--data", "shapes", "--preset", "nope"], "cifar10-small"],
      [["evaluate", "--encoder", "nobody", "--data", "shapes"], "nobody"],
      [["evaluate", "--encoder", "x", "--data", "shapes", "--images-per-class", "-1"], "--images"],
      [["dance"], "Cannot run dance"],
    ];
    for (const [args, says] of wrong) {
      const { code, out, err } = await finish(args, home);
      assertEquals([code, out], [1, ""], args.join(" "));
      assert(err.includes(says) && !err.includes("    at "), `${args.join(" ")}: ${err}`);
    }
  });
});
