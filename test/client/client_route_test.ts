import { assertEquals } from "@std/assert";
import { startService } from "../routes/service.ts";
import { BUNDLE } from "./generated.ts";

Deno.test("client: the service has it as a module, also before it is ready and without a key", async () => {
  await using service = await startService({ access: { required: true } });
  service.phase = "warming";
  const response = await service.ask("/client.js");
  assertEquals(response.headers.get("Content-Type"), "text/javascript; charset=utf-8");
  assertEquals(await response.text(), await Deno.readTextFile(BUNDLE));
});
