/**
 * What a job costs those who ask meanwhile: `deno task bench:beside-job --images FOLDER`. Embeddings
 * over HTTP at a fixed number of callers, in turns: with no job running, and beside a pretraining job
 * on a collection of the same images.
 *
 * @module
 */
import os from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createApi } from "../../test/e2e/api.ts";
import { startServer } from "../../test/e2e/server.ts";
import { benchHome } from "../serve/home.ts";
import { readJpegs } from "../serve/jpegs.ts";
import { startLineProcess } from "../serve/line_process.ts";
import { at, type Load, type LoadResult } from "../serve/load.ts";

const HELP = `Measures embeddings beside a running job. Wants a quiet machine.
  --images FOLDER     JPEG files to send and to train on; needed
  --concurrency LIST  callers at once, one image a request; 1,4
  --seconds N         of each turn; 10
  --rounds N          turns with and without a job; 3
  --threads LIST      LOOKALIKE_JOB_THREADS; 1,2
  --json              prints one JSON object instead of a table`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    images: { type: "string" },
    concurrency: { type: "string", default: "1,4" },
    seconds: { type: "string", default: "10" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "1,2" },
    json: { type: "boolean", default: false },
  },
});
if (values.help || values.images === undefined) {
  console.log(HELP);
  Deno.exit(values.help ? 0 : 2);
}
const { images } = values;
const numbers = (list: string) => list.split(",").map(Number);
const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
const httpSide = fileURLToPath(new URL("../serve/http_side.ts", import.meta.url));

const rows: Row[] = [];
for (const threads of numbers(values.threads)) rows.push(...await compare(threads));
const result = {
  bench: "beside-job",
  seconds,
  rounds,
  rows,
  machine: {
    processor: os.cpus()[0]?.model ?? "unknown",
    cores: os.cpus().length,
    system: `${Deno.build.os} ${Deno.build.arch}`,
  },
  versions: { deno: Deno.version.deno },
};
console.log(values.json ? JSON.stringify(result, null, 2) : report());

/** What was measured, medians of all turns. */
interface Row {
  threads: number;
  concurrency: number;
  alone: ReturnType<typeof medians>;
  beside: ReturnType<typeof medians>;
  /** Images a second that the job learnt from, in each turn. */
  rates: number[];
}

/** Turns with and without a job of so many threads, at each number of callers. */
async function compare(threads: number): Promise<Row[]> {
  await using home = await benchHome();
  await using server = await startServer({
    LOOKALIKE_HOME: home.path,
    LOOKALIKE_JOB_THREADS: String(threads),
  });
  const api = createApi(server.url);
  await fillCollection(api, home.small);
  const over = startLineProcess(httpSide, [server.url, home.small, images, "json"]);
  const ask = (load: Load) => over.ask<LoadResult>(load);
  const rows: Row[] = [];
  for (const concurrency of numbers(values.concurrency)) {
    await ask({ concurrency, seconds: 1 });
    const alone: LoadResult[] = [];
    const beside: LoadResult[] = [];
    const rates: number[] = [];
    for (let round = 0; round < rounds; round++) {
      alone.push(await ask({ concurrency, seconds }));
      const job = await trainingJob(api, home.small);
      beside.push(await ask({ concurrency, seconds }));
      rates.push(await rateOf(api, job));
      await api.ok("POST", `${job}/cancel`);
      console.error(`${threads} threads, ${concurrency} callers, round ${round + 1}`);
    }
    rows.push({ threads, concurrency, alone: medians(alone), beside: medians(beside), rates });
  }
  await over.end();
  return rows;
}

type Api = ReturnType<typeof createApi>;

async function fillCollection(api: Api, model: string): Promise<void> {
  await api.ok("POST", "/v1/collections", { name: "pictures", model });
  const files = await readJpegs(images);
  for (let from = 0; from < files.length; from += 64) {
    const items = files.slice(from, from + 64).map((file, at) => ({
      id: String(from + at),
      image: file.toBase64(),
    }));
    await api.ok("PUT", "/v1/collections/pictures/items", { items });
  }
}

/** A job that trains by now, and will for longer than a turn. */
async function trainingJob(api: Api, from: string): Promise<string> {
  const { id } = await api.ok("POST", "/v1/pretraining/jobs", {
    collection: "pictures",
    name: "beside",
    from,
    hyperparameters: { epochs: 500, batch_size: 128, report_every: 2, probe_every: 0 },
  });
  const path = `/v1/pretraining/jobs/${id}`;
  while (await rateOf(api, path) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  return path;
}

/** Images a second that a job learns from, by its last progress; 0 before the first. */
async function rateOf(api: Api, path: string): Promise<number> {
  const { status, error } = await api.ok("GET", path);
  if (status === "failed") throw new Error(`The job failed: ${error.message}`);
  const { data } = await api.ok("GET", `${path}/events?limit=1000`);
  const last = data.findLast(({ type }: { type: string }) => type === "progress");
  return last?.data.images_per_second ?? 0;
}

function medians(results: LoadResult[]) {
  const median = (of: (result: LoadResult) => number) =>
    at(results.map(of).sort((a, b) => a - b), 0.5);
  return {
    imagesPerSecond: median(({ images, seconds }) => images / seconds),
    p50: median(({ p50 }) => p50),
    p99: median(({ p99 }) => p99),
  };
}

function report(): string {
  const one = (value: number) => value.toFixed(1);
  return [
    "| job's threads | callers | images/s alone | beside a job | p50 / p99 ms alone | beside a job | job's images/s |",
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map(({ threads, concurrency, alone, beside, rates }) =>
      `| ${threads} | ${concurrency} | ${one(alone.imagesPerSecond)} | ` +
      `${one(beside.imagesPerSecond)} | ${one(alone.p50)} / ${one(alone.p99)} | ` +
      `${one(beside.p50)} / ${one(beside.p99)} | ${rates.map(one).join(", ")} |`
    ),
  ].join("\n");
}
