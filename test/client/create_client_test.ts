import { assert, assertEquals, assertRejects } from "@std/assert";
import { createClient, LookalikeApiError } from "../../routes/client/mod.ts";
import { picture } from "../routes/pictures.ts";
import { ADMIN_KEY, startService } from "../routes/service.ts";

const RED = [255, 0, 0] as [number, number, number];

Deno.test("client: asks the app as fetch would, with its key", async () => {
  await using service = await startService({ access: { required: true } });
  const fetch = async (request: Request) => await service.app.fetch(request);
  const url = "http://localhost/"; // a slash at its end changes nothing
  const lookalike = createClient({ url, key: ADMIN_KEY, fetch });
  const { model, vectors } = await lookalike.embed(await picture(RED), {
    model: "colours",
    normalize: false,
  });
  assertEquals([model, vectors], ["colours@2", [Float32Array.of(255, 0, 0)]]);

  const error = await assertRejects(
    () => createClient({ url, fetch }).api.GET("/v1/models"),
    LookalikeApiError,
    "Cannot answer as the request must have a key",
  );
  assertEquals([error.status, error.code, error.param], [401, "unauthorized", null]);
});

Deno.test("client: comes back when a full service says, as often as it may, with the same body", async () => {
  await using service = await startService();
  const bodies: string[] = [];
  const statuses: number[] = [];
  let busy = 2;
  const fetch = async (request: Request) => {
    if (request.method === "PUT") bodies.push(await request.clone().text());
    service.phase = busy-- > 0 ? "warming" : "ready";
    const response = await service.app.fetch(request);
    if (response.status === 503) response.headers.set("Retry-After", "0"); // the service says 5
    statuses.push(response.status);
    return response;
  };
  const lookalike = createClient({ url: "http://localhost", fetch });
  const items = [{ id: "red", vector: RED }];
  const added = await lookalike.addItems("c", { items });
  assertEquals([added.inserted, statuses], [1, [503, 503, 200]]);
  assertEquals(new Set(bodies).size, 1);

  busy = 9;
  statuses.length = 0;
  await assertRejects(() => lookalike.addItems("c", { items }), LookalikeApiError, "loading");
  assertEquals(statuses, [503, 503, 503, 503]); // and not more

  busy = 9;
  statuses.length = 0;
  const once = createClient({ url: "http://localhost", fetch, retries: 0 });
  const error = await assertRejects(() => once.addItems("c", { items }), LookalikeApiError);
  assertEquals([statuses, error.code, error.retryAfter], [[503], "unavailable", 0]);
});

Deno.test("client: does not wait longer than is worth it, and stops waiting when told", async () => {
  await using service = await startService();
  service.phase = "warming"; // come back in 5 seconds
  let asked = 0;
  const fetch = async (request: Request) => {
    asked++;
    return await service.app.fetch(request);
  };
  const hasty = createClient({ url: "http://localhost", fetch, longestWait: 4 });
  await assertRejects(() => hasty.search("c", { vector: RED }), LookalikeApiError);
  assertEquals(asked, 1);

  const patient = createClient({ url: "http://localhost", fetch });
  const signal = AbortSignal.timeout(50);
  const start = performance.now();
  await assertRejects(() => patient.search("c", { vector: RED, signal }), DOMException);
  assertEquals(asked, 2);
  assert(performance.now() - start < 4000);
});

Deno.test("client: tells an answer that is not the service's by its status", async () => {
  const fetch = () => Promise.resolve(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  const { status, code, message } = await assertRejects(
    () => createClient({ url: "http://localhost", fetch }).embed("AAAA", { model: "colours" }),
    LookalikeApiError,
  );
  assertEquals([status, code], [502, "unknown"]);
  assertEquals(message, "The answer was 502, which does not look like Lookalike's.");
});
