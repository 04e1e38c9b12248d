import { assert, assertEquals, assertRejects } from "@std/assert";
import { runPool } from "../../../train/ablate/pool.ts";

const task = (id: string, after: string | null = null) => ({ id, after });

Deno.test("so many run at a time, in order, and one that waits lets later ones go first", async () => {
  const events: string[] = [];
  let running = 0;
  await runPool([task("a"), task("b", "a"), task("c"), task("d")], {
    workers: 2,
    async run({ id }) {
      running++;
      assert(running <= 2);
      events.push(id);
      await new Promise((resolve) => setTimeout(resolve, id === "a" ? 60 : 5));
      events.push(`${id} done`);
      running--;
    },
  });
  assertEquals(events.filter((event) => !event.includes("done")), ["a", "c", "d", "b"]);
  assert(events.indexOf("a done") < events.indexOf("b"));
});

Deno.test("once it is over nothing more begins; what throws ends all", async () => {
  const begun: string[] = [];
  await runPool([task("a"), task("b"), task("c")], {
    workers: 1,
    run: ({ id }) => Promise.resolve(void begun.push(id)),
    isOver: () => begun.length === 2,
  });
  assertEquals(begun, ["a", "b"]);
  await assertRejects(
    () => runPool([task("a")], { workers: 1, run: () => Promise.reject(new Error("no disk")) }),
    Error,
    "no disk",
  );
});
