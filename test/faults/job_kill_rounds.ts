import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { openClassifierStore } from "../../src/classifiers/classifier_store.ts";
import { openEncoderStore } from "../../src/encoders/store.ts";
import { type Random, random } from "../../src/random.ts";
import { createApi } from "../e2e/api.ts";
import { homeWithEncoders } from "../e2e/home.ts";
import { beginServer, type Server, startServer } from "../e2e/server.ts";
import { isJob, jobProcesses } from "../processes.ts";
import { delay, sentenceOf } from "./noting.ts";
import { drawPictures } from "./pictures.ts";

const SIDE = 16;
const PICTURES = 60;
const CLASSES = ["dark", "middle", "light"];
/** How long all jobs may take once nobody kills any more, in milliseconds. */
const LAST_MS = 300_000;
/** What a kill waits for at most after the service is ready, in milliseconds. */
const SPAN_MS = 4000;

/** What is killed. */
export const VICTIMS = ["job", "server", "both"] as const;

/** What is done. */
export interface JobKillOptions {
  kills: number;
  seed: number;
  /** Told of each kill. */
  onKill?: (kill: JobKill) => void;
}

/** A kill, and what it met. */
export interface JobKill {
  kill: number;
  victim: typeof VICTIMS[number];
  /** From readiness, in milliseconds; from its start where the service was not ready yet. */
  after: number;
  /** Whether a job's process was there to be killed. */
  hit: boolean;
  /** Jobs by status afterwards, as the next start found them. */
  jobs: Record<string, number>;
}

/** Every method, with unlabelled images and without, and pretraining. */
const REQUESTS: { path: string; body: Record<string, unknown> }[] = [
  { path: "fine_tuning", body: fineTuning({ type: "probe" }, "probe") },
  { path: "fine_tuning", body: fineTuning({ type: "full" }, "full", { n_epochs: 40 }) },
  {
    path: "fine_tuning",
    body: fineTuning({ type: "full" }, "contrast", { n_epochs: 30, unlabelled: "contrastive" }),
  },
  {
    path: "fine_tuning",
    body: fineTuning({ type: "full" }, "distil", { n_epochs: 30, unlabelled: "distillation" }),
  },
  {
    path: "pretraining",
    body: {
      collection: "pictures",
      name: "drawn",
      from: "tiny@1",
      // Measured, as usual, it may come out otherwise in the home that nobody disturbs.
      hyperparameters: {
        ...{ epochs: 60, batch_size: 16, seed: 3, report_every: 10 },
        precision: "float32",
      },
    },
  },
];

/**
 * Lets jobs of every method run, and kills their process, the service or both at random moments with
 * SIGKILL, again and again; in the end each must have ended as the same job ended that nobody
 * disturbed, with the same weights and events. TensorFlow must run.
 *
 * @param options How often, and what all that is random is drawn from.
 * @returns What was found wrong; none, unless there is a fault.
 */
export async function runJobKills(options: JobKillOptions): Promise<string[]> {
  await using data = await homeWithEncoders("tiny", { side: SIDE });
  await makeCollection(data);
  const undisturbed = await copyOf(data.home);
  const problems: string[] = [];
  try {
    const expected = await endsOf(undisturbed);
    for (const round of expected) {
      if (round.status !== "succeeded") {
        problems.push(`undisturbed: ${JSON.stringify(round.error)}`);
      }
    }
    for (let left = options.kills, batch = 0; left > 0; batch++) {
      const home = await copyOf(data.home);
      try {
        left -= await disturb(home, { ...options, kills: left, batch });
        const ends = await endsOf(home);
        problems.push(...compared(ends, expected), ...await leftIn(home));
      } finally {
        await Deno.remove(home, { recursive: true });
      }
    }
  } catch (error) {
    problems.push(sentenceOf(error));
  } finally {
    await Deno.remove(undisturbed, { recursive: true });
  }
  return problems;
}

