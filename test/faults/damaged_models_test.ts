import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { createApi } from "../e2e/api.ts";
import { startServer } from "../e2e/server.ts";
import { albumHome, SMALL } from "./album.ts";
import { flipByte } from "./harm.ts";
import type { Picture } from "./pictures.ts";
import type { Api } from "./world.ts";

await startTensorFlow({ device: "cpu", threads: 1 }); // it draws the encoders' weights

const weightsOf = (version: number) =>
  new RegExp(
    `^Cannot load encoder tiny@${version} as of encoders/tiny/${version}/weights\\.safetensors it ` +
      "must be as it was written: its SHA-256 is another\\.",
  );
const ALIASES = /^Cannot read the aliases as of encoders\/aliases\.json it must be JSON: /;

Deno.test("damaged weights at start: their version is named, and all else is served", async () => {
  await using data = await albumHome(2);
  const [picture] = data.pictures;
  const settings = { ...SMALL, LOOKALIKE_HOME: data.home };
  {
    await using server = await startServer(settings);
    const api = createApi(server.url);
    const items = [{ id: "kept", image: picture.base64 }];
    await api.ok("PUT", "/v1/collections/album/items", { model: "tiny@2", items });
    await server.end("SIGTERM");
  }
  await flipByte(join(data.home, "encoders/tiny/2/weights.safetensors"));
  await using server = await startServer(settings);
  const api = createApi(server.url);
  for (const model of ["tiny", "tiny@2"]) {
    await isDamaged(api, "POST", "/v1/embeddings", { model, input: picture.base64 }, weightsOf(2));
  }
  await isDamaged(api, "PUT", "/v1/aliases/production", { model: "tiny@2" }, weightsOf(2));
  assertEquals((await api.ok("GET", "/v1/aliases")).data, []);
  await answers(api, { model: "tiny@1", picture, vector: picture.vectors[0] });
  const { data: sound, damaged } = await api.ok("GET", "/v1/models");
  assertEquals(sound.map(({ id }: { id: string }) => id), ["tiny@1"]);
  assertEquals(damaged.map(({ id }: { id: string }) => id), ["tiny@2"]);
  assertMatch(JSON.stringify(damaged), /encoders\/tiny\/2\/weights\.safetensors/);

  const search = "/v1/collections/album/search"; // of what is there already, only images need it
  await isDamaged(api, "POST", search, { image: picture.base64 }, weightsOf(2));
  const { data: hits } = await api.ok("POST", search, { vector: [...picture.vectors[1]] });
  assertEquals(hits[0].id, "kept");
  const errors = server.log().filter(({ event }) => event === "model not loaded");
  assertEquals([errors[0].level, errors[0].model], ["error", "tiny@2"]);
});

Deno.test("damaged weights and aliases while it runs: named when asked for, the rest serves on", async () => {
  await using data = await albumHome(1);
  const [picture] = data.pictures;
  const settings = { ...SMALL, LOOKALIKE_HOME: data.home };
  const newest = { picture, vector: picture.vectors[1] };
  {
    await using server = await startServer(settings);
    const api = createApi(server.url);
    await api.ok("PUT", "/v1/aliases/production", { model: "tiny@2" });
    await answers(api, { model: "production", ...newest });
    await flipByte(join(data.home, "encoders/aliases.json"));
    for (const version of [1, 2]) {
      await flipByte(join(data.home, `encoders/tiny/${version}/weights.safetensors`));
    }
    await new Promise((resolve) => setTimeout(resolve, 1100)); // the aliases are looked at again
    const embed = { model: "tiny@1", input: picture.base64 }; // which is not loaded yet
    await isDamaged(api, "POST", "/v1/embeddings", embed, weightsOf(1));
    await isDamaged(api, "GET", "/v1/aliases", undefined, ALIASES);
    await isDamaged(api, "PUT", "/v1/aliases/production", { model: "tiny@2" }, ALIASES);
    for (const model of ["tiny", "tiny@2", "production"]) await answers(api, { model, ...newest });
    await server.end("SIGTERM");
  }
  await flipByte(join(data.home, "encoders/tiny/2/weights.safetensors")); // as it was
  await using server = await startServer(settings);
  const api = createApi(server.url);
  const embed = { model: "production", input: picture.base64 };
  await isDamaged(api, "POST", "/v1/embeddings", embed, ALIASES);
  await answers(api, { model: "tiny", ...newest });
});

async function isDamaged(
  api: Api,
  method: string,
  path: string,
  body: unknown,
  sentence: RegExp,
): Promise<void> {
  const answer = await api.send(method, path, body);
  assertEquals([answer.status, answer.body.error?.code], [500, "damaged"], `${method} ${path}`);
  assertMatch(answer.body.error.message, sentence);
}

/** A model embeds a picture as its weights do. */
async function answers(
  api: Api,
  { model, picture, vector }: { model: string; picture: Picture; vector: Float32Array },
): Promise<void> {
  const { data } = await api.ok("POST", "/v1/embeddings", { model, input: picture.base64 });
  const far = vector.findIndex((value, at) => Math.abs(value - data[0].embedding[at]) > 1e-4);
  assertEquals(far, -1, `${model} answers with other weights`);
}
