import { assert, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { createApi } from "../e2e/api.ts";
import { startServer } from "../e2e/server.ts";
import { decoderProcesses } from "../processes.ts";
import { albumHome, SMALL } from "./album.ts";

await startTensorFlow({ device: "cpu", threads: 1 }); // it draws the encoders' weights

const KILLS = 4;

Deno.test({
  name: "decoders killed with SIGKILL while images flow: every request is answered",
  ignore: Deno.build.os !== "linux", // where /proc tells which processes decode
  async fn() {
    await using data = await albumHome(8);
    const { pictures } = data;
    const settings = { ...SMALL, LOOKALIKE_DECODERS: "2", LOOKALIKE_HOME: data.home };
    await using server = await startServer(settings);
    const api = createApi(server.url);
    const input = pictures.map(({ base64 }) => base64);
    let flowing = true;
    let answered = 0;
    const clients = Array.from({ length: 4 }, async () => {
      while (flowing) {
        const { data } = await api.ok("POST", "/v1/embeddings", { model: "tiny@2", input });
        for (const [at, { vectors: [, expected] }] of pictures.entries()) {
          const far = expected.some((value, i) => Math.abs(value - data[at].embedding[i]) > 1e-4);
          assert(!far, "an image has the vector of another");
        }
        answered++;
      }
    });
    for (let kills = 0; kills < KILLS; kills++) {
      const before = answered;
      const [victim] = decoderProcesses(server.pid);
      Deno.kill(victim, "SIGKILL");
      // The next one only once this one is replaced, so that no image loses its process twice.
      while (answered < before + 8 || !isWhole(server.pid, victim)) await delay(20);
    }
    flowing = false;
    await Promise.all(clients);
    const restarts = async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      return Number(/^lookalike_decoder_restarts_total (\d+)$/m.exec(metrics)?.[1]);
    };
    // A process counts once it is ready, which the last one may not be yet.
    for (let turns = 0; turns < 250 && await restarts() < KILLS; turns++) await delay(20);
    assertEquals(await restarts(), KILLS);
    assertEquals((await server.end("SIGTERM")).code, 0);
  },
});

/** Whether as many decode as there were, without the one that was killed. */
function isWhole(server: number, victim: number): boolean {
  const decoders = decoderProcesses(server);
  return decoders.length === 2 && !decoders.includes(victim);
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
