import { assert, assertEquals } from "@std/assert";
import { createMeanColourRunner } from "../../embed/mean_colour_runner.ts";
import { picture64 } from "../pictures.ts";
import { startService } from "../service.ts";

Deno.test("time limit: what takes too long is 504, and what still waits is dropped", async () => {
  const latch = Promise.withResolvers<void>();
  await using service = await startService({
    limits: { requestSeconds: 0.2 },
    engine: { maxBatch: 1 },
    createRunner: () => createMeanColourRunner({ maxBatch: 1, before: () => latch.promise }),
  });
  const input = await picture64([1, 2, 3]);
  const ask = () => service.json("POST", "/v1/embeddings", { model: "colours@1", input });
  const [running, waiting] = await Promise.all([ask(), ask()]);
  for (const { status, body } of [running, waiting]) {
    assertEquals([status, body.error.code], [504, "timed_out"]);
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
  const [{ stats }] = service.encoders.loaded();
  assertEquals([stats().waiting, stats().dropped >= 1], [0, true]);
  latch.resolve();
  assertEquals((await ask()).status, 200); // what came too late has left nothing behind
  assert(!service.lines.some(({ event }) => event === "request failed"));
});

Deno.test("time limit: the time in which a body arrives does not count", async () => {
  await using service = await startService({ limits: { requestSeconds: 0.1 } });
  const pieces = ["{", "}"];
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 80));
      const piece = pieces.shift();
      if (piece === undefined) return controller.close();
      controller.enqueue(new TextEncoder().encode(piece));
    },
  });
  const headers = { "Content-Type": "application/json" };
  const response = await service.ask("/v1/keys", { method: "POST", headers, body });
  await response.body?.cancel();
  assertEquals(response.status, 400);
});
