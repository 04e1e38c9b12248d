import { assert, assertEquals, assertRejects } from "@std/assert";
import { mapInOrder } from "../../../train/dataset/map_in_order.ts";

Deno.test("results keep the order, and no more than the width is taken ahead", async () => {
  let taken = 0;
  let given = 0;
  const numbers = function* () {
    for (; taken < 30; taken++) {
      assert(taken - given <= 4, `${taken} taken, ${given} given`);
      yield taken;
    }
  };
  for await (
    const result of mapInOrder(numbers(), 4, async (number) => {
      await new Promise((done) => setTimeout(done, (number * 7) % 5));
      return number;
    })
  ) assertEquals(result, given++);
  assertEquals(given, 30);
});

Deno.test("a failure comes at its turn", async () => {
  const seen: number[] = [];
  await assertRejects(
    async () => {
      const mapped = mapInOrder(
        [0, 1, 2, 3, 4],
        5,
        (number) =>
          number >= 2 ? Promise.reject(new Error(`no ${number}`)) : Promise.resolve(number),
      );
      for await (const number of mapped) seen.push(number);
    },
    Error,
    "no 2",
  );
  assertEquals(seen, [0, 1]);
});
