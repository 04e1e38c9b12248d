import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { createApi } from "../../e2e/api.ts";
import { picture } from "../../routes/pictures.ts";
import { ADMIN_KEY, startKnownService } from "../known_service.ts";
import { program } from "./environment.ts";

await startTensorFlow({ device: "cpu" }); // it draws the encoders' weights

Deno.test("openai, in Python: embeds, lists models and names errors, with a key and without", async () => {
  const file = await Deno.makeTempFile({ suffix: ".png" });
  await Deno.writeFile(file, await picture([200, 30, 30]));
  try {
    for (const [auth, key] of [["required", ADMIN_KEY], ["auto", "it must send one"]]) {
      await using service = await startKnownService({ LOOKALIKE_AUTH: auth });
      await run("openai_client.py", [service.url, key, file]);
    }
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("openai, in Python: has an error of its own for a wrong key, a scope and a rate", async () => {
  await using service = await startKnownService();
  const { token } = await createApi(service.url, ADMIN_KEY).ok("POST", "/v1/keys", {
    name: "limited",
    scopes: ["read"],
    requests_per_minute: 1,
  });
  await run("openai_keys.py", [service.url, token]);
});

async function run(script: string, args: string[]): Promise<void> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { code, stderr } = await new Deno.Command(program("python"), {
    args: ["-B", path, ...args],
  })
    .output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}