function fineTuning(method: object, suffix: string, hyperparameters: object = {}) {
  return {
    model: "tiny@1",
    collection: "pictures",
    method,
    suffix,
    seed: 2,
    ...("type" in method && method.type === "probe"
      ? {}
      : { hyperparameters: { batch_size: 8, ...hyperparameters } }),
  };
}

async function makeCollection(data: Awaited<ReturnType<typeof homeWithEncoders>>): Promise<void> {
  const pictures = await drawPictures(PICTURES, { encoders: data.encoders, side: SIDE });
  await using server = await startServer(settingsOf(data.home));
  const api = createApi(server.url);
  await api.ok("POST", "/v1/collections", { name: "pictures", model: "tiny@1" });
  const items = pictures.map(({ bytes }, at) => ({
    id: `picture ${at}`,
    image: bytes.toBase64(),
    ...(at % 2 === 0 ? { label: CLASSES[at / 2 % CLASSES.length] } : {}),
  }));
  await api.ok("PUT", "/v1/collections/pictures/items", { items });
  await server.end("SIGTERM");
}

/** What a job came to, without what every run has its own of. */
interface End {
  request: string;
  status: string;
  error: unknown;
  metrics: unknown;
  weights: Record<string, string>;
  /** Steps of progress, in order. */
  progress: number[];
}

/** Asks for every job that is not there yet, waits for their ends, and ends the service in order. */
async function endsOf(home: string): Promise<End[]> {
  await using server = await startServer(settingsOf(home));
  const api = createApi(server.url);
  await askForAll(api);
  const ends: End[] = [];
  for (const { path } of await known(api)) {
    for (const deadline = performance.now() + LAST_MS;; await delay(100)) {
      const job = await api.ok("GET", path);
      if (job.status === "queued" || job.status === "running") {
        if (performance.now() > deadline) throw new Error(`${path} does not come to its end`);
        continue;
      }
      const { data: events } = await api.ok("GET", `${path}/events?limit=1000`);
      ends.push(await endOf(home, { job, events }));
      break;
    }
  }
  await foldersGone(home); // the last one's goes once its process has ended
  await server.end("SIGTERM");
  return ends.sort((a, b) => a.request < b.request ? -1 : 1);
}

async function endOf(
  home: string,
  // deno-lint-ignore no-explicit-any -- answers of the service
  { job, events }: { job: any; events: any[] },
): Promise<End> {
  const sequences = events.map(({ id }) => Number(id));
  assertEquals(sequences, sequences.map((_, at) => at + 1), `events of ${job.id}`);
  const weights: Record<string, string> = {};
  const encoder = job.object === "pretraining.job" ? job.model : job.fine_tuned_encoder;
  if (encoder) {
    weights[`encoder ${encoder}`] = (await openEncoderStore(home).manifest(encoder)).weights.sha256;
  }
  if (job.fine_tuned_model) {
    const { manifest } = await openClassifierStore(home).load(job.fine_tuned_model);
    weights[`classifier ${job.fine_tuned_model}`] = manifest.parameters.sha256;
  }
  return {
    request: `${job.object} ${job.suffix ?? job.name}`,
    status: job.status,
    error: job.error,
    metrics: job.metrics,
    weights,
    progress: events.filter(({ type }) => type === "progress").map(({ data }) => data.step),
  };
}

/** Kills until all jobs have ended or there are no kills left. */
async function disturb(
  home: string,
  { kills, seed, batch, onKill }: JobKillOptions & { batch: number },
): Promise<number> {
  const source = random(seed, batch);
  for (let kill = 0; kill < kills; kill++) {
    const victim = VICTIMS[source.below(VICTIMS.length)];
    const isEarly = source.below(8) === 0;
    const starting = beginServer(settingsOf(home));
    if (isEarly) {
      const after = source.below(1500);
      await delay(after);
      await starting.end("SIGKILL");
      onKill?.({ kill, victim: "server", after, hit: false, jobs: {} });
      continue;
    }
    await using server = await starting.ready;
    const api = createApi(server.url);
    await askForAll(api);
    const jobs = await statuses(api);
    if (!("queued" in jobs) && !("running" in jobs)) {
      await server.end("SIGKILL");
      return Math.max(kill, 1);
    }
    const after = source.below(SPAN_MS);
    await delay(after);
    const hit = await strike(server, { victim, source });
    onKill?.({ kill, victim, after, hit, jobs });
  }
  return kills;
}

