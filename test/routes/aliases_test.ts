import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { picture64 } from "./pictures.ts";
import { startService } from "./service.ts";

Deno.test("aliases: an alias is set, answers, is switched and deleted", async () => {
  await using service = await startService();
  const { json } = service;
  assertEquals((await json("GET", "/v1/aliases")).body, { object: "list", data: [] });
  const input = await picture64([255, 0, 0]);
  for (const model of ["colours@1", "colours@2"]) {
    const { status, body } = await json("PUT", "/v1/aliases/production", { model });
    assertEquals([status, body.object, body.alias, body.model], [
      200,
      "alias",
      "production",
      model,
    ]);
    assert(Math.abs(body.updated_at - Date.now() / 1000) < 60);
    const embedded = await json("POST", "/v1/embeddings", { model: "production", input });
    assertEquals([embedded.status, embedded.body.model], [200, model]);
    const { body: listed } = await json("GET", "/v1/aliases");
    assertEquals(listed.data, [body]);
  }
  const { status, body } = await json("DELETE", "/v1/aliases/production");
  assertEquals([status, body], [200, { object: "alias", alias: "production", deleted: true }]);
  assertEquals((await json("DELETE", "/v1/aliases/production")).status, 404);
  const gone = await json("POST", "/v1/embeddings", { model: "production", input });
  assertEquals([gone.status, gone.body.error.param], [404, "model"]);
});

Deno.test("aliases: names that cannot be, taken names and absent models are refused", async () => {
  await using service = await startService();
  const { json } = service;
  const model = "colours@1";
  const wrong: [path: string, body: unknown, status: number, param: string][] = [
    ["/v1/aliases/-x", { model }, 400, "alias"],
    ["/v1/aliases/..%2Fx", { model }, 400, "alias"],
    [`/v1/aliases/${"x".repeat(65)}`, { model }, 400, "alias"],
    ["/v1/aliases/colours", { model }, 409, "alias"],
    ["/v1/aliases/production", { model: "colours@9" }, 404, "model"],
    ["/v1/aliases/production", { model: "dogs" }, 404, "model"],
    ["/v1/aliases/production", {}, 400, "model"],
    ["/v1/aliases/production", { model: 7 }, 400, "model"],
  ];
  for (const [path, body, status, param] of wrong) {
    const answer = await json("PUT", path, body);
    assertEquals([answer.status, answer.body.error.param], [status, param], path);
  }
  assertEquals((await json("GET", "/v1/aliases")).body.data, []);
});

Deno.test("aliases: a damaged file is said where it matters, and models serve on", async () => {
  await using service = await startService();
  const { json } = service;
  await Deno.writeTextFile(`${service.home}/encoders/aliases.json`, "{}");
  const listed = await json("GET", "/v1/aliases");
  assertEquals([listed.status, listed.body.error.code], [500, "damaged"]);
  assertStringIncludes(listed.body.error.message, "encoders/aliases.json");
  assertEquals((await json("PUT", "/v1/aliases/a", { model: "colours" })).status, 500);
  assertEquals((await json("GET", "/v1/models/colours")).status, 200);
});
