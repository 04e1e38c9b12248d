import { parseArgs } from "node:util";
import { messageOf } from "../errors.ts";
import type { Screen } from "../moving_line.ts";
import { followJob } from "./follow_job.ts";
import type { Job } from "./job.ts";
import type { JobStore } from "./job_store.ts";
import { progressLine } from "./progress_line.ts";
import { openJobStore } from "./sqlite_job_store.ts";

const USAGE = `Usage:
  jobs [list]
  jobs follow ID
  jobs cancel ID`;

/** How many of the newest are listed; older ones that wait or run as well. */
const LISTED = 20;
const MOST_ACTIVE = 1000;

/**
 * `jobs …`: lists, follows and cancels the jobs of a home, whether or not a service runs there; one
 * that does takes notice at once.
 *
 * @param args What stands after `jobs`.
 * @param options.home The folder of the jobs; made if it is not there.
 * @param options.screen Where it is shown.
 * @returns The exit code: 0; 1 if it could not be done, or the job that was followed did not succeed;
 * 2 if it was asked wrongly.
 */
export async function runJobsCommand(
  args: readonly string[],
  { home, screen }: { home: string; screen: Screen },
): Promise<number> {
  const print = (line: string) => screen.write(line + "\n");
  const [action = "list", ...rest] = args;
  const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (run === undefined) {
    print(USAGE);
    return action === "--help" ? 0 : 2;
  }
  try {
    Deno.mkdirSync(home, { recursive: true });
    const store = openJobStore(home);
    try {
      return await run(store, rest, screen);
    } finally {
      store.close();
    }
  } catch (error) {
    print(messageOf(error));
    if (!(error instanceof TypeError)) return 1; // which parseArgs throws
    print(USAGE);
    return 2;
  }
}

type Action = (store: JobStore, args: string[], screen: Screen) => number | Promise<number>;

const ACTIONS: Record<string, Action> = {
  list(store, args, { write }) {
    parseArgs({ args, options: {} });
    const { jobs: newest } = store.list({ limit: LISTED });
    const { jobs: active } = store.list({ status: ["queued", "running"], limit: MOST_ACTIVE });
    const older = active.filter(({ id }) => !newest.some((job) => job.id === id));
    for (const job of [...newest, ...older]) write(described(job, store) + "\n");
    if (newest.length === 0) write("There are no jobs.\n");
    return 0;
  },
  async follow(store, args, screen) {
    const { status } = await followJob(idOf(args), store, screen);
    return status === "succeeded" ? 0 : 1;
  },
  cancel(store, args, { write }) {
    const { id } = store.cancel(idOf(args));
    write(`Cancelled job ${id}.\n`);
    return 0;
  },
};

function idOf(args: string[]): string {
  const { positionals: [id, ...others] } = parseArgs({
    args,
    options: {},
    allowPositionals: true,
  });
  if (id !== undefined && others.length === 0) return id;
  throw new TypeError("Cannot find the job as there must be one ID.");
}

/** A job on a line, and below it what there is to say of it. */
function described(job: Job, store: JobStore): string {
  const { id, status, request, createdAt, startedAt, finishedAt, error, promotion } = job;
  const what = request.kind === "pretraining" ? "pretraining" : `${request.method} fine-tuning`;
  const dates = [`made ${createdAt}`];
  if (startedAt !== null) dates.push(`started ${startedAt}`);
  if (finishedAt !== null) dates.push(`ended ${finishedAt}`);
  const progress = status === "running" ? store.lastProgress(id) : null;
  const more = error?.message ?? promotion?.reason ?? (progress && progressLine(progress));
  return `${id}  ${status}  ${what} of ${request.name}; ${dates.join(", ")}` +
    (more === null ? "" : `\n    ${more}`);
}
