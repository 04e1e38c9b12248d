import { createApi } from "../e2e/api.ts";
import { homeWithEncoders } from "../e2e/home.ts";
import { type Server, startServer } from "../e2e/server.ts";
import { picture64 } from "../routes/pictures.ts";

/** A key with every scope. */
export const ADMIN_KEY = "an-admin-key-for-these-checks-alone";

/**
 * The service in a process of its own, which asks for a key and keeps: the encoders `shapes@1` and
 * `shapes@2`, the alias `production`, a collection `album` with the images `red.png` and `blue.png`,
 * and a collection `vectors` of single numbers with the same names. TensorFlow must run.
 *
 * @param settings More variables of its environment.
 * @returns The service; disposing of it removes what it kept.
 */
export async function startKnownService(settings: Record<string, string> = {}): Promise<Server> {
  const data = await homeWithEncoders("shapes", { versions: 2 });
  const server = await startServer({
    LOOKALIKE_HOME: data.home,
    LOOKALIKE_AUTH: "required",
    LOOKALIKE_ADMIN_KEY: ADMIN_KEY,
    ...settings,
  });
  const api = createApi(server.url, ADMIN_KEY);
  const [red, blue] = await Promise.all([picture64([200, 30, 30]), picture64([30, 30, 200])]);
  await api.ok("PUT", "/v1/aliases/production", { model: "shapes@1" });
  await api.ok("PUT", "/v1/collections/album/items", {
    model: "production",
    items: [{ id: "red.png", image: red, label: "red" }, { id: "blue.png", image: blue }],
  });
  const vectors = { name: "vectors", dimension: 1, metric: "euclidean" };
  await api.ok("POST", "/v1/collections", vectors);
  await api.ok("PUT", "/v1/collections/vectors/items", {
    items: [{ id: "red.png", vector: [1] }, { id: "blue.png", vector: [-1] }],
  });
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await data[Symbol.asyncDispose]();
    },
  };
}
