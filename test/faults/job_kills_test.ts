import { assertEquals } from "@std/assert";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { type JobKill, runJobKills, VICTIMS } from "./job_kill_rounds.ts";

await startTensorFlow({ device: "cpu", threads: 1 }); // it draws the encoder's weights

/** With it three kills take a job's process, the service, and both, each while a job trains. */
const SEED = 1;

Deno.test("jobs that are killed, by themselves or with the service, end as if nobody had", async () => {
  const kills: JobKill[] = [];
  const onKill = (kill: JobKill) => kills.push(kill);
  assertEquals(await runJobKills({ kills: 3, seed: SEED, onKill }), []);
  assertEquals(kills.map(({ victim }) => victim).sort(), [...VICTIMS].sort());
  assertEquals(kills.filter(({ hit }) => hit).length, 3);
});
