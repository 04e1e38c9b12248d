import { type Random, random } from "../../src/random.ts";
import { createApi } from "../e2e/api.ts";
import { beginServer, type Server } from "../e2e/server.ts";
import { decoderProcesses, isDecoder } from "../processes.ts";
import { checkAll, type Settled } from "./checks.ts";
import { delay, noting, sentenceOf } from "./noting.ts";
import { readSomething } from "./readers.ts";
import type { World } from "./world.ts";
import {
  makeOrDrop,
  switchAlias,
  switchEncoder,
  writeItems,
  type WriterOptions,
} from "./writers.ts";

/** Every so many rounds each image is read. */
const THOROUGH = 20;

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
  /** How long the start took, in milliseconds; 0 if it was cut short. */
  readyAfter: number;
}

/** What a round stands on. */
export interface RoundOptions {
  /** Of the service. */
  settings: Record<string, string>;
  world: World;
  source: Random;
  /** How long a start takes, about. */
  startMs: number;
}

/**
 * Starts the service, checks what it has, lets all write to it, and kills it at a random moment.
 *
 * @param number The round's number.
 * @param options What it stands on; what is wrong goes to the world's problems.
 * @returns What was done.
 * @throws {Error} If the service does not start, or ends by itself.
 */
export async function killRound(
  number: number,
  { settings, world, source, startMs }: RoundOptions,
): Promise<Round> {
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
  { killedAfter, ...given }: WriterOptions & { killedAfter: number },
): Promise<Record<string, number>> {
  const answered: Record<string, number> = {};
  let killed = false;
  const { world } = given;
  const run = async (what: string, act: (options: WriterOptions) => Promise<void>) => {
    const source = random(given.source.below(2 ** 31));
    answered[what] = 0;
    try {
      while (!killed) {
        await act({ ...given, source });
        answered[what]++;
      }
    } catch (error) {
      if (!killed) world.problems.push(`${what}: ${sentenceOf(error)}`);
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
