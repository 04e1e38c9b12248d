/**
 * Times the training step side by side with PyTorch's.
 *
 *   deno task bench:pretrain-step --python PATH
 *
 * @module
 */
import os from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { messageOf } from "../../src/errors.ts";
import { compareSteps, type Timing } from "./compare.ts";

const HELP = `Times one SimCLR step, with augmentation and LARS: ResNet-18 (CIFAR stem, width 1),
64 images, 128 views of 32×32. Wants a machine that does nothing else.
  --python PATH      a Python that can import torch; else PYTHON, else python3
  --precision NAME   float32 or bfloat16, may be given twice; both
  --rounds N         turns that each side has; 5
  --steps N          steps in a turn; 3
  --threads N        of each side, 0 for as many as it picks itself; 0
  --json             prints one JSON object instead of a table`;

/** Both sides in one precision. */
interface Comparison {
  precision: string;
  lookalike: Timing;
  torch?: Timing;
  /** Our median over PyTorch's: below 1 ours is faster. */
  ratio?: number;
}

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    python: { type: "string", default: Deno.env.get("PYTHON") ?? "python3" },
    precision: { type: "string", multiple: true, default: ["float32", "bfloat16"] },
    rounds: { type: "string", default: "5" },
    steps: { type: "string", default: "3" },
    threads: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  Deno.exit(0);
}

const loadBefore = os.loadavg()[0];
const peer = await describePeer(values.python);
const comparisons: Comparison[] = [];
for (const precision of values.precision) comparisons.push(await compare(precision));
const machine = {
  processor: os.cpus()[0]?.model ?? "unknown",
  cores: os.cpus().length,
  memoryBytes: os.totalmem(),
  system: `${Deno.build.os} ${Deno.build.arch}`,
  loadBefore,
};
const versions = { deno: Deno.version.deno, torch: peer.torch ?? null };
const result = { bench: "pretrain_step", comparisons, skipped: peer.skipped, machine, versions };
console.log(values.json ? JSON.stringify(result) : table());

/** The version of torch, or why there is no peer. */
async function describePeer(python: string): Promise<{ torch?: string; skipped?: string }> {
  const args = ["-c", "import torch; print(torch.__version__)"];
  try {
    const { success, stdout, stderr } = await new Deno.Command(python, { args }).output();
    const lastLine = (bytes: Uint8Array) =>
      new TextDecoder().decode(bytes).trim().split("\n").at(-1);
    if (success) return { torch: lastLine(stdout) };
    return { skipped: `${python} cannot import torch: ${lastLine(stderr)}` };
  } catch (error) {
    return { skipped: `${python} cannot be run: ${messageOf(error)}` };
  }
}

async function compare(precision: string): Promise<Comparison> {
  const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const options = ["--precision", precision, "--threads", values.threads];
  const commands = [[Deno.execPath(), "run", "-A", beside("lookalike_step.ts"), ...options]];
  if (peer.torch) commands.push([values.python, beside("torch_step.py"), ...options]);
  const [lookalike, torch] = await compareSteps(commands, {
    rounds: Number(values.rounds),
    steps: Number(values.steps),
  });
  if (!torch) return { precision, lookalike };
  return { precision, lookalike, torch, ratio: lookalike.median / torch.median };
}

function table(): string {
  const row = (cells: string[]) =>
    cells.map((cell, i) => i < 2 ? cell.padEnd(11) : cell.padStart(10)).join("");
  const timing = (precision: string, side: string, { min, median, peakBytes }: Timing) =>
    row([precision, side, min.toFixed(0), median.toFixed(0), `${(peakBytes / 1e9).toFixed(2)} GB`]);
  const lines = comparisons.flatMap(({ precision, lookalike, torch, ratio }) => [
    timing(precision, "lookalike", lookalike),
    ...(torch
      ? [timing(precision, "torch", torch), row(["", "ratio", "", ratio!.toFixed(2)])]
      : []),
  ]);
  const gigabytes = (machine.memoryBytes / 2 ** 30).toFixed(0);
  return [
    row(["", "", "min ms", "median ms", "memory"]),
    ...lines,
    `${comparisons[0].lookalike.steps} steps each, in turns; ${machine.processor}, ` +
    `${machine.cores} cores, ${gigabytes} GiB, load before ${loadBefore.toFixed(1)}; ` +
    `Deno ${versions.deno}, PyTorch ${versions.torch ?? "not run"}`,
    ...(peer.skipped ? [`PyTorch was skipped: ${peer.skipped}`] : []),
  ].join("\n");
}