/** Kills, and lets the service go on for a while where it is the job alone that was killed. */
async function strike(
  server: Server,
  { victim, source }: { victim: typeof VICTIMS[number]; source: Random },
): Promise<boolean> {
  const processes = jobProcesses(server.pid);
  if (victim !== "server") {
    for (const pid of processes) Deno.kill(pid, "SIGKILL");
  }
  if (victim === "job") await delay(source.below(SPAN_MS));
  await server.end("SIGKILL");
  for (const deadline = performance.now() + 10_000; processes.some(isJob); await delay(20)) {
    if (performance.now() > deadline) throw new Error("a job's process outlives its service");
  }
  return processes.length > 0;
}

type Api = ReturnType<typeof createApi>;

async function askForAll(api: Api): Promise<void> {
  for (const [at, { path, body }] of REQUESTS.entries()) {
    const response = await api.fetch("POST", `/v1/${path}/jobs`, body, {
      "Idempotency-Key": `request ${at}`,
    });
    assertEquals(response.status, 200, await response.text());
  }
}

async function known(api: Api): Promise<{ path: string; status: string }[]> {
  const lists = await Promise.all(["fine_tuning", "pretraining"].map(async (kind) => {
    const { data } = await api.ok("GET", `/v1/${kind}/jobs?limit=100`);
    return data.map(({ id, status }: { id: string; status: string }) => ({
      path: `/v1/${kind}/jobs/${id}`,
      status,
    }));
  }));
  return lists.flat();
}

async function statuses(api: Api): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status } of await known(api)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function compared(ends: End[], expected: End[]): string[] {
  return expected.flatMap((wanted, at) => {
    try {
      assertEquals(ends[at], wanted);
      return [];
    } catch (error) {
      return [`${wanted.request}: ${sentenceOf(error)} ${JSON.stringify([ends[at], wanted])}`];
    }
  });
}

/** Waits until the service has removed what jobs worked on. */
async function foldersGone(home: string): Promise<void> {
  for (const deadline = performance.now() + 10_000; foldersOf(home).length > 0; await delay(50)) {
    if (performance.now() > deadline) {
      throw new Error(`${foldersOf(home)} of jobs that are over stay`);
    }
  }
}

function foldersOf(home: string): string[] {
  return [...Deno.readDirSync(join(home, "jobs"))].map(({ name }) => name);
}

/** What is there that nobody needs any more: versions beside those expected, jobs' files. */
async function leftIn(home: string): Promise<string[]> {
  const { manifests } = await openEncoderStore(home).list();
  const doubled = manifests.filter(({ version }) => version !== "1");
  return [
    ...doubled.map(({ name, version }) => `${name}@${version} was saved beside the first`),
    ...foldersOf(home).map((name) => `jobs/${name} was left`),
  ];
}

async function copyOf(home: string): Promise<string> {
  const copy = await Deno.makeTempDir();
  const { success } = await new Deno.Command("cp", { args: ["-a", `${home}/.`, copy] }).output();
  if (!success) throw new Error(`${home} cannot be copied`);
  return copy;
}

function settingsOf(home: string): Record<string, string> {
  return {
    LOOKALIKE_HOME: home,
    LOOKALIKE_THREADS: "1",
    LOOKALIKE_JOB_THREADS: "1",
    LOOKALIKE_JOB_CHECKPOINT_SECONDS: "1",
    LOOKALIKE_DECODERS: "1",
    LOOKALIKE_MAX_BATCH: "8",
  };
}
