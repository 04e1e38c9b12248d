import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { createTurns } from "../src/turns.ts";

Deno.test("turns: parties that wait take turns, however much one of them has", async () => {
  const turns = createTurns(1);
  const [flood, calm] = [turns.join(), turns.join()];
  const order: string[] = [];
  const task = (name: string) => () => Promise.resolve(void order.push(name));
  const tasks = Array.from({ length: 6 }, (_, at) => flood(task(`f${at}`)));
  tasks.push(calm(task("c0")), calm(task("c1")));
  await Promise.all(tasks);
  assertEquals(order, ["f0", "f1", "c0", "f2", "c1", "f3", "f4", "f5"]);
});

Deno.test("turns: never more than the width at once, each party in its order, a failure frees a place", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.record({ party: fc.nat(3), fails: fc.boolean() }), { maxLength: 30 }),
      fc.scheduler(),
      async (width, plan, scheduler) => {
        const turns = createTurns(width);
        const gates = Array.from({ length: 4 }, () => turns.join());
        const begun: number[][] = gates.map(() => []);
        let under = 0;
        const tasks = plan.map(({ party, fails }, at) => {
          const task = gates[party](async () => {
            begun[party].push(at);
            assert(++under <= width);
            await scheduler.schedule(Promise.resolve());
            under--;
            if (fails) throw new Error("failed");
          });
          return fails ? assertRejects(() => task, Error, "failed") : task;
        });
        await scheduler.waitFor(Promise.all(tasks));
        for (const own of begun) assertEquals(own, own.toSorted((a, b) => a - b));
        assertEquals(begun.flat().length, plan.length);
      },
    ),
    { numRuns: 100 },
  );
});
