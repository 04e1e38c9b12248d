/**
 * Kills jobs, the service that runs them, or both, at random moments, and looks whether every job
 * ends as if nobody had:
 *
 * ```sh
 * deno run -A test/faults/job_kills.ts --kills 100 --seed 1
 * ```
 *
 * It writes a line of JSON a kill, and one at the end; it exits with 1 if anything was wrong.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { type JobKill, runJobKills, VICTIMS } from "./job_kill_rounds.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
  },
});

await startTensorFlow({ device: "cpu", threads: 1 });
const begun = performance.now();
const done: JobKill[] = [];
const problems = await runJobKills({
  kills: Number(values.kills),
  seed: Number(values.seed),
  onKill(kill) {
    done.push(kill);
    console.log(JSON.stringify(kill));
  },
});
const count = (holds: (kill: JobKill) => boolean) => done.filter(holds).length;
console.log(JSON.stringify({
  kills: done.length,
  seed: Number(values.seed),
  ...Object.fromEntries(VICTIMS.map((victim) => [victim, count((one) => one.victim === victim)])),
  metARunningJob: count(({ hit }) => hit),
  minutes: Math.round((performance.now() - begun) / 6000) / 10,
  problems,
}));
Deno.exit(problems.length === 0 ? 0 : 1);
