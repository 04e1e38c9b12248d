/**
 * Kills the service again and again while it is written to, and looks whether anything was lost:
 *
 * ```sh
 * deno run -A test/faults/kills.ts --rounds 200 --seed 1
 * ```
 *
 * It writes a line of JSON a round, and one at the end; it exits with 1 if anything was wrong.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import type { Round } from "./kill_round.ts";
import { runKillRounds } from "./kill_rounds.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
  },
});

await startTensorFlow({ device: "cpu", threads: 1 });
const begun = performance.now();
const done: Round[] = [];
const problems = await runKillRounds({
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  onRound(round) {
    done.push(round);
    console.log(JSON.stringify(round));
  },
});
const sum = (of: (round: Round) => number) => done.reduce((total, round) => total + of(round), 0);
console.log(JSON.stringify({
  rounds: done.length,
  seed: Number(values.seed),
  moments: {
    starting: sum(({ moment }) => Number(moment === "starting")),
    resuming: sum(({ moment }) => Number(moment === "resuming")),
    serving: sum(({ moment }) => Number(moment === "serving")),
  },
  answered: sum(({ answered }) => Object.values(answered).reduce((a, b) => a + b, 0)),
  inFlight: { kept: sum(({ kept }) => kept), lost: sum(({ lost }) => lost) },
  minutes: Math.round((performance.now() - begun) / 6000) / 10,
  problems,
}));
Deno.exit(problems.length === 0 ? 0 : 1);
