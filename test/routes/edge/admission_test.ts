import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { admission } from "../../../routes/edge/admission.ts";
import { answerProblem } from "../../../routes/problem.ts";
import type { AppEnv } from "../../../routes/services.ts";

Deno.test("admission: so many requests at once, and those that are answered make room", async () => {
  const latch = Promise.withResolvers<void>();
  const app = new Hono<AppEnv>();
  app.use(admission({ phase: () => "ready" }, { most: 2 }));
  app.get("/wait", async (c) => (await latch.promise, c.text("done")));
  app.get("/fail", () => Promise.reject(new Error("it fails")));
  app.onError(answerProblem);
  const ask = async (path: string) => {
    const response = await app.request(path);
    return [response.status, response.headers.get("Retry-After")];
  };
  const held = [ask("/wait"), ask("/wait")];
  assertEquals(await ask("/wait"), [429, "1"]);
  latch.resolve();
  assertEquals(await Promise.all(held), [[200, null], [200, null]]);
  for (let time = 0; time < 3; time++) assertEquals(await ask("/fail"), [500, null]);
  assertEquals(await ask("/wait"), [200, null]);
});
