import { join } from "node:path";
import { random } from "../../src/random.ts";
import { createApi } from "../e2e/api.ts";
import { homeWithEncoders } from "../e2e/home.ts";
import { startServer } from "../e2e/server.ts";
import { checkAll } from "./checks.ts";
import { killRound, type Round } from "./kill_round.ts";
import { leftovers, makeOld } from "./leftovers.ts";
import { delay, noting, sentenceOf } from "./noting.ts";
import { drawPictures } from "./pictures.ts";
import { newWorld, VERSIONS, type World } from "./world.ts";

const SIDE = 16;
const PICTURES = 150;
/** How long collections may take to come to their encoders in the end, in milliseconds. */
const LAST_WAY_MS = 120_000;
/** More than the database of so few items needs. */
const MOST_BYTES = 16 * 2 ** 20;
/** The longest start before which a kill may fall, in milliseconds. */
const MOST_START_MS = 10_000;

/** What is done. */
export interface KillOptions {
  rounds: number;
  seed: number;
  /** Told of each round, and of what was found wrong in it. */
  onRound?: (round: Round & { problems: string[] }) => void;
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
    try {
      const round = await killRound(number, { settings, world, source, startMs });
      if (round.readyAfter > 0) startMs = Math.min(MOST_START_MS, round.readyAfter);
      onRound?.({ ...round, problems: world.problems.slice(known) });
    } catch (error) { // it does not start, or has ended by itself
      return [...world.problems, `round ${number}: ${sentenceOf(error)}`];
    }
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
  await using server = await startServer(settings);
  for (const { name, index } of world.collections) {
    await createApi(server.url).ok("POST", "/v1/collections", { name, index, model: VERSIONS[0] });
  }
  await server.end("SIGKILL");
}

/** All ways come to their end, everything is there, and what crashes left is swept. */
async function finish(settings: Record<string, string>, world: World): Promise<void> {
  const home = settings.LOOKALIKE_HOME;
  const source = random(world.pictures.length);
  await makeOld(home);
  {
    await using server = await startServer(settings);
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
  if (bytes > MOST_BYTES) world.problems.push(`collections.db has grown to ${bytes} bytes`);
}
