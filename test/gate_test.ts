import { assertEquals, assertRejects } from "@std/assert";
import { createGate } from "../src/gate.ts";

Deno.test("a gate never lets more through than its width, keeps the order and survives failures", async () => {
  const gate = createGate(3);
  let inside = 0;
  let most = 0;
  const entered: number[] = [];
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      gate(async () => {
        entered.push(index);
        most = Math.max(most, ++inside);
        await new Promise((done) => setTimeout(done, index % 4));
        inside--;
        if (index % 5 === 0) throw new Error(`${index}`);
        return index;
      })),
  );
  assertEquals(most, 3);
  assertEquals(entered, Array.from({ length: 20 }, (_, index) => index));
  assertEquals(results.filter(({ status }) => status === "rejected").length, 4);
  await assertRejects(() => gate(() => Promise.reject(new Error("alone"))), Error, "alone");
  assertEquals(await gate(() => Promise.resolve("open again")), "open again");
});
