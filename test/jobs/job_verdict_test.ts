import { assertEquals, assertMatch } from "@std/assert";
import type { JobAttempts } from "../../src/jobs/job_store.ts";
import { jobVerdict } from "../../src/jobs/job_verdict.ts";

const FRESH: JobAttempts = { vainStarts: 0, crashes: 0, lastCrash: null, runningSeconds: 0 };

function verdict(attempts: Partial<JobAttempts>): string | null {
  return jobVerdict({ ...FRESH, ...attempts }, { hours: 2 })?.message ?? null;
}

Deno.test("verdict: at its fifth crash in a row a job is given up, or at a start that never ends well", () => {
  assertEquals(verdict({}), null);
  assertEquals(verdict({ crashes: 4, vainStarts: 19, runningSeconds: 7199 }), null);
  assertMatch(verdict({ crashes: 5, lastCrash: "SIGKILL" })!, /5 times in a row .* by SIGKILL\.$/);
  assertMatch(verdict({ vainStarts: 20 })!, /was started 20 times in a row/); // the service died each time
  assertMatch(verdict({ runningSeconds: 7200 })!, /run for 2 hours in all/);
});
