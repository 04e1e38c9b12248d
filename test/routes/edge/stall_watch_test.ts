import { assertEquals } from "@std/assert";
import { createStallWatch } from "../../../routes/edge/stall_watch.ts";
import { createMeanColourRunner } from "../../embed/mean_colour_runner.ts";
import { picture64 } from "../pictures.ts";
import { startService } from "../service.ts";

Deno.test("stall watch: a device that does not come back is told from one that is busy or idle", async () => {
  const latches = [Promise.withResolvers<void>()];
  let begun = 0; // batches
  const before = () => {
    begun++;
    return latches[0].promise;
  };
  await using service = await startService({
    createRunner: () => createMeanColourRunner({ before }),
  });
  let now = 0;
  const stalled = createStallWatch(service.encoders.loaded, { now: () => now });
  /** Looks every ten seconds. */
  const look = (seconds: number) => {
    for (const end = now + seconds * 1000; now < end; now += 10_000) {
      if (stalled() !== null) return true;
    }
    return false;
  };
  const input = await picture64([1, 2, 3]);
  const ask = () => service.json("POST", "/v1/embeddings", { model: "colours", input });

  latches[0].resolve();
  await ask();
  assertEquals(look(1000), false); // nobody asks
  latches.unshift(Promise.withResolvers<void>());
  const known = begun;
  const running = ask();
  while (begun === known) await turn(); // until it is on the device
  assertEquals(look(1000), false); // nobody waits
  const waiting = ask();
  while (service.encoders.loaded()[0].stats().decoded === 0) await turn();
  assertEquals(look(110), false);
  assertEquals(look(30), true);
  latches[0].resolve();
  assertEquals([(await running).status, (await waiting).status], [200, 200]);
  assertEquals(look(1000), false); // it has come back
});

Deno.test("stall watch: between two looks far apart nothing is taken for certain", async () => {
  const latch = Promise.withResolvers<void>();
  await using service = await startService({
    createRunner: () => createMeanColourRunner({ before: () => latch.promise }),
  });
  let now = 0;
  const stalled = createStallWatch(service.encoders.loaded, { now: () => now });
  const input = await picture64([1, 2, 3]);
  const ask = () => service.json("POST", "/v1/embeddings", { model: "colours", input });
  const first = ask();
  const loaded = service.encoders.loaded;
  while ((loaded()[0]?.stats().queue.count ?? 0) === 0) await turn();
  const second = ask();
  while (loaded()[0].stats().decoded === 0) await turn();
  assertEquals(stalled(), null);
  now += 1e9;
  assertEquals(stalled(), null);
  latch.resolve();
  await Promise.all([first, second]);
});

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
