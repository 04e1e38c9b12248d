import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import * as client from "../../routes/client/mod.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { ADMIN_KEY, startKnownService } from "../contract/known_service.ts";
import { picture64 } from "../routes/pictures.ts";
import { BUNDLE } from "./generated.ts";
import { type Service, useInBrowser } from "./in_browser.ts";
import { findProgram } from "./programs.ts";
import { useClient } from "./use_client.js";

await startTensorFlow({ device: "cpu" }); // it draws the encoders' weights

/** What each runtime needs to be there, and how the client is used in it. */
const RUNTIMES: Record<string, {
  programs: string[];
  use: (service: Service, program: string) => Promise<unknown>;
}> = {
  Deno: { programs: ["deno"], use: (service) => useClient(client, service) },
  Node: { programs: ["node"], use: useInNode },
  "a browser": { programs: ["chromium", "chromium-browser", "google-chrome"], use: useInBrowser },
};

for (const [runtime, { programs, use }] of Object.entries(RUNTIMES)) {
  const program = await findProgram(programs);
  const reason = program ? "" : ` (skipped: there is no ${programs.join(" or ")} on the PATH)`;
  Deno.test({
    name: `client, in ${runtime}: images and vectors there and back, pages, errors${reason}`,
    ignore: program === null,
    fn: async () => {
      await using service = await startKnownService({ LOOKALIKE_CORS_ORIGINS: "*" });
      const picture = await picture64([200, 30, 30]);
      checkWhatItSaw(await use({ url: service.url, key: ADMIN_KEY, picture }, program!));
    },
  });
}

// deno-lint-ignore no-explicit-any -- JSON of which every field is looked at
function checkWhatItSaw({ lengths, found, ...saw }: any): void {
  for (const length of lengths) assertAlmostEquals(length, 1, 1e-5);
  assertAlmostEquals(found.vector, 1, 1e-5);
  assertEquals([lengths.length, found.image, found.mean], [4, ["new/file ü.png"], 1]);
  assertEquals(saw, {
    model: "shapes@1",
    alike: true,
    floats: true,
    added: { object: "collection.upserted", inserted: 1, updated: 0 },
    ids: ["red.png", "blue.png", "new/file ü.png"],
    pairs: saw.pairs,
    dimension: 32,
    error: {
      typed: true,
      identified: true,
      status: 400,
      code: "invalid_image",
      param: "input[1]",
      retryAfter: null,
    },
  });
  assert(saw.pairs.some((ids: string[]) => ids.join() === "red.png,new/file ü.png"));
}

async function useInNode(service: Service, program: string): Promise<unknown> {
  const script = fileURLToPath(new URL("./in_node.mjs", import.meta.url));
  const child = new Deno.Command(program, {
    args: [script, BUNDLE],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(service)));
  await writer.close();
  const { stdout } = await child.output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
