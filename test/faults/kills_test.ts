import { assertEquals, assertMatch } from "@std/assert";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import type { Round } from "./kill_round.ts";
import { runKillRounds } from "./kill_rounds.ts";
import { describeLoss, openLedger, settle, write } from "./ledger.ts";

await startTensorFlow({ device: "cpu", threads: 1 }); // it draws the encoders' weights

/** With it kills fall into every moment within four rounds, into writes twice. */
const SEED = 43;

Deno.test("kill -9 at random moments loses nothing that was acknowledged and tears nothing", async () => {
  const rounds: Round[] = [];
  const onRound = (round: Round) => rounds.push(round);
  assertEquals(await runKillRounds({ rounds: 4, seed: SEED, onRound }), []);
  const sum = (answered: Record<string, number>) =>
    Object.values(answered).reduce((total, count) => total + count, 0);
  assertEquals(rounds.some(({ answered }) => sum(answered) > 20), true);
  assertEquals(new Set(rounds.map(({ moment }) => moment)).size, 3);
});

Deno.test("a ledger takes what was acknowledged or in flight, and nothing else", async () => {
  const ledger = openLedger({ a: 1 });
  await write(ledger, { a: 2 }, () => Promise.resolve());
  await write(ledger, { a: 3 }, () => Promise.reject(new Error("killed"))).catch(() => {});
  assertEquals(settle(ledger, { a: 1 }), "neither"); // an acknowledged write was lost
  assertMatch(describeLoss(ledger, { a: 1 }), /"found":1,"acknowledged":2,"inFlight":3/);
  assertEquals(settle(ledger, { a: 3 }), "in flight");
  assertEquals(settle(ledger, { a: 2 }), "neither"); // what was there once is there no more
  assertEquals(settle(ledger, { a: 3 }), "acknowledged");
});
