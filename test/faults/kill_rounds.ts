import { join } from "node:path";
import { messageOf } from "../../src/errors.ts";
import { type Random, random } from "../../src/random.ts";
import { createApi } from "../e2e/api.ts";
import { homeWithEncoders } from "../e2e/home.ts";
import { beginServer, type Server } from "../e2e/server.ts";
import { decoderProcesses, isDecoder } from "../image/processes.ts";
import { checkAll, type Settled } from "./checks.ts";
import { leftovers, makeOld } from "./leftovers.ts";
import { drawPictures } from "./pictures.ts";
import { readSomething } from "./readers.ts";
import { type Api, newWorld, VERSIONS, type World } from "./world.ts";
import { makeOrDrop, switchAlias, switchEncoder, writeItems } from "./writers.ts";

const SIDE = 16;
const PICTURES = 150;
/** Every so many rounds each image is read. */
const THOROUGH = 20;
/** How long collections may take to come to their encoders in the end, in milliseconds. */
const LAST_WAY_MS = 120_000;

/** When a process is killed: before it is ready, as soon as it is, or while it is written to. */
export type Moment = "starting" | "resuming" | "serving";

const EARLY: Moment[] = ["starting", "resuming"];

/** What a round did. */
export interface Round extends Settled {
  round: number;
  moment: Moment;
  /** From the start, from readiness, or from the first write, in milliseconds. */
  killedAfter: number;
  /** Writes and reads that were answered. */
  answered: Record<string, number>;
  items: number;
  problems: string[];
}

/** What is done. */
export interface KillOptions {
  rounds: number;
  seed: number;
  /** Told of each round. */
  onRound?: (round: Round) => void;
}

/**
 * Starts the service, writes to it from several clients, kills it at a random moment with SIGKILL,
 * and looks at what it has after its next start; again and again in one home. In the end collections
 * come to their encoders, the service ends in order, and nothing may lie about. TensorFlow must run.
 *
 * @param options How often, and what all that is random is drawn from.
 * @returns What was found wrong; none, unless there is a fault.
 */
export async function runKillRounds(options: KillOptions): Promise<string[]> {
  const { rounds, seed, onRound } = options;
  await using data = await homeWithEncoders("tiny", { versions: VERSIONS.length, side: SIDE });
  const pictures = await drawPictures(PICTURES, { encoders: data.encoders, side: SIDE });
  const world = newWorld(pictures);
  const settings = settingsOf(data.home);
  await makeCollections(settings, world);
  let startMs = 2000;
  for (let number = 0; number < rounds; number++) {
    const source = random(seed, number);
    const known = world.problems.length;
    const begun = performance.now();
    const one = await runRound(number, { settings, world, source, startMs });
    if (one.moment !== "starting") startMs = Math.min(10_000, one.readyAfter);
    const { readyAfter: _, ...round } = one;
    onRound?.({ ...round, problems: world.problems.slice(known) });
    if (performance.now() - begun > 60_000) world.problems.push(`round ${number} took a minute`);
  }
  await finish(settings, world);
  return world.problems;
}

function settingsOf(home: string): Record<string, string> {
  return {
    LOOKALIKE_HOME: home,
    LOOKALIKE_THREADS: "1",
    LOOKALIKE_DECODERS: "1",
    LOOKALIKE_MAX_BATCH: "8",
  };
}

async function makeCollections(settings: Record<string, string>, world: World): Promise<void> {
  await using server = await beginServer(settings).ready;
  for (const { name, index } of world.collections) {
    await createApi(server.url).ok("POST", "/v1/collections", { name, index, model: VERSIONS[0] });
  }
  await server.end("SIGKILL");
}

interface RoundOptions {
  settings: Record<string, string>;
  world: World;
  source: Random;
  /** How long a start takes, about. */
  startMs: number;
}

