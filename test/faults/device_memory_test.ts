import { assertEquals } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { createMeanColourRunner } from "../embed/mean_colour_runner.ts";
import { picture64 } from "../routes/pictures.ts";
import { startService } from "../routes/service.ts";

await startTensorFlow({ device: "cpu", threads: 1 }); // it searches

// The runner says what TensorFlow says (test/embed/out_of_memory_test.ts has it from TensorFlow itself).
// A process of little memory would show less: on processors TensorFlow's C++ ends the process where
// the system gives it none, and what is then lost is what kill -9 loses.

Deno.test("device out of memory: batches shrink, an image that does not fit is 503, the rest serves on", async () => {
  let fits = 8;
  const createRunner = () =>
    createMeanColourRunner({
      before: (_, count) =>
        count > fits
          ? Promise.reject(new LookalikeError("out_of_memory", "OOM when allocating."))
          : Promise.resolve(),
    });
  await using service = await startService({ createRunner });
  const { json, ask } = service;
  const colours = await Promise.all([0, 1, 2, 3, 4, 5].map((at) => picture64([at * 40, 90, 200])));
  const items = colours.map((image, at) => ({ id: `${at}`, image }));
  await json("POST", "/v1/collections", { name: "album", model: "colours@2" });
  assertEquals((await json("PUT", "/v1/collections/album/items", { items })).status, 200);

  const search = () => json("POST", "/v1/collections/album/search", { id: "3", k: 6 });
  const found = await search();
  assertEquals([found.status, found.body.data.length], [200, 5]);

  fits = 2;
  const embed = { model: "colours@2", input: colours };
  const halves = await json("POST", "/v1/embeddings", embed);
  assertEquals([halves.status, halves.body.data.length], [200, 6]);

  fits = 0;
  const body = JSON.stringify({ items: [{ id: "new", image: colours[0] }] });
  const headers = { "Content-Type": "application/json" };
  for (
    const [path, method, sent] of [
      ["/v1/embeddings", "POST", JSON.stringify(embed)],
      ["/v1/collections/album/items", "PUT", body],
    ]
  ) {
    const refused = await ask(path, { method, headers, body: sent });
    const { error } = await refused.json();
    assertEquals(
      [refused.status, error.code, refused.headers.get("Retry-After"), error.message],
      [
        503,
        "out_of_memory",
        "5",
        "Cannot embed the image as the device must have memory for it: OOM when allocating.",
      ],
    );
  }
  assertEquals((await json("GET", "/readyz")).body.status, "ready");
  assertEquals(await search(), found);
  assertEquals((await json("GET", "/v1/collections/album")).body.count, 6); // "new" is not there

  const model = "colours@1"; // a way to another encoder waits until there is memory
  const path = "/v1/collections/album/reembedding";
  assertEquals((await json("PUT", path, { model })).status, 200);
  const waits = () => service.lines.some(({ event }) => event === "re-embedding waits");
  for (let tries = 0; tries < 100 && !waits(); tries++) await delay(10);
  const { body: way } = await json("GET", path);
  assertEquals([way.status, waits()], ["running", true]);
  fits = 1;
  assertEquals((await json("POST", "/v1/embeddings", embed)).status, 200);
});

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
