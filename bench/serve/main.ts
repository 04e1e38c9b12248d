/**
 * What HTTP costs: `deno task bench:serve --images FOLDER`. The server and the engine alone, each in
 * a process of its own, take turns at the same JPEG files, the same encoder and the same batches;
 * then a hundred thousand requests show whether memory stays flat, and more callers than the queue
 * holds show whether those who are served still are.
 *
 * @module
 */
import os from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startServer } from "../../test/e2e/server.ts";
import { benchHome } from "./home.ts";
import { type LineProcess, startLineProcess } from "./line_process.ts";
import { at, type Load, type LoadResult } from "./load.ts";
import { residentBytes } from "./memory.ts";

const HELP = `Measures the service over HTTP beside its engine alone. Wants a quiet machine.
  --images FOLDER     JPEG files to send; needed
  --concurrency LIST  callers at once, one image a request; 1,4,16,64
  --body NAME         how an image is sent: json (base64, as OpenAI's clients do) or form; json
  --seconds N         of each turn; 5
  --rounds N          turns of each side; 5
  --requests N        of the run that watches memory; 100000
  --json              prints one JSON object instead of tables`;
const QUEUE = 64;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    images: { type: "string" },
    concurrency: { type: "string", default: "1,4,16,64" },
    body: { type: "string", default: "json" },
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "5" },
    requests: { type: "string", default: "100000" },
    json: { type: "boolean", default: false },
  },
});
if (values.help || values.images === undefined) {
  console.log(HELP);
  Deno.exit(values.help ? 0 : 2);
}
const { images } = values;
const seconds = Number(values.seconds);
const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));

await using home = await benchHome();
const loadBefore = os.loadavg()[0];
const throughput = await compareThroughput();
const memory = await watchMemory();
const overload = await overloadServer();
const result = {
  bench: "serve",
  body: values.body,
  throughput,
  memory,
  overload,
  machine: {
    processor: os.cpus()[0]?.model ?? "unknown",
    cores: os.cpus().length,
    memoryBytes: os.totalmem(),
    system: `${Deno.build.os} ${Deno.build.arch}`,
    loadBefore,
  },
  versions: { deno: Deno.version.deno },
};
console.log(values.json ? JSON.stringify(result, null, 2) : report());

/** Turns of both sides at each number of callers. */
async function compareThroughput() {
  await using server = await startServer({ LOOKALIKE_HOME: home.path });
  const over = startLineProcess(beside("http_side.ts"), [
    server.url,
    home.wide,
    images,
    values.body,
  ]);
  const alone = startLineProcess(beside("in_process.ts"), [home.path, home.wide, images]);
  const rows = [];
  for (const concurrency of values.concurrency.split(",").map(Number)) {
    const load: Load = { concurrency, seconds };
    await ask(over, { concurrency, seconds: 1 }); // compiled, opened and warm
    await ask(alone, { concurrency, seconds: 1 });
    const turns = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      turns.push({ http: await ask(over, load), engine: await ask(alone, load) });
      note(`${concurrency} callers, round ${round + 1}`);
    }
    rows.push(compared(concurrency, turns));
  }
  await Promise.all([over.end(), alone.end()]);
  return rows;
}

/** The rates of both sides, by the median of their turns. */
function compared(concurrency: number, turns: { http: LoadResult; engine: LoadResult }[]) {
  const median = (side: "http" | "engine", of: (result: LoadResult) => number) =>
    at(turns.map((turn) => of(turn[side])).sort((a, b) => a - b), 0.5);
  const rate = (result: LoadResult) => result.images / result.seconds;
  const ratios = turns.map(({ http, engine }) => rate(http) / rate(engine)).sort((a, b) => a - b);
  return {
    concurrency,
    httpImagesPerSecond: median("http", rate),
    engineImagesPerSecond: median("engine", rate),
    ratio: at(ratios, 0.5),
    leastRatio: ratios[0],
    httpP50: median("http", ({ p50 }) => p50),
    httpP99: median("http", ({ p99 }) => p99),
    engineP50: median("engine", ({ p50 }) => p50),
    engineP99: median("engine", ({ p99 }) => p99),
  };
}