async function runRound(
  number: number,
  { settings, world, source, startMs }: RoundOptions,
): Promise<Omit<Round, "problems"> & { readyAfter: number }> {
  const moment: Moment = EARLY.at(source.below(8)) ?? "serving";
  const span = { starting: startMs, resuming: 200, serving: 1500 }[moment];
  const killedAfter = source.below(Math.ceil(span));
  const report = { round: number, moment, killedAfter, kept: 0, lost: 0, answered: {}, items: 0 };
  const begun = performance.now();
  const process = beginServer(settings);
  if (moment === "starting") {
    await delay(killedAfter);
    await process.end("SIGKILL");
    return { ...report, readyAfter: 0 };
  }
  await using server = await process.ready;
  const readyAfter = performance.now() - begun;
  const decoders = decoderProcesses(server.pid);
  const api = createApi(server.url);
  if (moment === "serving") {
    const thorough = number % THOROUGH === 0;
    Object.assign(report, await noting(world, () => checkAll({ api, world, source, thorough })));
    report.answered = await writeAndKill(server, { api, world, source, killedAfter });
  } else {
    await delay(killedAfter);
    await server.end("SIGKILL");
  }
  const ledgers = world.collections.flatMap(({ writers }) => Object.values(writers));
  report.items = ledgers.reduce(
    (sum, { acknowledged }) => sum + Object.keys(acknowledged).length,
    0,
  );
  await endOf(decoders, world);
  return { ...report, readyAfter };
}

/** Lets all writers and readers loose and kills the service under them. */
async function writeAndKill(
  server: Server,
  { api, world, source, killedAfter }: {
    api: Api;
    world: World;
    source: Random;
    killedAfter: number;
  },
): Promise<Record<string, number>> {
  const answered: Record<string, number> = {};
  let killed = false;
  const run = async (
    what: string,
    act: (options: {
      api: Api;
      world: World;
      source: Random;
    }) => Promise<void>,
  ) => {
    const own = random(source.below(2 ** 31));
    answered[what] = 0;
    try {
      while (!killed) {
        await act({ api, world, source: own });
        answered[what]++;
      }
    } catch (error) {
      if (!killed) world.problems.push(`${what}: ${messageOf(error)}`);
    }
  };
  const clients = [
    ...world.collections.flatMap((collection) => [
      ...Object.keys(collection.writers).map((key) =>
        run(`items ${key}`, (options) => writeItems(collection, key, options))
      ),
      run(`encoder of ${collection.name}`, (options) => switchEncoder(collection, options)),
    ]),
    ...Object.keys(world.aliases).map((alias) =>
      run(`alias ${alias}`, (options) => switchAlias(alias, options))
    ),
    run("scratch", makeOrDrop),
    run("reads", readSomething),
  ];
  await delay(killedAfter);
  killed = true;
  await server.end("SIGKILL");
  await Promise.all(clients);
  return answered;
}

/** Decoders end when the service does, whatever ends it. */
async function endOf(decoders: number[], world: World): Promise<void> {
  for (let tries = 0; decoders.some(isDecoder); tries++) {
    if (tries === 100) {
      world.problems.push("a decoder lives on without its service");
      return;
    }
    await delay(50);
  }
}

/** All ways come to their end, everything is there, and what crashes left is swept. */
async function finish(settings: Record<string, string>, world: World): Promise<void> {
  const home = settings.LOOKALIKE_HOME;
  const source = random(world.pictures.length);
  await makeOld(home);
  {
    await using server = await beginServer(settings).ready;
    const api = createApi(server.url);
    await noting(world, () => checkAll({ api, world, source, thorough: true }));
    const deadline = performance.now() + LAST_WAY_MS;
    for (const collection of world.collections) {
      const path = `/v1/collections/${collection.name}`;
      while ((await api.ok("GET", path)).reembedding?.status === "running") {
        if (performance.now() > deadline) {
          world.problems.push(`${collection.name} does not come to its encoder`);
          break;
        }
        await delay(100);
      }
    }
    await noting(world, () => checkAll({ api, world, source, thorough: true }));
    const { code } = await server.end("SIGTERM");
    if (code !== 0) world.problems.push(`the service ends with ${code}`);
  }
  const left = leftovers(home);
  if (left.length > 0) world.problems.push(`left in the home: ${left.join(", ")}`);
  const bytes = Deno.statSync(join(home, "collections.db")).size;
  if (bytes > 64 * 2 ** 20) world.problems.push(`collections.db has grown to ${bytes} bytes`);
}

/** Notes what is thrown as a problem. */
async function noting<T>(world: World, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    world.problems.push(messageOf(error));
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
