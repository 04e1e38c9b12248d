/**
 * Builds the image from the project's Dockerfile and runs it for real:
 *
 *     deno test -A test/container/run.ts [-- cpu|cuda]
 *
 * No engine and no registry of images is needed, but Linux, root, and three of Debian's packages:
 * `apt-get install --no-install-recommends buildah mmdebstrap runc`. Not among the project's other
 * tests, as it takes minutes, and several times the image's size on the disk.
 *
 * @module
 */
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { homeWithEncoders } from "../e2e/home.ts";
import { picture64 } from "../routes/pictures.ts";
import { missing, run } from "./command.ts";
import { buildImage, makeBase, openImage } from "./image.ts";
import { runContainer, type Running } from "./running.ts";
import { sizesOf } from "./sizes.ts";

const BASE = "localhost/lookalike-base";
const [target = "cpu"] = Deno.args;
const IMAGE = `localhost/lookalike:${target}`;
const KEY = "a-key-for-this-test-alone";
const URL = "http://127.0.0.1:8080";
const headers = { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" };

const lacking = missing(["buildah", "mmdebstrap", "runc", "nsenter"]);
const reason = Deno.build.os !== "linux"
  ? "it needs Linux"
  : Deno.uid() !== 0
  ? "it needs root"
  : lacking.length > 0
  ? `it needs ${lacking.join(", ")}: apt-get install buildah mmdebstrap runc util-linux`
  : null;
if (reason !== null) console.warn(`The container is not built as ${reason}.`);

Deno.test({ name: "container", ignore: reason !== null }, async (t) => {
  const step = async (name: string, work: () => Promise<void>) =>
    assert(await t.step(name, work), `${name}: see above`); // what follows would tell nothing

  await step("a base is made", () => makeBase(BASE));
  await step("the image is built", () => buildImage(IMAGE, { target, base: BASE }));
  await using image = await openImage(IMAGE);
  console.log(await sizesOf(image.root));
  if (target === "cuda") return; // to run it takes a GPU

  await startTensorFlow({ device: "cpu" });
  await using data = await homeWithEncoders("tiny");
  await using secrets = await temporaryFolder();
  await Deno.writeTextFile(join(secrets.path, "admin-key"), `${KEY}\n`);
  await run("chown", ["--recursive", image.config.User, data.home, secrets.path]);
  const start = (settings: Record<string, string> = {}) =>
    runContainer(image, {
      volume: data.home,
      secrets: secrets.path,
      settings: { LOOKALIKE_ADMIN_KEY_FILE: "/run/secrets/admin-key", ...settings },
    });
  const reds = await picture64([250, 10, 10]);
  const embedding = {
    url: `${URL}/v1/embeddings`,
    method: "POST",
    headers,
    body: JSON.stringify({ model: "tiny", input: [reds] }),
  };
  const search = {
    url: `${URL}/v1/collections/album/search`,
    method: "POST",
    headers,
    body: JSON.stringify({ image: reds, k: 2 }),
  };
  const [, ...healthCheck] = image.config.Healthcheck.Test;
  let found: string;

  {
    await using service = await start();
    await step("it is ready, with no network", async () => {
      const milliseconds = await untilReady(service);
      const { text } = await service.execute(["cat", "/proc/net/dev"]);
      assertEquals(text.split("\n").slice(2).map((line) => line.split(":")[0].trim()), ["lo"]);
      console.log(`ready after ${milliseconds} ms; ${await memoryOf(service.pid)}`);
    });
    await step("it is nobody, and may nothing", async () => {
      const status = await Deno.readTextFile(`/proc/${service.pid}/status`);
      assertMatch(status, /^Uid:(\t10001){4}$/m);
      assertMatch(status, /^Gid:(\t10001){4}$/m);
      assertMatch(status, /^CapBnd:\t0{16}$/m);
      assertMatch(status, /^NoNewPrivs:\t1$/m);
    });
    await step("only the volume and /tmp can be written", async () => {
      const { code } = await service.execute(["touch", "/data/written", "/tmp/written"]);
      assertEquals(code, 0);
      for (const folder of ["/", "/app", "/app/.deno", "/usr/local/bin", "/run"]) {
        const { code, text } = await service.execute(["touch", join(folder, "written")]);
        assertEquals([code, text.includes("Read-only file system")], [1, true], folder);
      }
    });
    await step("the health check tells life from death", async () => {
      assertEquals((await service.execute(healthCheck)).code, 0);
      assertEquals((await service.execute(healthCheck, { LOOKALIKE_PORT: "1" })).code, 1);
    });
    await step("it answers probes, metrics and an embedding, and needs the key", async () => {
      assertEquals((await service.ask({ url: `${URL}/livez` })).status, 200);
      assertMatch((await service.ask({ url: `${URL}/metrics` })).body, /^lookalike_queue_depth/m);
      assertEquals((await service.ask({ ...embedding, headers: {} })).status, 401);
      const { status, body } = await service.ask(embedding);
      assertEquals(status, 200, body);
      const [{ embedding: h }] = JSON.parse(body).data;
      assertAlmostEquals(Math.hypot(...h), 1, 1e-4);
      console.log(`after an embedding: ${await memoryOf(service.pid)}`);
    });
    await step("it keeps images and finds them", async () => {
      const items = [
        { id: "red", image: reds },
        { id: "blue", image: await picture64([10, 10, 250]) },
      ];
      const created = await service.ask({
        url: `${URL}/v1/collections`,
        method: "POST",
        headers,
        body: JSON.stringify({ name: "album", model: "tiny", index: "hnsw" }),
      });
      assertEquals(created.status, 200, created.body);
      const put = await service.ask({
        url: `${URL}/v1/collections/album/items`,
        method: "PUT",
        headers,
        body: JSON.stringify({ items }),
      });
      assertEquals(put.status, 200, put.body);
      found = (await service.ask(search)).body;
      assertEquals(JSON.parse(found).data.map(({ id }: { id: string }) => id), ["red", "blue"]);
    });
    await step("it trains a job in a process of its own", async () => {
      const post = (path: string, body: unknown) =>
        service.ask({ url: `${URL}${path}`, method: "POST", headers, body: JSON.stringify(body) });
      const { status, body } = await post("/v1/pretraining/jobs", {
        ...{ collection: "album", name: "learnt", from: "tiny" },
        hyperparameters: { epochs: 2, batch_size: 2 },
      });
      assertEquals(status, 200, body);
      const url = `${URL}/v1/pretraining/jobs/${JSON.parse(body).id}`;
      for (let job = JSON.parse(body); job.status !== "succeeded"; await pause(500)) {
        job = JSON.parse((await service.ask({ url, headers })).body);
        assert(["queued", "running", "succeeded"].includes(job.status), JSON.stringify(job.error));
      }
      const learnt = JSON.stringify({ model: "learnt@1", input: [reds] });
      assertEquals((await service.ask({ ...embedding, body: learnt })).status, 200);
    });
    await step("SIGTERM lets a request in flight finish, and ends it with 0", async () => {
      const half = await service.askHalf(embedding);
      await pause(500); // until what was sent has arrived
      await service.stop();
      await pause(500);
      assertEquals((await service.ask({ url: `${URL}/readyz` })).status, 503); // send no more here
      assertEquals((await service.ask(embedding)).status, 503);
      assertEquals((await half.finish()).status, 200, service.output());
      assertEquals(await service.ended, 0, service.output());
      assertMatch(service.output(), /"event":"stopped"/);
    });
  }

  await using service = await start({ LOOKALIKE_PROBE_PORT: "9090" });
  await step("it finds the same after a restart, with probes on a port of their own", async () => {
    await untilReady(service, "http://127.0.0.1:9090");
    assertEquals((await service.ask(search)).body, found);
    assertEquals((await service.execute(healthCheck)).code, 0);
    assertEquals((await service.ask({ url: `${URL}/metrics` })).status, 404);
    await service.stop();
    assertEquals(await service.ended, 0, service.output());
  });
});

async function untilReady(service: Running, at = URL): Promise<number> {
  const start = performance.now();
  let ended = false;
  service.ended.then(() => ended = true);
  while ((await service.ask({ url: `${at}/readyz` })).status !== 200) {
    assert(!ended, `the service ended: ${service.output()}`);
    assert(performance.now() - start < 120_000, `the service is not ready: ${service.output()}`);
    await pause(200);
  }
  return Math.round(performance.now() - start);
}

/** What the first process holds, now and at most so far. */
async function memoryOf(pid: number): Promise<string> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const megabytes = (name: string) =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]) * 1024 / 1e6);
  return `${megabytes("VmRSS")} MB resident, ${megabytes("VmHWM")} MB at most`;
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