/** Memory of the server and its decoders over many requests, in tenths. */
async function watchMemory() {
  await using server = await startServer({ LOOKALIKE_HOME: home.path });
  const over = startLineProcess(beside("http_side.ts"), [
    server.url,
    home.small,
    images,
    values.body,
  ]);
  const tenth = Math.ceil(Number(values.requests) / 10);
  const residentMegabytes: number[] = [];
  let answered = 0;
  for (let part = 0; part < 10; part++) {
    const { statuses } = await ask(over, { concurrency: 32, requests: tenth });
    answered += statuses[200] ?? 0;
    residentMegabytes.push(Math.round(await residentBytes(server.pid) / 2 ** 20));
    note(`${answered} requests, ${residentMegabytes.at(-1)} MiB`);
  }
  await over.end();
  return { requests: 10 * tenth, answered, residentMegabytes };
}

/** As many images a second from a queue that overflows as from one that is full. */
async function overloadServer() {
  await using home = await benchHome(["wide"]);
  await using server = await startServer({
    LOOKALIKE_HOME: home.path,
    LOOKALIKE_QUEUE_LIMIT: String(QUEUE),
    LOOKALIKE_MAX_IMAGES: String(QUEUE),
  });
  const over = startLineProcess(beside("http_side.ts"), [
    server.url,
    home.wide,
    images,
    values.body,
  ]);
  await ask(over, { concurrency: QUEUE, seconds: 1 });
  const rows = [];
  const loads = [
    { concurrency: QUEUE / 2 },
    { concurrency: QUEUE },
    { concurrency: 4 * QUEUE },
    { concurrency: 16 * QUEUE },
    { concurrency: 4 * QUEUE, impatience: 20 },
  ];
  for (const load of loads) {
    const { images, seconds: took, statuses, p99 } = await ask(over, { ...load, seconds });
    rows.push({ ...load, imagesPerSecond: images / took, p99, statuses });
    note(`${load.concurrency} callers on a queue of ${QUEUE}`);
  }
  await over.end();
  return { queue: QUEUE, rows };
}

function ask(side: LineProcess, load: Load): Promise<LoadResult> {
  return side.ask<LoadResult>(load);
}

function note(what: string): void {
  if (!values.json) console.error(what);
}

function report(): string {
  const one = (value: number) => value.toFixed(1);
  return [
    "| callers | HTTP images/s | engine images/s | ratio (least) | HTTP p50 / p99 ms | engine p50 / p99 ms |",
    "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ...throughput.map((row) =>
      `| ${row.concurrency} | ${one(row.httpImagesPerSecond)} | ${
        one(row.engineImagesPerSecond)
      } | ` +
      `${row.ratio.toFixed(2)} (${row.leastRatio.toFixed(2)}) | ` +
      `${one(row.httpP50)} / ${one(row.httpP99)} | ${one(row.engineP50)} / ${one(row.engineP99)} |`
    ),
    "",
    `${memory.answered} of ${memory.requests} requests answered; resident memory after each tenth: ` +
    `${memory.residentMegabytes.join(", ")} MiB`,
    "",
    `| callers (queue of ${overload.queue}) | images/s | p99 ms | statuses |`,
    "| ---: | ---: | ---: | --- |",
    ...overload.rows.map((row) =>
      `| ${row.concurrency}${
        row.impatience ? `, asking again after ${row.impatience} ms` : ""
      } | ` +
      `${one(row.imagesPerSecond)} | ${one(row.p99)} | ` +
      `${
        Object.entries(row.statuses).map(([status, count]) => `${count} × ${status}`).join(", ")
      } |`
    ),
  ].join("\n");
}
