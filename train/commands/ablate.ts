import { join } from "node:path";
import { LookalikeError } from "../../src/errors.ts";
import { QUICK } from "../ablate/base_configuration.ts";
import { makePlan } from "../ablate/make_plan.ts";
import type { Plan } from "../ablate/plan.ts";
import { writeReport } from "../ablate/report/write_report.ts";
import { runAblation } from "../ablate/run_ablation.ts";
import { openRunFolder, type RunFolder } from "../ablate/run_folder.ts";
import { STUDIES } from "../ablate/studies/mod.ts";
import type { Study } from "../ablate/study.ts";
import type { Command, Context, Values } from "./command.ts";
import { DEVICE_OPTIONS, required, startFromOptions, wholeNumber } from "./device_options.ts";
import { reporterFor } from "./pretrain.ts";

const NAMES = STUDIES.map(({ name }) => name).join(", ");
/** A night, and an hour (minutes). */
const BUDGET = { full: 480, quick: 60 };
const SEEDS = 3;
const NAME = { full: "studies", quick: "studies-quick" };

/** `deno task ablate`: the paper's studies on one's own images. */
export const ablateCommand: Command = {
  summary: "Repeats the paper's studies and says which of its claims hold on your images",
  options: {
    study: { type: "string", help: `Names with commas between: ${NAMES}`, default: "all" },
    data: { type: "string", help: "Images with labels: a folder, a tar of one, or shapes" },
    name: {
      type: "string",
      help: "The run's name; one that was stopped goes on",
      default: `${NAME.full}, ${NAME.quick} with --quick`,
    },
    budget: {
      type: "string",
      help: "How long it may take in all (minutes)",
      default: `${BUDGET.full}, ${BUDGET.quick} with --quick`,
    },
    quick: { type: "boolean", help: "Fewer networks and images, small ones" },
    seeds: { type: "string", help: "How often each network is trained", default: String(SEEDS) },
    workers: {
      type: "string",
      help: "Networks trained at a time",
      default: "one a core, one on a GPU",
    },
    "report-only": {
      type: "boolean",
      help: "Write the report of what is there, and train nothing",
    },
    json: { type: "boolean", help: "Print a JSON object a line, for programs" },
    device: DEVICE_OPTIONS.device,
  },
  async run(values, context) {
    const startedAt = performance.now();
    const { home, signal } = context;
    const name = values.name as string | undefined ?? NAME[values.quick ? "quick" : "full"];
    const budgetMinutes = wholeNumber(values, "budget");
    const report = reporterFor(values, context);
    const folder = openRunFolder(home, name);
    using _lock = await folder.lock();
    const cacheFolder = join(home, "cache");
    let plan = await folder.plan();
    if (plan) refuseOther(plan, values);
    if (values["report-only"]) {
      if (!plan) throw notBegun(name);
    } else {
      if (!plan) {
        plan = await newPlan(values, { context, folder });
        await folder.writePlan(plan);
      }
      report.say(describe(plan));
      await runAblation(plan, { folder, cacheFolder, report, signal, startedAt, budgetMinutes });
    }
    const { page, verdicts } = await writeReport(plan, { folder, name });
    report.say(`The report is ${page}.`);
    if (values.json) {
      context.out(JSON.stringify({ type: "result", report: page, verdicts }) + "\n");
    }
  },
};

async function newPlan(
  values: Values,
  { context, folder }: { context: Context; folder: RunFolder },
): Promise<Plan> {
  const studies = studiesOf(values);
  const source = required(values, "data", "a folder of labelled images, a tar of one, or shapes");
  const quick = values.quick === true;
  const size = quick ? "quick" : "full";
  const seeds = positive(values, "seeds") ?? SEEDS;
  const budgetMinutes = positive(values, "budget") ?? BUDGET[size];
  const workers = positive(values, "workers");
  const runtime = await startFromOptions(values);
  return await makePlan({
    studies,
    source,
    quick,
    budgetMinutes,
    seeds,
    workers: workers ?? (runtime.device === "cpu" ? navigator.hardwareConcurrency : 1),
    changes: quick ? QUICK : {},
    runtime,
    cacheFolder: join(context.home, "cache"),
    workFolder: folder.layout.folder,
    report: reporterFor(values, context),
    signal: context.signal,
  });
}

function studiesOf(values: Values): Study[] {
  const text = values.study as string | undefined ?? "all";
  if (text === "all") return [...STUDIES];
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !STUDIES.some((study) => study.name === name));
  if (unknown === undefined) return STUDIES.filter(({ name }) => names.includes(name));
  throw new LookalikeError(
    "invalid_input",
    `Cannot find the study ${unknown}: there are all, ${NAMES}.`,
    { param: "--study" },
  );
}

/** A plan is fixed: what was asked for then must not be asked for otherwise now. */
function refuseOther(plan: Plan, values: Values): void {
  const asked = [
    [
      "study",
      values.study && studiesOf(values).map(({ name }) => name).join(),
      plan.studies.join(),
    ],
    ["data", values.data, plan.source],
    ["quick", values.quick, plan.quick],
    ["seeds", positive(values, "seeds"), plan.seeds],
    ["workers", positive(values, "workers"), plan.workers],
  ] as const;
  const other = asked.find(([, now, before]) => now !== undefined && now !== before);
  if (!other) return;
  const [option, now, before] = other;
  throw new LookalikeError(
    "conflict",
    `Cannot go on with --${option} ${now} as the run was planned with ${before}: leave it out, or ` +
      "choose another --name.",
    { param: `--${option}` },
  );
}

function positive(values: Values, name: string): number | undefined {
  const number = wholeNumber(values, name);
  if (number !== 0) return number;
  throw new LookalikeError(
    "invalid_input",
    `Cannot run studies as --${name} must be at least 1: it is 0.`,
    { param: `--${name}` },
  );
}

function describe(plan: Plan): string {
  const { cells, workers, imagesPerClass, classes, epochs, seconds } = plan;
  return `${cells.length} networks on ${imagesPerClass * classes} images, ${epochs} epochs each ` +
    `unless their study says otherwise, ${workers} at a time: planned for ` +
    `${Math.round(seconds / 60)} minutes.`;
}

function notBegun(name: string): LookalikeError {
  return new LookalikeError(
    "not_found",
    `Cannot report on ${name} as no run of that name has begun.`,
    { param: "--name" },
  );
}
